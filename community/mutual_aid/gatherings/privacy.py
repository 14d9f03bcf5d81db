"""What gatherings know about a person, how long they know it, and how they forget it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from portal.extensions import years

from .models import Answer, Contribution, Gathering
from .words import Occasion

RETENTION = years(1)


def export_answers(user) -> Iterator[dict]:
    for answer in Answer.objects.filter(person=user).select_related("gathering"):
        yield {
            "gathering": str(answer.gathering),
            "day": timezone.localtime(answer.gathering.starts_at).date().isoformat(),
            "answer": str(answer.get_state_display()),
            "companions": answer.companions,
        }


def export_contributions(user) -> Iterator[dict]:
    for promised in Contribution.objects.filter(person=user).select_related("item__gathering"):
        yield {
            "gathering": str(promised.item.gathering),
            "thing": str(promised.item),
            "number": promised.number,
        }


def export_gatherings(user) -> Iterator[dict]:
    for gathering in Gathering.objects.filter(organizer=user):
        yield {
            "name": gathering.name,
            "text": gathering.text,
            "place": gathering.place,
            "starts_at": gathering.starts_at.isoformat(),
            "ends_at": gathering.ends_at.isoformat(),
            "called_off_because": gathering.off_because,
        }


@transaction.atomic
def erase_answers(user) -> int:
    """Seats still to be taken go to who waits; of what is over only the number of people stays."""
    coming = Answer.objects.open().filter(person=user, gathering__starts_at__gt=timezone.now())
    touched = 0
    for answer in coming.select_related("gathering"):
        answer.withdraw(by=None) if not answer.gathering.is_off else None
        touched += 1
    return touched + Answer.objects.filter(person=user).update(person=None)


def erase_contributions(user) -> int:
    deleted, _by_model = Contribution.objects.filter(person=user).delete()
    return deleted


@transaction.atomic
def erase_gatherings(user) -> int:
    """What only they ran and is still to come is off; what was goes on as it was, without the name."""
    mine = Gathering.objects.filter(organizer=user)
    for gathering in mine.filter(host=None, starts_at__gt=timezone.now(), cancelled_at=None):
        gathering.call_off(by=None)
    # What an organization invites to is its own; a neighbour's words go with the neighbour.
    for gathering in mine.filter(host=None):
        label = Occasion(gathering.occasion).label
        mine.filter(pk=gathering.pk).update(name=label, text="", place="", off_because="")
    return mine.update(organizer=None)


def expire(before: datetime) -> int:
    """Gatherings of long ago go with their answers; what was credited stands in the time bank."""
    _total, by_model = Gathering.objects.filter(ends_at__lt=before).delete()
    return by_model.get(Gathering._meta.label, 0)


def expire_answers(before: datetime) -> int:
    """They go with their gathering; here what is left of one that was moved into the past."""
    deleted, _by_model = Answer.objects.filter(gathering__ends_at__lt=before).delete()
    return deleted


def expire_contributions(before: datetime) -> int:
    deleted, _by_model = Contribution.objects.filter(item__gathering__ends_at__lt=before).delete()
    return deleted
