"""The demo's texts say times as the portal writes them, and its hours what the texts say."""

import re
import tomllib
from pathlib import Path

import portal.pages

TEXTS = Path(portal.pages.__file__).parent / "demo_texts"
A_TIME = re.compile(r"\d{1,2}:\d\d")


def test_hours_beside_a_number_are_written_as_on_a_door():
    lines = [line for text in TEXTS.rglob("*.md") for line in text.read_text().splitlines() if "tel:" in line]
    ranges = [part for line in lines for part in re.findall(r"[\d.:]+–[\d.:]+", line)]
    assert ranges
    assert {part for part in ranges if not all(map(A_TIME.fullmatch, part.split("–")))} == set()


def test_no_note_says_of_a_month_what_the_hours_do_not():
    data = tomllib.loads((TEXTS / "resources.toml").read_text())
    places = [at for service in data["services"] for at in service.get("at", [])]
    assert sum(1 for at in places if any(row.get("weeks") for row in at["hours"])) >= 3
    for at in places:
        if re.match(r"(Il|La) (prim|second|terz|quart|ultim).* del mese\.", at.get("note", {}).get("it", "")):
            assert any(row.get("weeks") for row in at["hours"]), at["place"]
