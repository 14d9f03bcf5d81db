"""The languages that people of the district speak with each other; the portal itself speaks fewer."""

from __future__ import annotations

from portal.ui.languages import language_name

# From DOMAIN.md, by the codes that Django has names for.
SPOKEN = ("it", "en", "es", "fr", "ro", "ar", "uk", "sq", "zh-hans", "ur", "bn")


def spoken_languages() -> list[tuple[str, str]]:
    """Codes with their names in the reader's language."""
    return [(code, language_name(code)) for code in SPOKEN]
