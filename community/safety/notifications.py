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
from .roles import caseworker


def _moderators(event) -> Iterable:
    report = event.target
    return who_answers_for(report.municipality_id, but=(report.reporter_id, report.reported_id))


def _safety(event) -> str:
    with override(settings.LANGUAGE_CODE):
        return reverse("community:safety")


def _report(event) -> str:
    with override(settings.LANGUAGE_CODE):
        return event.target.get_absolute_url()


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

NOTIFICATIONS = (
    _notification(
        "abusereport.made",
        _("Somebody reports something that is not right: look at it"),
        _moderators,
        icon="flag",
        url=_report,
        about="moderation",
    ),
    _notification(
        "abusereport.upheld",
        _("What you reported was taken away"),
        lambda event: [event.target.reporter],
        icon="ban",
    ),
    _notification(
        "abusereport.dismissed",
        _("What you reported was looked at, and it stays: see why"),
        lambda event: [event.target.reporter],
        icon="check",
    ),
    _notification(
        "abusereport.reversed",
        _("What you reported was looked at again, and it comes back: see why"),
        lambda event: [event.target.reporter],
        icon="rotate-ccw",
    ),
    _notification(
        "abusereport.hidden",
        _("Something of yours was taken away: see why"),
        lambda event: [event.target.reported],
        icon="eye-off",
    ),
    _notification(
        "abusereport.restored",
        _("Something of yours is shown again"),
        lambda event: [event.target.reported],
        icon="eye",
    ),
    _notification(
        "approval.given",
        _("You can take part in mutual aid now"),
        lambda event: [event.target.minor],
        icon="user-check",
    ),
    _notification(
        "approval.withdrawn",
        _("You do not take part in mutual aid any more: ask at home"),
        lambda event: [event.target.minor],
        icon="user-x",
    ),
)
