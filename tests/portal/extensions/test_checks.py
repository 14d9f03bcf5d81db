"""What a declaration gets wrong is named by `manage.py check`, and a sound one is not."""

from collections import defaultdict
from datetime import timedelta

import pytest

from portal.extensions import (
    DashboardCard,
    DelegationScope,
    EventKind,
    Exempt,
    Indicator,
    LiveTopic,
    NavigationItem,
    NeverDelegated,
    NotificationKind,
    ObjectPanel,
    PersonalData,
    Role,
    registry,
    urls,
)
from portal.extensions.checks import check_declarations

# Enough for any kind; what a check does not read may be anything.
NAVIGATION = {"label": "Keys", "icon": "key-round"}
CARD = {"template": "portal/base.html", "context": lambda request: None}
TOPIC = {"identifiers": lambda event: [], "allows": lambda user, identifier: False}
NOTIFICATION = {"recipients": lambda event: [], "title": str, "url": str, "label": "Keys"}
DATA = {"export": lambda user: [], "erase": lambda user: 0, "retention": None, "reason": "A reason."}


@pytest.fixture
def door(monkeypatch):
    """The door with nothing declared but what the test declares."""
    monkeypatch.setattr(registry, "_declared", defaultdict(dict))
    monkeypatch.setattr(registry, "_duplicates", [])
    return registry


def found(*declarations):
    """The ids of the errors that these declarations make."""
    registry.register(*declarations)
    return [error.id for error in check_declarations(None)]


def messages():
    return [error.msg for error in check_declarations(None)]


def test_what_the_portal_and_its_plugins_declare_is_sound():
    assert check_declarations(None) == []


def test_a_key_is_declared_once(door):
    first, second = (EventKind(key="keys.loan.asked", sentence=text) for text in ("First", "Second"))

    assert found(first, second) == ["portal.E001"]
    assert "EventKind 'keys.loan.asked'" in messages()[0]
    assert registry.find(EventKind, "keys.loan.asked") is first


def test_two_kinds_may_share_a_key(door):
    kind = EventKind(key="keys.loan.asked", sentence="Asked")

    assert found(kind, NotificationKind(key="keys.loan.asked", **NOTIFICATION)) == []


def test_an_entry_of_a_menu_leads_somewhere(door):
    assert found(NavigationItem(key="keys.main", url_name="keys:nowhere", **NAVIGATION)) == ["portal.E002"]


def test_an_entry_that_leads_to_my_home_is_sound(door):
    assert found(NavigationItem(key="keys.main", url_name="portal:casa", **NAVIGATION)) == []


@pytest.mark.parametrize(
    "declaration",
    [
        DashboardCard(key="keys.card", **CARD | {"template": "keys/missing.html"}),
        ObjectPanel(key="keys.panel", models=("*",), context=lambda *_: None, template="keys/missing.html"),
    ],
)
def test_a_template_loads(door, declaration):
    assert found(declaration) == ["portal.E003"]


def test_a_template_with_a_mistake_does_not_load(door, settings, tmp_path):
    (tmp_path / "wrong.html").write_text("{% unknown_tag %}")
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]

    assert found(DashboardCard(key="keys.card", **CARD | {"template": "wrong.html"})) == ["portal.E003"]


@pytest.mark.parametrize(
    "declaration",
    [
        Role(key="keys.desk", label="Desk", description="Lends", permissions=("keys.lend_everything",)),
        Role(key="keys.desk", label="Desk", description="Lends", rights={"keys.lend_everything": "Lend"}),
        Indicator(
            key="keys.lent", label="Lent", value=lambda since, until: 0, permission="keys.count_everything"
        ),
    ],
)
def test_a_permission_exists(door, declaration):
    assert found(declaration) == ["portal.E004"]


def test_a_permission_is_a_models_or_a_rules(door):
    permissions, rights = ("portal.view_building",), {"portal.give_role": "Give roles"}
    role = Role(key="keys.desk", label="Desk", description="Lends", permissions=permissions, rights=rights)

    assert found(role) == []


def test_what_a_rule_decides_is_said_in_words(door):
    """Whoever gives roles reads the table of them, and no names of the code."""
    role = Role(key="keys.desk", label="Desk", description="Lends", permissions=("portal.give_role",))

    assert found(role) == ["portal.E004"]


def test_a_notification_tells_of_a_fact(door):
    assert found(NotificationKind(key="keys.loan.asked", **NOTIFICATION)) == ["portal.E005"]


def test_what_people_choose_by_has_one_label(door):
    asked, lent = (EventKind(key=f"keys.loan.{fact}", sentence=fact) for fact in ("asked", "lent"))
    kinds = [
        NotificationKind(key=kind.key, group="keys.mine", **{**NOTIFICATION, "label": label})
        for kind, label in ((asked, "Keys"), (lent, "Other keys"))
    ]

    assert found(asked, lent, *kinds) == ["portal.E009"]


def test_what_people_choose_by_has_a_label(door):
    kind = EventKind(key="keys.loan.asked", sentence="Asked")

    assert found(kind, NotificationKind(key=kind.key, **{**NOTIFICATION, "label": ""})) == ["portal.E009"]


def test_a_live_topic_watches_facts_that_happen(door):
    assert found(LiveTopic(key="keys.loan", kinds=("keys.loan.*",), **TOPIC)) == ["portal.E006"]


def test_a_live_topic_may_watch_a_pattern_of_facts(door):
    kind = EventKind(key="keys.loan.asked", sentence="Asked")

    assert found(kind, LiveTopic(key="keys.loan", kinds=("keys.*",), **TOPIC)) == []


@pytest.mark.parametrize(
    "declaration",
    [
        PersonalData(key="portal.Diary", **DATA),
        Exempt(key="diary.Diary", reason="There is none."),
        Exempt(key="not a label", reason="There is none."),
        ObjectPanel(key="keys.panel", models=("portal.Diary",), **CARD),
    ],
)
def test_a_model_exists(door, declaration):
    assert "portal.E007" in found(declaration)


@pytest.mark.parametrize(
    ("promised", "kept"), [(timedelta(days=365), None), (timedelta(0), None), (None, lambda before: 0)]
)
def test_a_time_after_which_rows_go_comes_with_what_removes_them(door, promised, kept):
    data = DATA | {"retention": promised, "expire": kept}

    assert found(PersonalData(key="portal.User", **data)) == ["portal.E008"]


def test_rows_that_go_after_a_time_are_sound(door):
    data = DATA | {"retention": timedelta(days=365), "expire": lambda before: 0}

    assert found(PersonalData(key="portal.User", **data)) == []


def test_a_panel_may_wait_for_a_plugin_that_is_not_there(door):
    panel = ObjectPanel(key="keys.panel", models=("absent.Thing", "*"), **CARD)

    assert "portal.E007" not in found(panel)


def test_addresses_with_one_prefix_are_declared_once(door):
    urls("chiavi/", "keys.urls")
    urls("chiavi/", "other.urls")

    assert [error.id for error in check_declarations(None)] == ["portal.E001"]


SCOPE = {"label": "ask for keys", "hint": "Nothing else.", "url_name": "portal:casa"}


def test_a_scope_begins_somewhere(door):
    assert found(DelegationScope(key="keys.loans", **SCOPE | {"url_name": "keys:nowhere"})) == ["portal.E002"]


@pytest.mark.parametrize("key", ["keys.lending", "keys.lending.night"])
def test_where_nobody_acts_for_another_there_is_no_scope(door, key):
    never = NeverDelegated(key="keys.lending", reason="Whoever hands a key over answers for it.")

    assert found(never, DelegationScope(key=key, **SCOPE)) == ["portal.E009"]


def test_a_scope_beside_such_a_subject_is_sound(door):
    never = NeverDelegated(key="keys.lending", reason="Whoever hands a key over answers for it.")

    assert found(never, DelegationScope(key="keys.lendings", **SCOPE)) == []


def test_a_whole_app_is_no_subject(door):
    assert found(NeverDelegated(key="keys", reason="A reason.")) == ["portal.E009"]
