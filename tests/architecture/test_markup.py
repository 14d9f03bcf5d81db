"""What a strict content policy and three directions of reading ask of templates and style sheets."""

import re

import pytest
from django.contrib.staticfiles import finders

from tests.harness import PACKAGES, ROOT

pytestmark = pytest.mark.once

TEMPLATES = sorted(
    path
    for folder in PACKAGES
    for path in (ROOT / folder).rglob("*.html")
    if "email" not in path.parts  # mail programs know no style sheets
)
SHEETS = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.css"))

INLINE = re.compile(
    r"""<style\b|\sstyle\s*=\s*["']|\son[a-z]+\s*=\s*["']|href\s*=\s*["']javascript:"""
    r"""|<script\b(?![^>]*\b(?:src=|type=["']application/json))""",
    re.IGNORECASE,
)
SIDES = re.compile(
    r"""(?<![\w-])(?:
        (?:margin|padding)-(?:left|right)
      | border-(?:left|right)(?:-(?:width|style|color))?
      | border-(?:top|bottom)-(?:left|right)-radius
      | (?:left|right)
    )\s*: | (?:text-align|float|clear)\s*:\s*(?:left|right)\b""",
    re.VERBOSE,
)


def named(path):
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", TEMPLATES, ids=named)
def test_a_template_holds_no_inline_style_or_script(path):
    text = re.sub(r"{#.*?#}|{% comment.*?endcomment %}", "", path.read_text(), flags=re.DOTALL)
    assert INLINE.findall(text) == []


@pytest.mark.parametrize("path", SHEETS, ids=named)
def test_a_style_sheet_knows_no_left_and_right(path):
    text = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)
    assert SIDES.findall(text) == []


def test_the_patterns_find_what_they_forbid():
    assert INLINE.search('<p style="color: red">')
    assert INLINE.search("<script>alert(1)</script>")
    assert INLINE.search('<a onclick="go()">')
    assert not INLINE.search('<script type="module" src="/static/portal/live.js"></script>')
    assert SIDES.search("a { margin-left: 1rem }")
    assert SIDES.search("a{right:0}")
    assert not SIDES.search("a { margin-inline-start: 1rem; inset-inline-end: 0; text-align: start }")


STATIC = re.compile(r"""{%\s*static\s+["']([^"']+)["']""")


@pytest.mark.parametrize("path", TEMPLATES, ids=named)
def test_a_template_names_static_files_that_exist(path):
    missing = [name for name in STATIC.findall(path.read_text()) if finders.find(name) is None]
    assert missing == []
