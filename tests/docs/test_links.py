"""Every link between our documents leads somewhere, and every decision stands in their list."""

import re

import pytest

from .blocks import DOCS, ROOT

pytestmark = pytest.mark.once

DOCUMENTS = [
    *ROOT.glob("*.md"),
    *DOCS.rglob("*.md"),
    *(ROOT / "changelog.d").glob("*.md"),
    ROOT / "tests" / "README.md",
]
LINK = re.compile(r"""\]\(([^)\s]+)\)|(?:src|href)="([^"]+)\"""")


def links(document):
    prose = re.sub(r"^```.*?^```$", "", document.read_text(), flags=re.M | re.S)
    for first, second in LINK.findall(prose):
        target = first or second
        if not target.startswith(("http:", "https:", "mailto:")):
            yield target


def anchors(document):
    for heading in re.findall(r"^#+ (.+)$", document.read_text(), re.M):
        yield re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_somewhere(document):
    broken = []
    for link in links(document):
        path, _hash, anchor = link.partition("#")
        target = (document.parent / path) if path else document
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert broken == []


def test_every_decision_is_in_the_list():
    numbered = {path.name for path in (DOCS / "adr").glob("[0-9]*.md")}

    assert numbered == set(links(DOCS / "adr" / "README.md"))
    assert sorted(int(name[:4]) for name in numbered) == list(range(1, len(numbered) + 1))


def decisions_named_at_the_head(decision, word):
    """The other decisions that its line of date and state says it `word`s."""
    head = decision.read_text().splitlines()[2]
    return {
        link[:4] for part in head.split(" · ") if word in part for link in re.findall(r"\]\(([^)]+)\)", part)
    }


def test_a_decision_that_was_replaced_points_to_the_one_that_replaces_it():
    decisions = {path.name[:4]: path for path in (DOCS / "adr").glob("[0-9]*.md")}
    pairs = {
        word: {
            (number, other)
            for number, path in decisions.items()
            for other in decisions_named_at_the_head(path, word)
        }
        for word in ("replaces ", "replaced by ")
    }

    assert ("0011", "0005") in pairs["replaces "]  # a label on a wall knows no language
    assert pairs["replaced by "] == {(old, new) for new, old in pairs["replaces "]}


def test_no_document_names_a_directory_of_somebodys_machine():
    private = re.compile(r"/(?:root|home|Users)/\w+")

    assert [str(path) for path in DOCUMENTS if private.search(path.read_text())] == []
