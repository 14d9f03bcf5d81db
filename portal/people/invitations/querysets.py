"""The questions: which invitations still open the door, and who has not come through it yet."""

from __future__ import annotations

from django.db import models
from django.db.models import Exists, F, FilteredRelation, OuterRef, Q
from django.utils import timezone

from portal.people.models import User
from portal.people.tokens import digest

from .codes import normalised


class InvitationQuerySet(models.QuerySet):
    def unused(self) -> InvitationQuerySet:
        """Neither accepted nor taken back; a person has at most one, which may be too old all the same."""
        return self.filter(accepted_at=None, revoked_at=None)

    def open(self) -> InvitationQuerySet:
        """Those that let in, now."""
        return self.unused().filter(expires_at__gt=timezone.now(), person__is_active=True)

    def carrying(self, code: str):
        """The open invitation of that code, typed or scanned, or None. One query, whatever the code is."""
        found = self.select_related("person").filter(digest=digest(normalised(code))).first()
        return found if found and found.is_open else None

    def void(self, *, by) -> int:
        """Take back what is unused. For those who know why; the event is theirs to record."""
        return self.unused().update(revoked_at=timezone.now(), revoked_by=by)


class NewcomerState(models.TextChoices):
    """How far somebody has come, from the register to the portal."""

    TO_PRINT = "to_print"
    WAITING = "waiting"
    EXPIRED = "expired"
    IN = "in"


def been_in(people: models.QuerySet[User]) -> models.QuerySet[User]:
    """Of these people, those whose account is used."""
    Invitation = User._meta.get_field("invitations").related_model
    accepted = Invitation.objects.filter(person=OuterRef("pk")).exclude(accepted_at=None)
    return people.filter(Q(last_login__isnull=False) | Q(Exists(accepted)))


def newcomers(user: User) -> models.QuerySet[User]:
    """The adults of all households whom `user` may let in, with what their letter says of them: `letter_id`,
    `printed_at`, `mailed_at`, `expires_at`, `household_name`, and `is_in`.

    The rule `portal.invite_person`, for many: those who hold a role are an administrator's.
    """
    theirs = User.objects.all() if user.has_role("portal.administrator") else User.objects.without_role()
    Invitation = User._meta.get_field("invitations").related_model
    accepted = Invitation.objects.filter(person=OuterRef("pk")).exclude(accepted_at=None)
    return (
        theirs.alias(
            home=FilteredRelation("household_memberships", condition=Q(household_memberships__until=None)),
            letter=FilteredRelation(
                "invitations",
                condition=Q(invitations__accepted_at=None, invitations__revoked_at=None),
            ),
        )
        .filter(is_active=True, home__is_adult=True)
        .annotate(
            household_name=F("home__household__name"),
            letter_id=F("letter__pk"),
            printed_at=F("letter__printed_at"),
            mailed_at=F("letter__mailed_at"),
            expires_at=F("letter__expires_at"),
            is_in=Q(last_login__isnull=False) | Q(Exists(accepted)),
        )
    )


def in_state(people: models.QuerySet[User], state: str) -> models.QuerySet[User]:
    """Of `newcomers()`, those who have come that far."""
    now = timezone.now()
    conditions = {
        NewcomerState.TO_PRINT: Q(is_in=False, letter_id=None),
        NewcomerState.WAITING: Q(is_in=False, expires_at__gt=now),
        NewcomerState.EXPIRED: Q(is_in=False, expires_at__lte=now),
        NewcomerState.IN: Q(is_in=True),
    }
    return people.filter(conditions[state])


def state_of(person) -> NewcomerState:
    """Where a row of `newcomers()` stands."""
    if person.is_in:
        return NewcomerState.IN
    if person.letter_id is None:
        return NewcomerState.TO_PRINT
    return NewcomerState.WAITING if person.expires_at > timezone.now() else NewcomerState.EXPIRED
