"""The portal's components: each stands on a page, and no plugin draws its own."""

import pytest

from tests.harness import PACKAGES, ROOT

COMPONENTS = ROOT / "portal/templates/portal/components"
STYLE_GUIDE = ROOT / "portal/templates/portal/style_guide.html"
pytestmark = pytest.mark.once

SOURCES = {
    path: path.read_text()
    for folder in (*PACKAGES, "templates")
    for pattern in ("*.html", "*.py")
    for path in (ROOT / folder).rglob(pattern)
    if path != STYLE_GUIDE
}


def named(path):
    return str(path.relative_to(COMPONENTS))


@pytest.mark.parametrize("path", sorted(COMPONENTS.rglob("*.html")), ids=named)
def test_a_component_stands_on_a_page(path):
    """What only the style guide shows is used by nobody, or somebody has drawn it anew."""
    name = f"portal/components/{named(path)}"
    assert any(name in text for source, text in SOURCES.items() if source != path)


# What marks a component's outermost element.
DRAWN_BY = {
    "breadcrumbs": "breadcrumbs",
    "pages": "pagination",
    "pictures": "pictograms",
    "tabs": "filters",
    "filters": "filters",
    "timeline": "timeline",
    "way": "steps",
}


@pytest.mark.parametrize("mark", DRAWN_BY)
def test_only_the_component_draws_it(mark):
    elsewhere = [
        str(path.relative_to(ROOT))
        for path, text in SOURCES.items()
        if f'class="{mark}"' in text and path.stem != DRAWN_BY[mark]
    ]
    assert elsewhere == []
