"""What the tests stand on: template databases, real servers, a browser, races, services. See tests/README.md."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("portal", "community", "manutenzione", "risparmio")
VIEWPORTS = {"phone": {"width": 360, "height": 780}, "desktop": {"width": 1280, "height": 800}}
