"""What an operator reads is what the code asks for."""

import re

import pytest

from .blocks import DOCS, ROOT

pytestmark = pytest.mark.once

ASKED = (
    re.compile(r"""\benv(?:\.\w+)?\(\s*["']([A-Z_]+)["']"""),
    re.compile(r"""\b_required\(\s*["']([A-Z_]+)["']"""),
    re.compile(r"""\bos\.environ(?:\.get\(|\.setdefault\(|\[)\s*["']([A-Z_]+)["']"""),
    re.compile(r"""\bos\.getenv\(\s*["']([A-Z_]+)["']"""),
)


def asked_by_the_code():
    packages = ("portal", "community", "manutenzione", "risparmio")
    sources = [path.read_text() for package in packages for path in (ROOT / package).rglob("*.py")]
    return {name for source in sources for pattern in ASKED for name in pattern.findall(source)}


def listed():
    section = re.search(
        r"^## Environment variables\n(.*?)^## ", (DOCS / "operations.md").read_text(), re.M | re.S
    )[1]
    return set(re.findall(r"^\| `([A-Z_]+)` \|", section, re.M))


def test_every_variable_that_is_read_is_listed():
    assert asked_by_the_code() - listed() == set()


def test_every_variable_that_is_listed_is_read():
    assert listed() - asked_by_the_code() == set()


def test_the_reader_finds_a_variable():
    assert {"PORTAL_SECRET_KEY", "DATABASE_URL", "PORTAL_PLUGINS"} <= asked_by_the_code()
