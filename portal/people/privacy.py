"""What the portal knows of a person as such, and what is left of them when they go."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Exists, Model, OuterRef, Q
from wagtail.models import ModelLogEntry

from .models import Household, HouseholdMember, User, new_username

NOBODY = "—"


def export_person(person: User) -> Iterator[dict[str, Any]]:
    yield {
        "name": person.display_name,
        "email": person.email,
        "phone": person.phone,
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
            **_spell(member),
        }


def _spell(member) -> dict[str, Any]:
    return {"since": member.since.isoformat(), "until": member.until.isoformat() if member.until else None}


# What a row of `User` says of somebody; how often they were signed out is counted on.
_OF_THE_PERSON = (
    "username", "email", "phone", "display_name", "is_active", "is_superuser", "last_login", "password",
)  # fmt: skip


def _forget_in_log(name: str, objects: Iterable[Model]) -> None:
    """Wagtail's log of the registers keeps what the changed row was called: "Anna Riva", "Anna Riva · Famiglia Riva".

    Without that it still says who on the staff changed which row, and when.
    """
    about = Q(label=name) | Q(label__startswith=f"{name} · ")
    for row in objects:
        about |= Q(content_type=ContentType.objects.get_for_model(row), object_id=str(row.pk))
    ModelLogEntry.objects.filter(about).update(label=NOBODY)


@transaction.atomic
def erase_person(person: User) -> int:
    """The row stays, because facts point at it; nothing in it says who it was, and nobody signs in with it."""
    _forget_in_log(person.display_name, [person])
    person.username = new_username()
    person.email = person.phone = None
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


@transaction.atomic
def erase_household_names(person: User) -> int:
    """A household carries its people's surname: it goes with the last of them (and before their membership does)."""
    theirs = Household.objects.filter(members__person=person)
    others = HouseholdMember.objects.current().exclude(person=person).filter(household=OuterRef("pk"))
    last = list(Household.objects.filter(pk__in=theirs).exclude(Exists(others)))
    for household in last:
        _forget_in_log(household.name, [household])
    return Household.objects.filter(pk__in=[household.pk for household in last]).update(name=NOBODY)


@transaction.atomic
def erase_households(person: User) -> int:
    memberships = person.household_memberships.all()
    _forget_in_log(person.display_name, memberships)
    return memberships.delete()[0]


@transaction.atomic
def erase_organizations(person: User) -> int:
    memberships = person.organization_memberships.all()
    _forget_in_log(person.display_name, memberships)
    return memberships.delete()[0]
