import json
from itertools import groupby

import pytest

from .properties import faults_of


@pytest.fixture(scope="session")
def visits(server) -> dict[str, list[dict]]:
    """What there is to look at on the server, by name: persona, path, templates (walk.py)."""
    told = json.loads(server.python("from tests.browser.walk import tell; tell()"))
    return {name: list(some) for name, some in groupby(told, key=lambda visit: visit["name"])}


@pytest.fixture
def faults(axe):
    """`faults(page, "ar")`: everything that is wrong with the page as it stands there; a list of readable lines."""

    def find(page, language: str, within: str = "body") -> list[str]:
        found = faults_of(page, language, within) + axe(page)
        if language == "it":  # the colours are the same in all of them
            page.emulate_media(color_scheme="dark")
            found += [f"in the dark: {line}" for line in axe(page, only=["color-contrast"])]
            page.emulate_media(color_scheme="light")
        return found

    return find
