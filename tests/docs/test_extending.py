"""The tutorial is the plugin, the plugin uses all of the door, and what it may read stays what it is."""

import ast
import re

import pytest
from django.apps import apps

import portal.extensions
from portal.extensions import Declaration

from .blocks import DOCS, ROOT, named_blocks

pytestmark = pytest.mark.once

TUTORIAL = DOCS / "extending.md"
PLUGIN = ROOT / "tests" / "dummy_plugin"
# What every app has and nobody needs to read.
NOT_TAUGHT = {"__init__.py", "migrations"}


def plugin_files():
    return {
        path.relative_to(ROOT).as_posix()
        for path in PLUGIN.rglob("*")
        if path.suffix in {".py", ".html"} and not NOT_TAUGHT.intersection(path.relative_to(PLUGIN).parts)
    }


@pytest.mark.parametrize("file", named_blocks(TUTORIAL))
def test_the_tutorials_code_is_the_plugins(file):
    assert named_blocks(TUTORIAL)[file] == (ROOT / file).read_text(), "run: python -m tests.docs.blocks"


def test_the_tutorial_shows_every_file_of_the_plugin():
    shown = {file for file in named_blocks(TUTORIAL) if (ROOT / file).is_relative_to(PLUGIN)}
    assert shown == plugin_files()


def kinds():
    """What a plugin can say: the declarations that the door exports, and urls() for addresses."""
    exported = {name: getattr(portal.extensions, name) for name in portal.extensions.__all__}
    declarations = {
        name
        for name, value in exported.items()
        if isinstance(value, type) and issubclass(value, Declaration) and value is not Declaration
    }
    return (declarations - {"UrlInclude"}) | {"urls", "Persona", "SearchHit"}


def calls(tree):
    return {
        node.func.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }


def test_the_plugin_uses_every_kind_of_the_door():
    used = set().union(*(calls(ast.parse(path.read_text())) for path in PLUGIN.glob("*.py")))

    assert kinds() - used == set()


def test_the_tutorial_explains_every_kind_of_the_door():
    table = section("The kinds")

    assert {kind for kind in kinds() if f"`{kind}" not in table} == set()


def section(title):
    return re.search(rf"^## {title}\n(.*?)(?=^## |\Z)", TUTORIAL.read_text(), re.M | re.S)[1]


def readable():
    """(label of a model, whether its manager is meant, a name on it) for each name of the table."""
    for label, manager, names in re.findall(
        r"^\| `(portal\.\w+)(\.objects)?` \| (.+) \|$", section("What a plugin may read"), re.M
    ):
        for name in re.findall(r"`(\w+)`", names):
            yield label, bool(manager), name


@pytest.mark.parametrize(("label", "manager", "name"), list(readable()))
def test_what_a_plugin_may_read_is_there(label, manager, name):
    model = apps.get_model(label)

    assert hasattr(model._default_manager if manager else model, name)


def test_the_plugin_reads_no_other_model_of_the_portal():
    source = "\n".join(path.read_text() for path in PLUGIN.glob("*.py"))
    named = set(re.findall(r'"portal\.([A-Z]\w+)"', source)) | set(re.findall(r'"portal", "(\w+)"', source))

    assert {f"portal.{name}" for name in named} <= {label for label, _manager, _name in readable()}
