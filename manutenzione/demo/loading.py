"""From the stories to tickets with a past: told with the verbs, each at its time."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from itertools import cycle
from uuid import UUID

from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import F
from django.utils import timezone

from manutenzione.tickets.calendar import happening
from manutenzione.tickets.models import Ticket
from portal.uploads.models import Photo, claim

from .pictures import draw
from .stories import STORIES, Story

# What became of it, step by step, after it was reported.
_COURSES = {
    "submitted": (),
    "triaged": ("triage", "assign"),
    "on_hold": ("triage", "assign", "hold"),
    "resolved": ("triage", "assign", "resolve"),
    "closed": ("triage", "assign", "resolve", "confirm"),
    "twice": ("triage", "assign", "resolve", "reopen", "resolve", "confirm"),
    "rejected": ("reject",),
    "cancelled": ("cancel",),
}
_BY_REPORTER = {"confirm", "reopen", "cancel"}
_BY_OPERATOR = {"triage", "assign", "reject"}
_CONTRACTORS_TRADES = {"lighting", "entry", "aerial", "lift"}
_HOURS_TO_REPAIR = {"P0": 2, "P1": 14, "P2": 60, "P3": 240}

# News of these last days still goes out to people; what is older was told long ago.
_NEWS = timedelta(days=3)


def load() -> None:
    people = get_user_model().objects
    operator, contractor = people.get(username="demo.maintenance"), people.get(username="demo.contractor")
    operator.give_role("manutenzione.operator", by=None)
    contractor.give_role("manutenzione.contractor", by=None)
    places = _Places()
    dice = random.Random(2012)  # noqa: S311 — the same demo every time
    # Numbers follow the time of the report.
    for start, story in sorted(((_start(story, dice), story) for story in STORIES), key=lambda pair: pair[0]):
        area, reporter = places.find(story)
        repairs = contractor if story.category in _CONTRACTORS_TRADES else operator
        ticket = _tell(story, start, area, reporter, operator, repairs, dice)
        if story.picture:
            _attach(story, ticket)
    told_long_ago = {"kind__startswith": "manutenzione.ticket.", "at__lt": timezone.now() - _NEWS}
    apps.get_model("portal", "Event").objects.filter(**told_long_ago).update(dispatched_at=F("at"))


class _Places:
    """Where a story may have happened, and who may have seen it: each building and each neighbour in turn."""

    def __init__(self) -> None:
        areas = apps.get_model("portal", "CommonArea").objects.select_related("building").order_by("id")
        by_kind: dict[str, list] = {}
        for area in areas:
            by_kind.setdefault(area.kind, []).append(area)
        self._areas = by_kind
        self._next_area = {kind: cycle(found) for kind, found in by_kind.items()}
        self._residents: dict[int, cycle] = {}

    def find(self, story: Story) -> tuple:
        if story.who:
            person = get_user_model().objects.get(username=f"demo.{story.who}")
            home = apps.get_model("portal", "Building").objects.home_of(person).get()
            return next(area for area in self._areas[story.area] if area.building_id == home.pk), person
        area = next(self._next_area[story.area])
        if area.building_id not in self._residents:
            self._residents[area.building_id] = cycle(self._residents_of(area.building))
        return area, next(self._residents[area.building_id])

    @staticmethod
    def _residents_of(building) -> list:
        return list(
            get_user_model()
            .objects.filter(
                household_memberships__until=None,
                household_memberships__household__tenancies__left_on=None,
                household_memberships__household__tenancies__dwelling__building=building,
            )
            .exclude(username__startswith="demo.")
            .distinct()
            .order_by("id")
        )


def _start(story: Story, dice: random.Random) -> datetime:
    start = timezone.now() - timedelta(days=story.days)
    if story.days < 1:
        return start
    # People report by day.
    return timezone.localtime(start).replace(hour=dice.randint(7, 21), minute=dice.randint(0, 59))


def _tell(story: Story, start: datetime, area, reporter, operator, repairs, dice: random.Random) -> Ticket:
    with happening(start):
        ticket = Ticket.report(
            by=reporter,
            client_id=UUID(int=dice.getrandbits(128), version=4),
            area=area,
            category=story.category,
            urgency=story.urgency,
            text=story.text,
        )
    notes = {"resolve": story.done, **dict.fromkeys(("hold", "reject", "cancel", "reopen"), story.why)}
    at = start
    for verb in _COURSES[story.ending]:
        at = _when(verb, at, story, dice)
        by = reporter if verb in _BY_REPORTER else operator if verb in _BY_OPERATOR else repairs
        with happening(at):
            if verb == "assign":
                ticket.assign(repairs, by=by)
            else:
                getattr(ticket, verb)(by=by, note=notes.get(verb, ""))
    return ticket


def _when(verb: str, after: datetime, story: Story, dice: random.Random) -> datetime:
    """When the step was taken: the agency works from eight to six, and nothing happens in the future."""
    hours = {
        "triage": dice.uniform(0.3, 3) if story.urgency == "P1" else dice.uniform(1, 20),
        "assign": dice.uniform(0.05, 0.5),
        "hold": dice.uniform(4, 40),
        "resolve": dice.uniform(0.3, 1.3) * _HOURS_TO_REPAIR[story.urgency],
        "confirm": dice.uniform(2, 40),
        "reopen": dice.uniform(12, 60),
        "reject": dice.uniform(2, 20),
        "cancel": dice.uniform(1, 9),
    }[verb]
    now = timezone.now()
    at = timezone.localtime(after + min(timedelta(hours=hours), (now - after) * dice.uniform(0.4, 0.7)))
    if verb not in _BY_REPORTER and not 8 <= at.hour < 18:
        morning = at.replace(hour=8, minute=dice.randint(5, 55)) + timedelta(days=at.hour >= 18)
        at = morning if after < morning < now else at
    return at


def _attach(story: Story, ticket: Ticket) -> None:
    upload = SimpleUploadedFile(f"{story.picture}.jpg", draw(story.picture), content_type="image/jpeg")
    photo = Photo.keep(upload, owner=ticket.reporter, draft=ticket.client_id, limit=5)
    claim(ticket.client_id, ticket.reporter, ticket)
    Photo.objects.filter(pk=photo.pk).update(created_at=ticket.created_at)
