"""The facts of appointments, and who is told: by the portal whoever has an account, by mail or text message others."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy, override

from portal.extensions import EventKind, NotificationKind

from .mail import tell
from .models import Appointment, AppointmentLink, WaitingPlace

_FACTS = {
    "appointment.booked": (gettext_lazy("%(actor)s booked the appointment"), "calendar-plus"),
    "appointment.walked_in": (
        gettext_lazy("%(actor)s received somebody without an appointment"),
        "user-plus",
    ),
    "appointment.moved": (gettext_lazy("%(actor)s moved the appointment"), "calendar-clock"),
    "appointment.cancelled": (gettext_lazy("%(actor)s cancelled the appointment"), "calendar-x"),
    "appointment.arrived": (gettext_lazy("%(actor)s noted that they are here"), "user-check"),
    "appointment.served": (gettext_lazy("%(actor)s noted that they were served"), "check"),
    "appointment.missed": (gettext_lazy("%(actor)s noted that they did not come"), "user-x"),
    "appointment.undone": (gettext_lazy("%(actor)s took a step back"), "undo-2"),
    "appointment.reminded": (gettext_lazy("A reminder: it is soon"), "bell"),
    "appointment.displaced": (gettext_lazy("The desk is closed on that day"), "calendar-off"),
    "waiting.joined": (gettext_lazy("%(actor)s came on the waiting list"), "hourglass"),
    "waiting.offered": (gettext_lazy("A time has become free"), "calendar-plus"),
    "waiting.taken": (gettext_lazy("%(actor)s took the time that was free"), "calendar-check"),
    "waiting.left": (gettext_lazy("%(actor)s left the waiting list"), "log-out"),
    "waiting.passed": (gettext_lazy("The time went to the next"), "arrow-right"),
    "waiting.withdrawn": (gettext_lazy("The time was taken back: the desk is closed then"), "calendar-off"),
    "desk.closed": (gettext_lazy("%(actor)s closed the desk on some days"), "calendar-off"),
    "desk.reopened": (gettext_lazy("%(actor)s opened the desk again"), "calendar-check"),
}
KINDS = tuple(
    # Where somebody is, and when, is nobody else's to read.
    EventKind(key=f"portal.{fact}", sentence=sentence, icon=icon, confidential=not fact.startswith("desk."))
    for fact, (sentence, icon) in _FACTS.items()
)

# What whoever has no account is told by a message of its own.
_TOLD = {
    "portal.appointment.booked",
    "portal.appointment.moved",
    "portal.appointment.cancelled",
    "portal.appointment.reminded",
    "portal.appointment.displaced",
    "portal.waiting.joined",
    "portal.waiting.offered",
}


def write_to_visitors(event: Any) -> None:
    """An EventSink: order the message to whoever has no account. The link's row, one for each fact, orders it once."""
    over = event.kind == "portal.waiting.passed" and event.target is not None and not event.target.is_open
    if event.kind not in _TOLD and not over:
        return
    about = event.target
    if about is None or about.person_id or not (about.email or about.phone):
        return
    try:
        with transaction.atomic():
            link = AppointmentLink.objects.create(event=event.pk, **{about.link_field: about})
            tell.enqueue(link.pk, "over" if over else event.kind.rpartition(".")[2])
    except IntegrityError:
        return


def _person(event: Any) -> Iterable:
    return [event.target.person] if event.target and event.target.person else []


def _own_page(event: Any) -> str:
    with override(settings.LANGUAGE_CODE):
        return event.target.get_absolute_url()


def comes_at_all(user: Any) -> bool:
    """Whoever has, or had, an appointment or a place on the list. Asked once for all kinds of news."""
    if not hasattr(user, "_comes_to_the_desk"):
        user._comes_to_the_desk = (
            Appointment.objects.filter(person=user).exists()
            or WaitingPlace.objects.filter(person=user).exists()
        )
    return user._comes_to_the_desk


_TITLES = {
    "appointment.booked": gettext_lazy("We have booked an appointment for you"),
    "appointment.moved": gettext_lazy("Your appointment has another time"),
    "appointment.cancelled": gettext_lazy("Your appointment is cancelled"),
    "appointment.reminded": gettext_lazy("You have an appointment at the desk soon"),
    "appointment.displaced": gettext_lazy(
        "The desk will be closed: choose another time for your appointment"
    ),
    "waiting.offered": gettext_lazy("A time has become free for you: answer soon"),
}


def _kind(fact: str, title: Any) -> NotificationKind:
    return NotificationKind(
        key=f"portal.{fact}",
        recipients=_person,
        title=lambda event: str(title),
        url=_own_page,
        icon=_FACTS[fact][1],
        label=gettext_lazy("My appointments"),
        group="portal.appointments",
        concerns=comes_at_all,
    )


NOTIFICATIONS = tuple(_kind(fact, title) for fact, title in _TITLES.items())
