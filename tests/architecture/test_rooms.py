"""The same file names in every room, so that whoever knows one room knows them all (docs/architecture.md)."""

import ast
from pathlib import Path

import pytest

from portal.extensions import (
    DashboardCard,
    LiveTopic,
    NotificationKind,
    ObjectPanel,
    PersonalData,
    SearchSource,
    declared,
)
from tests.harness import PACKAGES, ROOT

pytestmark = pytest.mark.once

STANDARD = {
    "__init__.py",
    "models.py",
    "querysets.py",
    "workflow.py",
    "rules.py",
    "forms.py",
    "views.py",
    "urls.py",
    "portal_hooks.py",
    "wagtail_hooks.py",
    "actions.py",
}
# Names that hold anything, and layers that this house does without.
SHAPELESS = {
    "base.py",
    "common.py",
    "constants.py",
    "handlers.py",
    "helpers.py",
    "lib.py",
    "managers.py",
    "misc.py",
    "mixins.py",
    "receivers.py",
    "repositories.py",
    "services.py",
    "signals.py",
    "tools.py",
    "utilities.py",
    "utils.py",
}
# Large enough for a folder of their own in their room (docs/adr/0016).
SUBJECTS = {
    *(
        f"community/mutual_aid/{subject}"
        for subject in (
            "calendar",
            "exchanges",
            "gatherings",
            "organizations",
            "shifts",
            "things",
            "time_bank",
        )
    ),
    # What banks write: a module for each format; and what is seen of it.
    "risparmio/bank/formats",
    "risparmio/bank/pages",
    # What is seen of mediation: a folder for each part.
    *(
        f"community/mediation/pages/{part}"
        for part in (
            "agreements",
            "answering",
            "asking",
            "cases",
            "day",
            "diary",
            "glass",
            "intake",
            "meetings",
            "rooms",
        )
    ),
    "community/mediation/pages",
    "portal/notifications/push",
    "portal/desk/appointments",
    *(
        f"portal/pages/{subject}"
        for subject in (
            "answers",
            "calls",
            "contributions",
            "directory",
            "editing",
            "events",
            "orientation",
            "questions",
            "services",
            "site",
        )
    ),
    *("portal/settings/formats", "portal/settings/formats/en"),  # Django looks for a folder a language
    *(
        f"portal/people/{subject}"
        for subject in ("contacts", "delegations", "invitations", "joining", "papers")
    ),
}
NO_ROOMS = {"management", "migrations", "settings"}


def modules() -> list[Path]:
    found = []
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            if not NO_ROOMS & set(path.relative_to(ROOT).parts):
                found.append(path)
    return sorted(found)


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", modules(), ids=named)
def test_a_file_is_of_the_table_or_says_which_concept_it_holds(path):
    assert path.name not in SHAPELESS, f"{named(path)}: name the concept that it holds"
    if path.name in STANDARD or path.parent.name in PACKAGES or path.parent.name == "templatetags":
        return
    tree = ast.parse(path.read_text())
    holders = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    told = [ast.get_docstring(node) for node in (tree, *(n for n in tree.body if isinstance(n, holders)))]
    assert any(told), f"{named(path)} is no standard name: a docstring in it says what it is about"


@pytest.mark.parametrize("package", PACKAGES)
def test_a_room_is_one_folder_deep(package):
    """One Django app a package, one folder a subject: no app inside an app, no packages in rooms but those named."""
    nested = [
        named(path)
        for path in (ROOT / package).glob("*/*/**/__init__.py")
        if "management" not in path.parts and str(path.parent.relative_to(ROOT)) not in SUBJECTS
    ]
    assert nested == []
    apps = [named(path) for path in (ROOT / package).glob("*/**/apps.py")]
    assert apps == []


@pytest.mark.parametrize("package", PACKAGES)
def test_the_table_of_contents_names_each_kind_in_one_place(package):
    hooks = ROOT / package / "portal_hooks.py"
    if not hooks.exists():
        pytest.skip("has nothing to say yet")
    blocks = [
        {call.func.id for call in node.value.args if isinstance(call, ast.Call)}
        for node in ast.parse(hooks.read_text()).body
        if isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Call)
        and node.value.func.id == "register"
    ]
    scattered = {kind for place, block in enumerate(blocks) for kind in block & set().union(*blocks[:place])}
    assert scattered == set()


def test_no_business_rule_hides_in_a_signal():
    """What follows from a fact is declared (EventSink, NotificationKind); a signal may tidy up files, sessions and the
    pages that are kept whole: models of Wagtail's own have no verb of ours and say nothing else when they change."""
    offenders = [
        named(path)
        for path in modules()
        if {"post_save", "pre_save", "pre_delete", "m2m_changed"} & names_in(path)
        and named(path) != "portal/pages/page_cache.py"
    ]
    assert offenders == []


def names_in(path: Path) -> set[str]:
    tree = ast.parse(path.read_text())
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return names | {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}


BEHIND = {
    DashboardCard: ("context", "dashboard"),
    ObjectPanel: ("context", "dashboard"),
    NotificationKind: ("recipients", "notifications"),
    LiveTopic: ("allows", "live"),
    SearchSource: ("find", "search"),
    PersonalData: ("export", "privacy"),
}


@pytest.mark.parametrize("kind", BEHIND, ids=lambda kind: kind.__name__)
def test_what_stands_behind_a_plugins_declaration_has_its_place(kind):
    """As docs/extending.md teaches it: whoever knows one plugin knows where to look in another."""
    function, name = BEHIND[kind]
    modules = {
        declaration.key: getattr(declaration, function).__module__
        for declaration in declared(kind)
        if not declaration.key.startswith(("portal.", "tests."))
    }
    assert modules
    assert {key: module for key, module in modules.items() if not module.endswith(f".{name}")} == {}
