"""What the portal knows of a person as such, and what is left of them when they go."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Exists, Model, OuterRef, Q
from django.utils.translation import gettext
from wagtail.models import ModelLogEntry

from portal.extensions import Impediment, Role, find

from .models import Household, HouseholdMember, OrganizationMember, RoleGrant, User, new_username
from .names import NOBODY


def export_person(person: User) -> Iterator[dict[str, Any]]:
    yield {
        "name": person.display_name,
        "email": person.email,
        "phone": person.phone,
        "contact_phone": person.contact_phone,
        "language": person.language,
        "registered_on": person.date_joined.isoformat(),
        "last_sign_in": person.last_login.isoformat() if person.last_login else None,
    }


def export_roles(person: User) -> Iterator[dict[str, Any]]:
    for grant in person.role_grants.order_by("given_at"):
        yield {
            "role": grant.role,
            "given_on": grant.given_at.isoformat(),
            "taken_on": grant.taken_at.isoformat() if grant.taken_at else None,
        }


def export_households(person: User) -> Iterator[dict[str, Any]]:
    for member in person.household_memberships.select_related("household").order_by("since"):
        yield {"household": member.household.name, **_spell(member)}


def export_household_names(person: User) -> Iterator[dict[str, Any]]:
    for household in Household.objects.filter(members__person=person).distinct():
        yield {"name": household.name, "registered_on": household.created_at.isoformat()}


def export_organizations(person: User) -> Iterator[dict[str, Any]]:
    for member in person.organization_memberships.select_related("organization").order_by("since"):
        yield {
            "organization": member.organization.name,
            "coordinates": member.is_coordinator,
            "vouched_for_on": member.vouched_at.isoformat() if member.vouched_at else None,
            "checked_on": member.checked_at.isoformat() if member.checked_at else None,
            **_spell(member),
        }


def _spell(member) -> dict[str, Any]:
    return {"since": member.since.isoformat(), "until": member.until.isoformat() if member.until else None}


# What a row of `User` says of somebody; how often they were signed out is counted on.
_OF_THE_PERSON = (
    "username", "email", "phone", "contact_phone", "display_name", "is_active", "is_superuser", "last_login",
    "password",
)  # fmt: skip


def forget_in_log(objects: Iterable[Model], *, name: str = "") -> None:
    """Wagtail's log of the registers keeps what the changed row was called: "Anna Riva", "Anna Riva · Famiglia Riva".

    Without that it still says who on the staff changed which row, and when. `objects` are of one model; a `name` is
    forgotten wherever else it stands as well.
    """
    about = Q(label=name) | Q(label__startswith=f"{name} · ") if name else Q(pk__in=[])
    if rows := list(objects):
        numbers = [str(row.pk) for row in rows]
        about |= Q(content_type=ContentType.objects.get_for_model(rows[0]), object_id__in=numbers)
    ModelLogEntry.objects.filter(about).update(label=NOBODY)


@transaction.atomic
def erase_person(person: User) -> int:
    """The row stays, because facts point at it; nothing in it says who it was, and nobody signs in with it."""
    forget_in_log([person], name=person.display_name)
    person.username = new_username()
    person.email = person.phone = None
    person.contact_phone = ""
    person.display_name = NOBODY
    person.is_active = person.is_superuser = False
    person.last_login = None
    person.set_unusable_password()
    person.save(update_fields=_OF_THE_PERSON)
    person.groups.clear()
    person.user_permissions.clear()
    person.end_sessions()
    return 1


@transaction.atomic
def erase_roles(person: User) -> int:
    """Roles end; that somebody held them remains, without a name, because others must be able to account for it."""
    held = list(person.role_grants.filter(taken_at=None).values_list("role", flat=True))
    for role in held:
        person.take_role(role, by=None)
    return len(held)


def roles_held(person: User) -> Iterator[Impediment]:
    """What stands against erasing somebody who works for the agency: roles are taken away first, by a person."""
    if person.is_last_administrator():
        yield Impediment(
            staff=gettext("They are the last administrator: give the role to somebody else first."),
            person=gettext("Nobody but you is an administrator here. Give this role to somebody else first."),
        )
    for grant in person.role_grants.filter(taken_at=None):
        role = find(Role, grant.role)
        label = {"role": role.label if role else grant.role}
        yield Impediment(
            staff=gettext("They hold the role “%(role)s”: take it away first.") % label,
            person=gettext("You work here as “%(role)s”. Ask an administrator to take this role away first.")
            % label,
        )


def expire_roles(before: datetime) -> int:
    return RoleGrant.objects.filter(taken_at__lt=before).delete()[0]


@transaction.atomic
def erase_household_names(person: User) -> int:
    """A household carries its people's surname: it goes with the last of them (and before their membership does)."""
    theirs = Household.objects.filter(members__person=person)
    others = HouseholdMember.objects.current().exclude(person=person).filter(household=OuterRef("pk"))
    return _forget_names(Household.objects.filter(pk__in=theirs).exclude(Exists(others)))


@transaction.atomic
def expire_household_names(before: datetime) -> int:
    """Of households of which neither a membership nor a contract is remembered; not of one just registered."""
    forgotten = Household.objects.filter(members=None, tenancies=None, created_at__lt=before)
    return _forget_names(forgotten.exclude(name=NOBODY))


def _forget_names(households: Iterable[Household]) -> int:
    households = list(households)
    for household in households:
        forget_in_log([household], name=household.name)
    return Household.objects.filter(pk__in=[household.pk for household in households]).update(name=NOBODY)


@transaction.atomic
def erase_households(person: User) -> int:
    memberships = person.household_memberships.all()
    forget_in_log(memberships, name=person.display_name)
    return memberships.delete()[0]


@transaction.atomic
def expire_households(before: datetime) -> int:
    return _expire_spells(HouseholdMember, before)


@transaction.atomic
def erase_organizations(person: User) -> int:
    memberships = person.organization_memberships.all()
    forget_in_log(memberships, name=person.display_name)
    return memberships.delete()[0]


@transaction.atomic
def expire_organizations(before: datetime) -> int:
    return _expire_spells(OrganizationMember, before)


def _expire_spells(model: type[HouseholdMember | OrganizationMember], before: datetime) -> int:
    ended = list(model.objects.ended_before(before))
    forget_in_log(ended)
    return model.objects.filter(pk__in=[spell.pk for spell in ended]).delete()[0]
