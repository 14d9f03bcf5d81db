"""Who hears of a report and of a decision, and a minor of a parent's word. No title names anybody."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.conf import settings
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from portal.extensions import NotificationKind, everybody

from .areas import coordinates_somewhere, who_answers_for
from .minors import adults_with
from .roles import caseworker


def _moderators(event) -> Iterable:
    report = event.target
    return who_answers_for(report.municipality_id, but=report.parties())


def _safety(event) -> str:
    with override(settings.LANGUAGE_CODE):
        return reverse("community:safety")


def _report(event) -> str:
    with override(settings.LANGUAGE_CODE):
        return event.target.get_absolute_url()


def _minors(event) -> str:
    with override(settings.LANGUAGE_CODE):
        return reverse("community:minors")


def _decides(user) -> bool:
    return caseworker(user) or coordinates_somewhere(user)


def _notification(
    fact: str,
    title: Promise,
    recipients: Callable,
    *,
    icon: str,
    url: Callable | None = None,
    about: str = "safety",
) -> NotificationKind:
    label, concerns = _SUBJECTS[about]
    return NotificationKind(
        key=f"community.{fact}",
        recipients=lambda event: [p for p in recipients(event) if p] if event.target else [],
        title=lambda event: str(title),
        url=url or _safety,
        icon=icon,
        group=f"community.{about}",
        label=label,
        concerns=concerns,
    )


_SUBJECTS = {
    "moderation": (_("What people report in your area"), _decides),
    "safety": (_("What you reported, and what was decided"), everybody),
}

# What is told to one person alone: the fact, whom its target names, the title, the icon.
_TO_ONE = (
    ("abusereport.upheld", "reporter", _("You were right about what you reported: see what was done"), "ban"),
    (
        "abusereport.dismissed",
        "reporter",
        _("What you reported was looked at, and it stays: see why"),
        "check",
    ),
    (
        "abusereport.reversed",
        "reporter",
        _("What you reported was looked at again, and it comes back: see why"),
        "rotate-ccw",
    ),
    ("abusereport.hidden", "reported", _("Something of yours was taken away: see why"), "eye-off"),
    ("abusereport.restored", "reported", _("Something of yours is shown again"), "eye"),
    ("abusereport.warned", "reported", _("Something that you did was not right: see why"), "triangle-alert"),
    ("approval.given", "minor", _("You can take part in mutual aid now"), "user-check"),
    ("approval.withdrawn", "minor", _("You do not take part in mutual aid any more: ask at home"), "user-x"),
)

NOTIFICATIONS = (
    _notification(
        "approval.asked",
        _("Somebody under 18 of your household would like to take part in mutual aid: say yes or no"),
        lambda event: adults_with(event.target),
        icon="hand",
        url=_minors,
    ),
    _notification(
        "abusereport.made",
        _("Somebody reports something that is not right: look at it"),
        _moderators,
        icon="flag",
        url=_report,
        about="moderation",
    ),
    *(
        _notification(fact, title, lambda event, whom=whom: [getattr(event.target, whom)], icon=icon)
        for fact, whom, title, icon in _TO_ONE
    ),
)
