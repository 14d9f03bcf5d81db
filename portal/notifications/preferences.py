"""What somebody wants to hear of, and by which channel. In the portal everybody reads everything that is for them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from portal.extensions import NotificationKind, declared
from portal.extensions.registry import Text

from .channels import OUTSIDE, WAYS, Channel, Way
from .models import Notification

ALL = "*"  # instead of a subject: whatever has no choice of its own, what is declared one day included


class NotificationPreference(models.Model):
    """That somebody wants a channel for a subject, or does not, where this differs from what holds without it."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("person")
    )
    subject = models.CharField(_("subject"), max_length=100)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    is_on = models.BooleanField(_("on"))

    class Meta:
        verbose_name = _("choice of notifications")
        verbose_name_plural = _("choices of notifications")
        constraints = [
            models.UniqueConstraint(fields=["person", "subject", "channel"], name="notification_chosen_once"),
            # What the portal itself shows cannot be switched off: it is where everything else leads.
            models.CheckConstraint(condition=~models.Q(channel="inbox"), name="inbox_always_on"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} · {self.channel}: {self.is_on}"


@dataclass(frozen=True, slots=True)
class Subject:
    """What is switched on and off together: the kinds of one group, under their label."""

    key: str
    label: Text
    kinds: tuple[NotificationKind, ...]

    @property
    def is_urgent(self) -> bool:
        return any(kind.urgent for kind in self.kinds)

    def concerns(self, person: Any) -> bool:
        return any(kind.concerns(person) for kind in self.kinds)


def subjects() -> list[Subject]:
    """All that news may be about, in the order in which it was declared."""
    by_key: dict[str, list[NotificationKind]] = {}
    for kind in declared(NotificationKind):
        by_key.setdefault(kind.subject, []).append(kind)
    return [Subject(key, kinds[0].label, tuple(kinds)) for key, kinds in by_key.items()]


def find_subject(key: str) -> Subject | None:
    return next((subject for subject in subjects() if subject.key == key), None)


class Choices:
    """What people have chosen: asked once for all of them."""

    def __init__(self, people: Iterable[Any], *, subject: str | None = None) -> None:
        rows = NotificationPreference.objects.filter(person__in=list(people))
        if subject is not None:
            rows = rows.filter(subject__in=(subject, ALL))
        self._rows = {(row.person_id, row.subject, row.channel): row.is_on for row in rows}

    def default(self, person: Any, way: Way) -> bool:
        """What holds for a subject without a choice of its own."""
        return self._rows.get((person.pk, ALL, way.channel), way.on_by_default)

    def wants(self, person: Any, subject: str, way: Way) -> bool:
        return self._rows.get((person.pk, subject, way.channel), self.default(person, way))


def ways_for(people: Collection[Any], kind: NotificationKind) -> dict[int, list[Way]]:
    """By which channels each of them hears of this kind, by the number of the person.

    The queries do not grow with the people. Whoever has switched everything off hears of what is urgent all the same:
    by the first channel that nobody needs to have asked for.
    """
    choices = Choices(people, subject=kind.subject)
    ways_of_kind = [way for way in WAYS if not (kind.told_directly and way.by_contact)]
    reached = {way.channel: way.reached(people) for way in ways_of_kind}
    ways = {}
    for person in people:
        mine = [way for way in ways_of_kind if person.pk in reached[way.channel]]
        chosen = [way for way in mine if way.task is None or choices.wants(person, kind.subject, way)]
        if kind.urgent and not any(way.task for way in chosen):
            chosen += [way for way in mine if way.task and way.on_by_default][:1]
        ways[person.pk] = chosen
    return ways


@transaction.atomic
def choose(person: Any, chosen: Mapping[tuple[str, str], bool]) -> None:
    """Switch on and off: `chosen` says by subject and channel which. What waits to be sent by one that is off now is
    not sent; what is urgent is not held up by that. Choosing the same twice changes nothing."""
    get_user_model().objects.select_for_update().get(
        pk=person.pk
    )  # of two forms at once, one after the other
    ways = {way.channel: way for way in OUTSIDE}
    rows = [
        NotificationPreference(person=person, subject=subject, channel=channel, is_on=is_on)
        for (subject, channel), is_on in chosen.items()
    ]
    mine = NotificationPreference.objects.filter(person=person)
    for row in rows:
        mine.filter(subject=row.subject, channel=row.channel).delete()
    choices = Choices([person])
    NotificationPreference.objects.bulk_create(
        row for row in rows if row.is_on != choices.default(person, ways[row.channel])
    )
    for subject in subjects():
        for way in OUTSIDE:
            if chosen.get((subject.key, way.channel)) is False:
                _drop_waiting(person, subject, way)


@transaction.atomic
def choose_for_all(person: Any, channel: str, *, is_on: bool) -> None:
    """Switch a channel on or off for whatever there is and will be; what was chosen one by one is forgotten."""
    get_user_model().objects.select_for_update().get(pk=person.pk)
    way = next(way for way in OUTSIDE if way.channel == channel)
    NotificationPreference.objects.filter(person=person, channel=channel).delete()
    if is_on != way.on_by_default:
        NotificationPreference.objects.create(person=person, subject=ALL, channel=channel, is_on=is_on)
    if not is_on:
        for subject in subjects():
            _drop_waiting(person, subject, way)


def _drop_waiting(person: Any, subject: Subject, way: Way) -> None:
    kinds = [kind.key for kind in subject.kinds if not kind.urgent]
    waiting = Notification.objects.filter(person=person, channel=way.channel, event__kind__in=kinds).open()
    # What carries others is judged when it is sent.
    carriers = Notification.objects.filter(person=person).exclude(carrier=None).values("carrier")
    waiting.exclude(pk__in=carriers).update(dropped=Notification.Dropped.SWITCHED_OFF, last_error="")
