"""What the portal says to itself, through the same door as every plugin."""

from django.utils.translation import gettext_lazy as _

from portal.extensions import DemoData, EventKind, Role, register

from .housing import demo as housing_demo
from .people import demo as people_demo

register(
    EventKind(key="portal.role.given", sentence=_("%(actor)s gave a role"), icon="user-check"),
    EventKind(key="portal.role.taken", sentence=_("%(actor)s took a role away"), icon="user-x"),
    EventKind(key="portal.household.joined", sentence=_("%(actor)s added somebody to the household"), icon="user-plus"),
    EventKind(key="portal.household.left", sentence=_("%(actor)s ended a membership of the household"), icon="user-minus"),
)

_HOUSING = ("municipality", "building", "stairwell", "commonarea", "dwelling", "tenancy")
_PEOPLE = ("household", "householdmember", "organization", "organizationmember")


def _permissions(actions: tuple[str, ...], models: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"portal.{action}_{model}" for model in models for action in actions)


register(
    Role(
        key="portal.caseworker",
        label=_("Caseworker"),
        description=_("Knows the households, keeps the registers of homes and people, guides each path."),
        permissions=(
            "wagtailadmin.access_admin",
            *_permissions(("view", "add", "change"), (*_HOUSING, *_PEOPLE)),
        ),
        order=10,
    ),
    Role(
        key="portal.editor",
        label=_("Editor"),
        description=_("Writes guides and news and keeps the directory of resources true."),
        permissions=("wagtailadmin.access_admin",),
        order=20,
    ),
    Role(
        key="portal.auditor",
        label=_("Auditor"),
        description=_("Reads what it all adds up to and changes nothing."),
        permissions=("portal.view_indicators",),
        order=80,
    ),
    Role(
        key="portal.administrator",
        label=_("Administrator"),
        description=_("Gives roles and looks after the registers and the installation."),
        permissions=(
            "wagtailadmin.access_admin",
            "portal.give_role",
            "portal.view_indicators",
            *_permissions(("view", "add", "change", "delete"), (*_HOUSING, *_PEOPLE, "user", "rolegrant")),
        ),
        order=90,
    ),
)

register(
    DemoData(key="portal.people", load=people_demo.load, personas=people_demo.PERSONAS, order=10),
    DemoData(key="portal.housing", load=housing_demo.load, order=20),
)
