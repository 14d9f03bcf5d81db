"""What a mediator does next in each of their cases. A case stands in one place: under the first thing to do in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from community.mediation.agreements import FOLLOW_UPS, Acceptance, FollowUp, Version
from community.mediation.meetings import Meeting
from community.mediation.models import Case, Party
from community.mediation.rooms import Room, Word
from community.mediation.words import State
from community.safety.names import first_name
from portal.ui.days import weekday
from portal.ui.words import isolated, listed

SOON = timedelta(days=7)
QUIET = timedelta(days=14)


@dataclass(frozen=True)
class Step:
    """The one thing to do next, and where."""

    words: str
    url: str


@dataclass(frozen=True)
class Line:
    """A case in the agenda. `state` is "" where how far it has come is not the mediator's to know yet."""

    case: Case
    names: str
    step: Step
    state: str = ""


@dataclass(frozen=True)
class Group:
    """Cases in which the same is to be done."""

    title: Any
    icon: str
    lines: list[Line]


def agenda_of(mediator: Any) -> list[Group]:
    """What somebody is proposed for; then the open cases that they mediate, by what is to be done, the oldest first.
    Six queries, however many."""
    lines: dict[str, list[Line]] = {}
    for case in _cases_of(mediator):
        for task in TASKS:
            if step := task.step(case):
                lines.setdefault(task.title, []).append(
                    Line(case, _names(case), step, case.get_state_display())
                )
                break
    groups = [Group(task.title, task.icon, lines[task.title]) for task in TASKS if task.title in lines]
    offers = _offers_to(mediator)
    return [Group(_("You are proposed: can you?"), "user-check", offers), *groups] if offers else groups


def _offers_to(mediator: Any) -> list[Line]:
    """Those for which somebody is proposed: who is in it, as the page that asks them shows, and nothing else."""
    named = Prefetch("parties", Party.objects.still_named().select_related("person"))
    cases = Case.objects.offered_to(mediator).prefetch_related(named).order_by("asked_at", "id")
    return [
        Line(
            case,
            _names(case),
            Step(
                _("Look who is in it, and say if you cannot"),
                reverse("community:mediation_offer", args=[case.pk]),
            ),
        )
        for case in cases
    ]


def _names(case: Case) -> str:
    return listed(isolated(first_name(party.person)) for party in case.parties.all())


def _cases_of(mediator: Any):
    newest = Version.objects.filter(case=OuterRef(OuterRef("case"))).order_by("-number").values("pk")[:1]
    accepted = Acceptance.objects.filter(party=OuterRef("pk"), version=Subquery(newest))
    follow_ups = FollowUp.objects.filter(case=OuterRef("pk")).exclude(
        Exists(Version.objects.filter(case=OuterRef("case"), number__gt=OuterRef("version__number")))
    )
    due = follow_ups.filter(due_on__lte=timezone.localdate(), answered_at=None)
    told = follow_ups.filter(is_kept__isnull=False).order_by("-due_on")
    last = Word.objects.filter(room__case=OuterRef("pk")).order_by("-said_at")
    cases = Case.objects.mediated_by(mediator).open().order_by("asked_at", "id")
    return cases.annotate(
        is_due=Exists(due),
        was_kept=Subquery(told.values("is_kept")[:1]),
        is_over=Exists(follow_ups.filter(months=max(FOLLOW_UPS), answered_at__isnull=False)),
        last_said=Subquery(last.values("said_at")[:1]),
    ).prefetch_related(
        Prefetch(
            "parties",
            Party.objects.in_it().select_related("person").annotate(has_accepted=Exists(accepted)),
        ),
        Prefetch("rooms", Room.objects.visible_to(mediator).with_news_for(mediator)),
        Prefetch(
            "rooms__meetings",
            Meeting.objects.to_come()
            .with_silent()
            .annotate(is_ripe=Exists(Meeting.objects.ripe().filter(pk=OuterRef("pk"))))
            .order_by("starts_at", "proposed_at"),
        ),
    )


# -- what may be to be done -------------------------------------------------------------------------------------------


def _messages(case: Case) -> Step | None:
    rooms = [room for room in case.rooms.all() if room.unread > 0]
    if not rooms:
        return None
    count = sum(room.unread for room in rooms)
    words = ngettext("%(count)d message to read", "%(count)d messages to read", count) % {"count": count}
    return Step(words, rooms[0].get_absolute_url())


def _meetings(case: Case) -> Step | None:
    meetings = [meeting for room in case.rooms.all() for meeting in room.meetings.all()]
    if begun := next((meeting for meeting in meetings if meeting.has_begun), None):
        return Step(_("Say how the meeting went"), begun.get_absolute_url())
    if ripe := next((meeting for meeting in meetings if meeting.is_ripe), None):
        return Step(_("Choose the time of the meeting"), ripe.get_absolute_url())
    fixed = [meeting for meeting in meetings if meeting.starts_at is not None]
    nearest = min(fixed, key=lambda meeting: meeting.starts_at, default=None)
    if nearest is None or nearest.starts_at > timezone.now() + SOON:
        return None
    local = timezone.localtime(nearest.starts_at)
    if local.date() == timezone.localdate():
        words = _("You meet today at %(time)s") % {"time": f"{local:%H:%M}"}
    else:
        words = _("You meet on %(day)s at %(time)s") % {"day": weekday(local), "time": f"{local:%H:%M}"}
    return Step(words, nearest.get_absolute_url())


def _time_to_find(case: Case) -> Step | None:
    """The others have a time to choose among: nothing to do for the mediator but to know for whom they wait."""
    meetings = [meeting for room in case.rooms.all() for meeting in room.meetings.all()]
    open_ = next((meeting for meeting in meetings if meeting.starts_at is None and meeting.silent), None)
    if open_ is None:
        return None
    words = ngettext(
        "%(count)d person has not said yet which times fit",
        "%(count)d people have not said yet which times fit",
        open_.silent,
    )
    return Step(words % {"count": open_.silent}, open_.get_absolute_url())


def _acceptance(case: Case) -> Step | None:
    if case.state != State.AGREEMENT:
        return None
    missing = [isolated(first_name(party.person)) for party in case.parties.all() if not party.has_accepted]
    if not missing:
        return None
    if len(missing) == len(case.parties.all()):
        return Step(_("Nobody has accepted it yet"), _agreement(case))
    return Step(_("Not accepted yet by: %(names)s") % {"names": listed(missing)}, _agreement(case))


def _follow_up(case: Case) -> Step | None:
    if case.state != State.FOLLOW_UP:
        return None
    if case.was_kept is False:
        return Step(_("Somebody says that it is not kept: talk with them"), _agreement(case))
    if case.is_over:
        return Step(_("It is kept: close the mediation"), _agreement(case))
    if case.is_due:
        return Step(_("We have asked how it goes: not all have answered"), _agreement(case))
    return None


def _begin(case: Case) -> Step | None:
    return (
        Step(_("All have said yes: begin"), case.get_absolute_url()) if case.state == State.AGREED else None
    )


def _quiet(case: Case) -> Step | None:
    if case.state not in (State.MEDIATING, State.AGREEMENT) or _is_to_meet(case):
        return None
    last = max(moment for moment in (case.last_said, case.begun_at, case.asked_at) if moment is not None)
    days = (timezone.now() - last).days
    if days < QUIET.days:
        return None
    words = ngettext(
        "Nobody has said anything for %(count)d day: ask how they are",
        "Nobody has said anything for %(count)d days: ask how they are",
        days,
    )
    return Step(words % {"count": days}, case.get_absolute_url())


def _rest(case: Case) -> Step:
    return Step(_("Look at it"), case.get_absolute_url())


def _is_to_meet(case: Case) -> bool:
    return any(room.meetings.all() for room in case.rooms.all())


def _agreement(case: Case) -> str:
    return reverse("community:mediation_agreement", args=[case.pk])


@dataclass(frozen=True)
class Task:
    title: Any
    icon: str
    step: Callable[[Case], Step | None]


# In the order in which a mediator does them; a case is listed with the first of them.
TASKS = (
    Task(gettext_lazy("Messages wait for you"), "message-circle", _messages),
    Task(gettext_lazy("Meetings"), "calendar-days", _meetings),
    Task(gettext_lazy("Agreements that wait for a yes"), "file-text", _acceptance),
    Task(gettext_lazy("How the agreements go"), "circle-question-mark", _follow_up),
    Task(gettext_lazy("To begin"), "play", _begin),
    Task(gettext_lazy("A time is looked for"), "calendar-clock", _time_to_find),
    Task(gettext_lazy("Quiet for long"), "hourglass", _quiet),
    Task(gettext_lazy("Nothing to do for you now"), "coffee", _rest),
)
