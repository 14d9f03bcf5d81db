"""Households come into the register: one from a form, many from a list. All of them, or none."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db import IntegrityError, transaction
from django.db.models.functions import Lower

from portal.events import record
from portal.people.models import Household, HouseholdMember, User

from .models import ContactTaken


@dataclass(frozen=True, kw_only=True)
class Adult:
    """Somebody to register. Numbers are E.164 or "", the address is lower case or ""."""

    name: str
    language: str
    email: str = ""
    phone: str = ""
    contact_phone: str = ""


@dataclass(kw_only=True)
class Entry:
    """A household to register."""

    name: str
    adults: list[Adult] = field(default_factory=list)


def taken_contacts(adults: Iterable[Adult]) -> tuple[set[str], set[str]]:
    """(addresses, numbers) that somebody else signs in with already, or that two of these would. Two queries."""
    adults = list(adults)
    emails = Counter(adult.email for adult in adults if adult.email)
    phones = Counter(adult.phone for adult in adults if adult.phone)
    known_emails = (
        User.objects.annotate(lower_email=Lower("email"))
        .filter(lower_email__in=list(emails))
        .values_list("lower_email", flat=True)
    )
    known_phones = User.objects.filter(phone__in=list(phones)).values_list("phone", flat=True)
    return set(known_emails) | _twice(emails), set(known_phones) | _twice(phones)


def _twice(contacts: Counter[str]) -> set[str]:
    return {contact for contact, times in contacts.items() if times > 1}


def registered(client_id: uuid.UUID) -> bool:
    """Whether a form or list with that id has been through."""
    return Household.objects.filter(client_id=_number(client_id, 0)).exists()


def register(entries: Sequence[Entry], *, by: User | None, client_id: uuid.UUID) -> list[Household]:
    """Register the households with their adults, in one transaction.

    The same `client_id` again registers nothing and returns what it registered the first time. Raises ContactTaken when
    somebody has taken an address or a number meanwhile; then nothing is registered.
    """
    numbers = [_number(client_id, place) for place in range(len(entries))]
    try:
        with transaction.atomic():
            # The unique number comes first: a second tab waits here, and then finds what the first has done.
            households = Household.objects.bulk_create(
                Household(name=entry.name, client_id=number)
                for entry, number in zip(entries, numbers, strict=True)
            )
            # At once and not by `Household.add`, one by one: nobody of these has rights or a connection to renew.
            people = User.objects.bulk_create(_person(adult) for entry in entries for adult in entry.adults)
            homes = (
                household for household, entry in zip(households, entries, strict=True) for _ in entry.adults
            )
            HouseholdMember.objects.bulk_create(
                HouseholdMember(household=household, person=person)
                for household, person in zip(homes, people, strict=True)
            )
            for household, entry in zip(households, entries, strict=True):
                record("portal.household.registered", household, by=by, adults=len(entry.adults))
    except IntegrityError:
        if registered(client_id):
            return list(Household.objects.filter(client_id__in=numbers).order_by("pk"))
        raise ContactTaken from None
    return households


def _number(client_id: uuid.UUID, place: int) -> uuid.UUID:
    return uuid.uuid5(client_id, str(place))


def _person(adult: Adult) -> User:
    person = User(
        display_name=adult.name,
        language=adult.language,
        email=adult.email or None,
        phone=adult.phone or None,
        contact_phone=adult.contact_phone,
    )
    person.set_unusable_password()
    return person
