"""The import contracts of pyproject.toml cover every room, and they bite; `make lint` runs them on the code."""

import ast
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.harness import PACKAGES, ROOT

pytestmark = pytest.mark.once

# Not rooms: Django's own folders, the settings, and what tests are made with.
NO_ROOMS = {"management", "migrations", "settings", "templatetags", "testing"}

CONFIGURATION = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
CONTRACTS = {contract["id"]: contract for contract in CONFIGURATION["contracts"]}
LAYERS = [
    {name.strip(" ()") for name in layer.split("|")} for layer in CONTRACTS["rooms"]["layers"]
]  # from the roof down


def rooms() -> set[str]:
    return {path.parent.name for path in (ROOT / "portal").glob("*/__init__.py")} - NO_ROOMS


def test_every_room_has_its_floor():
    assert rooms() - set.union(*LAYERS) == set()


DOOR = {"extensions", "events", "access", "uploads", "ledger", "sealing", "tasks", "ui"}


def test_all_of_the_portal_is_either_behind_the_door_or_the_door():
    behind = {name.removeprefix("portal.") for name in CONTRACTS["door"]["forbidden_modules"]}
    files = {path.stem for path in (ROOT / "portal").glob("*.py")} - {"__init__"}
    folders = {path.parent.name for path in (ROOT / "portal").glob("*/__init__.py")}
    assert (files | folders) - DOOR == behind
    assert DOOR & behind == set()


def test_the_plugin_of_the_tutorial_comes_in_through_the_door_as_well():
    """It stands among the tests, where the contracts do not reach."""
    imported = {
        node.module
        for path in (ROOT / "tests" / "dummy_plugin").glob("*.py")
        if path.name != "tests.py"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and not node.level
    }
    of_the_portal = {name.split(".")[1] for name in imported if name.startswith("portal.")}
    assert "portal" not in imported
    assert of_the_portal
    assert of_the_portal <= DOOR


def test_no_room_is_left_out_of_the_rule_on_models():
    assert rooms() - {name.removeprefix("portal.") for name in CONTRACTS["models"]["source_modules"]} == set()


@pytest.mark.parametrize(
    ("importer", "imported", "contract"),
    [
        ("manutenzione/views.py", "community", "Plugins stand on the portal"),
        ("portal/ui/lower.py", "manutenzione", "Plugins stand on the portal"),
        ("portal/events/lower.py", "portal.notifications", "from the roof down"),
        ("portal/people/lower.py", "portal.housing", "from the roof down"),
        ("risparmio/views.py", "portal.people", "through the door"),
        ("manutenzione/tickets/lower.py", "portal.testing.factories", "through the door"),
        ("community/views.py", "portal.urls", "through the door"),
        ("manutenzione/tickets/roles.py", "manutenzione.tickets.models", "No cycles inside a plugin"),
        ("portal/pages/lower.py", "portal.models", "No room imports portal.models"),
    ],
)
def test_a_forbidden_import_breaks_a_contract(tmp_path, importer, imported, contract):
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=_all_but_python)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    offender = tmp_path / importer
    with offender.open("a") as file:
        file.write(f"\nimport {imported}\n")

    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )

    broken = " ".join(done.stdout.split())
    assert done.returncode == 1, done.stdout + done.stderr
    assert "1 broken" in broken or "2 broken" in broken
    assert contract in broken


def _all_but_python(folder: str, names: list[str]) -> set[str]:
    return {
        name
        for name in names
        if name in ("__pycache__", "static", "templates", "locale")
        or not (name.endswith(".py") or (Path(folder) / name).is_dir())
    }
