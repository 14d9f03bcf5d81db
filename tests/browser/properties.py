"""What holds of every page of ours, whoever looks at it, in whatever language, on whatever screen."""

from __future__ import annotations

from pathlib import Path

from tests.harness import VIEWPORTS

from .english import english

PROPERTIES = Path(__file__).with_name("properties.js").read_text()
FOCUSED = Path(__file__).with_name("focus.js").read_text()
RIGHT_TO_LEFT = {"ar"}
WIDTHS = (1280, 768, 360)  # px; the last is the one that a page is left at


def direction(language: str) -> str:
    return "rtl" if language in RIGHT_TO_LEFT else "ltr"


def faults_of(page, language: str, within: str = "body") -> list[str]:
    """What does not hold of the page that is open, at each width; a list of readable lines.

    within: the element whose targets are tried, where something lies over the others.
    """
    # What is folded away is looked at as well; an open menu would cover the page.
    page.evaluate("document.querySelectorAll('main details').forEach((details) => { details.open = true })")
    found: dict[str, list[int]] = {}
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": VIEWPORTS["phone"]["height"]})
        for line in page.evaluate(PROPERTIES, [language, direction(language), within, english(language)]):
            found.setdefault(line, []).append(width)
    return [f"at {', '.join(map(str, widths))} px: {line}" for line, widths in found.items()]


def faults_of_focus(page, most: int = 60) -> list[str]:
    """Tab through the page: what has the focus shows it, and nothing lies over it; a list of readable lines."""
    found = []
    page.evaluate("document.activeElement?.blur(); scrollTo(0, 0)")
    for _ in range(most):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        if focused is None:
            break
        if not focused["outlined"]:
            found.append(f"has the focus and does not show it: {focused['name']}")
        if focused["covered"]:
            found.append(f"has the focus below something else: {focused['name']}")
    return found
