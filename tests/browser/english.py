"""The words of the source, which nobody who reads another language should meet."""

from __future__ import annotations

from functools import cache

from babel.messages.pofile import read_po

from tests.harness import PACKAGES, ROOT

OWN_NAMES = {"English"}  # a language is called by its own name


@cache
def english(language: str) -> list[str]:
    """Our strings that read otherwise in that language."""
    found = set()
    for package in PACKAGES:
        path = ROOT / package / "locale" / language / "LC_MESSAGES" / "django.po"
        if not path.exists():
            continue
        with path.open("rb") as file:
            for message in read_po(file):
                if isinstance(message.id, str) and message.string and _differs(message):
                    found.add(message.id.strip())
    return sorted(found - {""} - OWN_NAMES)


def _differs(message) -> bool:
    """By more than the size of a letter: "Urdu" at the beginning of a line is Italian as well."""
    texts = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return texts[0].casefold() != message.id.casefold()
