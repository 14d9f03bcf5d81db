"""The demo's mediations: twelve, in every state, led there by their own verbs and then moved into the past."""

from __future__ import annotations

import uuid
from datetime import datetime, time, timedelta
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db.models import F
from django.utils import timezone

from community.demo import BESIDES_PERSONAS
from community.mutual_aid.periods import quarters
from portal.extensions import DemoData

from . import demo_texts as texts
from .agreements import FollowUp, Point, Version
from .diary import Diary
from .meetings import Meeting
from .models import Case, Mediator, Party
from .rooms import Room, Word
from .words import Outcome, RoomKind, Side, State

_NEWS = timedelta(days=3)  # what is older was told long ago


def load() -> None:
    people = get_user_model().objects
    persona = {
        key: people.get(username=f"demo.{key}") for key in ("tenant", "tenant2", "mediator", "mediator2")
    }
    _settled_between_personas(persona)
    _talked_about_by_personas(persona)
    mediators = [people.get(display_name=name) for name in BESIDES_PERSONAS]
    for number, line in enumerate(texts.OTHERS):
        _of_others(line, mediators[number % len(mediators)], persona["mediator2"])
    told_long_ago = {"kind__startswith": "community.mediation.", "at__lt": timezone.now() - _NEWS}
    apps.get_model("portal", "Event").objects.filter(**told_long_ago).update(dispatched_at=F("at"))


# -- the way of a case ------------------------------------------------------------------------------------------------


def _ask(by: Any, told: str, with_whom: str) -> Case:
    return Case.ask(
        by=by, client_id=uuid.uuid4(), told=told, with_whom=with_whom, language=by.language or "it"
    )


def _now(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def _prepare(case: Case, other: Any, mediator: Any, *, by: Any, words: str) -> None:
    """Up to the invitation, which has gone out."""
    asked = case.parties.get(has_asked=True).person
    case.take_up(by=by)
    _now(case).add_party(by=by, person=other, side=Side.OTHER, language=other.language or "it")
    _now(case).propose_mediator(mediator, by=by).consent(by=asked, yes=True)
    _now(case).word_invitation(by=by, text=words)
    _now(case).agree_to_invitation(by=asked, text=words)
    _now(case).invite(by=by)


def _say_yes(case: Case, person: Any) -> None:
    proposed = list(case.mediators.proposed().values_list("pk", flat=True))
    case.parties.get(person=person).accept(by=person, mediators=proposed)


def _write(case: Case, by: Any, lines: Any) -> Version:
    """`lines`: what, in each language, and the people who keep it."""
    party = {row.person_id: str(row.pk) for row in case.parties.all()}
    points = [
        Point(id=str(number), what=what, who=tuple(party[person.pk] for person in who))
        for number, (what, who) in enumerate(lines, start=1)
    ]
    return Version.table(_now(case), by=by, points=points, instead_of=0)


def _accept(version: Version) -> None:
    for party in version.case.parties.in_it():
        version.accept(by=party.person, digest=version.digest)


def _move_back(case: Case, *, days: int) -> None:
    """All of it happened so long ago."""
    ago = timedelta(days=days)
    for rows, names in (
        (
            Case.objects.filter(pk=case.pk),
            ("asked_at", "invitation_agreed_at", "invited_at", "begun_at", "settled_at"),
        ),
        (Case.objects.filter(pk=case.pk, closed_at__isnull=False), ("closed_at",)),
        (Party.objects.filter(case=case), ("invited_at", "answered_at", "pact_at")),
        (Mediator.objects.filter(case=case), ("proposed_at", "assigned_at")),
        (Word.objects.filter(room__case=case), ("said_at",)),
        (Version.objects.filter(case=case), ("written_at",)),
        (FollowUp.objects.filter(case=case), ("due_on",)),
        (apps.get_model("portal", "Event").objects.about(case), ("at",)),
    ):
        rows.update(**{name: F(name) - ago for name in names})


# -- whose they are ---------------------------------------------------------------------------------------------------


def _settled_between_personas(persona: dict[str, Any]) -> None:
    """The bicycles: agreed five weeks ago, and it was asked how it goes."""
    case = _ask(persona["tenant2"], texts.BICYCLES_TOLD, texts.BICYCLES_WITH)
    _prepare(
        case, persona["tenant"], persona["mediator"], by=persona["mediator2"], words=texts.BICYCLES_INVITATION
    )
    _say_yes(case, persona["tenant"])
    _now(case).begin(by=persona["mediator"])
    lines = [(what, [persona[key] for key in who]) for what, who in texts.BICYCLES_POINTS]
    _accept(_write(case, persona["mediator"], lines))
    _move_back(case, days=35)
    follow_up = case.follow_ups.get(months=1)
    follow_up.ask()
    FollowUp.objects.get(pk=follow_up.pk).answer(by=persona["tenant2"], kept=texts.BICYCLES_KEPT)


def _talked_about_by_personas(persona: dict[str, Any]) -> None:
    """Noise at night: they talk, alone with the mediator and all together, and look for a day to meet."""
    tenant, tenant2, mediator = persona["tenant"], persona["tenant2"], persona["mediator"]
    case = _ask(tenant, texts.NIGHT_TOLD, texts.NIGHT_WITH)
    _prepare(case, tenant2, mediator, by=persona["mediator2"], words=texts.NIGHT_INVITATION)
    _say_yes(case, tenant2)
    _now(case).begin(by=mediator)
    _move_back(case, days=6)
    rooms = {
        "joint": Room.objects.get(case=case, kind=RoomKind.JOINT),
        "first": Room.objects.get(case=case, party__person=tenant),
        "other": Room.objects.get(case=case, party__person=tenant2),
    }
    for name, lines in (
        ("first", texts.NIGHT_FIRST_ALONE),
        ("other", texts.NIGHT_OTHER_ALONE),
        ("joint", texts.NIGHT_JOINT),
    ):
        for who, text in lines:
            rooms[name].say(by=persona[who], client_id=uuid.uuid4(), text=text)
    rooms["first"].words.get(number=1).ask_to_carry(by=mediator)
    today = timezone.localdate()
    times = [
        timezone.make_aware(datetime.combine(today + timedelta(days=days), time(hour)))
        for days, hour in ((4, 18), (5, 10), (7, 18))
    ]
    meeting = Meeting.propose(
        rooms["joint"],
        by=mediator,
        client_id=uuid.uuid4(),
        times=times,
        minutes=60,
        place=texts.NIGHT_PLACE,
    )
    meeting.answer(by=tenant2, fitting=[row.pk for row in meeting.times.all()[:2]])
    diary = Diary.of(tenant)
    for days, hour, minute, kind, note in texts.NIGHT_DIARY:
        then = timezone.make_aware(datetime.combine(today - timedelta(days=days), time(hour, minute)))
        entry = diary.write(client_id=uuid.uuid4(), happened_at=then, kind=kind, note=note)
    entry.share(_now(case), by=tenant)


def _of_others(line: tuple, mediator: Any, coordinator: Any) -> None:
    state, days, first, other, with_whom, told, outcome = line
    people = get_user_model().objects
    case = _ask(people.get(display_name=first), told, with_whom)
    if state == State.INTAKE:
        case.take_up(by=coordinator)
    if other:
        person = people.get(display_name=other)
        _prepare(case, person, mediator, by=coordinator, words=texts.INVITATION)
        if outcome == Outcome.DECLINED:
            case.parties.get(person=person).decline(by=person)
        elif state != State.INVITING:
            _say_yes(case, person)
            _lead_on(case, state, outcome, mediator)
    if state in (State.AGREEMENT, State.CLOSED):
        days += (timezone.localdate() - quarters(1)[0].after).days + 1
    _move_back(case, days=days)
    if state == State.CLOSED:
        _took_weeks(case)


def _took_weeks(case: Case) -> None:
    """It did not begin on the day on which it ended."""
    for name, kind, days in (
        ("asked_at", "asked", 42),
        ("invited_at", "invited", 28),
        ("begun_at", "begun", 21),
    ):
        ago = timedelta(days=days)
        Case.objects.filter(pk=case.pk, **{f"{name}__isnull": False}).update(**{name: F(name) - ago})
        facts = apps.get_model("portal", "Event").objects.about(case)
        facts.filter(kind=f"community.mediation.{kind}").update(at=F("at") - ago)


def _lead_on(case: Case, state: str, outcome: str, mediator: Any) -> None:
    """From everybody's yes to where it stands."""
    if state == State.AGREED:
        return
    _now(case).begin(by=mediator)
    if outcome == Outcome.NONE:
        _now(case).end(by=mediator, outcome=outcome)
    elif outcome == Outcome.WITHDRAWN:
        party = case.parties.get(has_asked=True)
        party.withdraw(by=party.person)
    else:
        everybody = [party.person for party in case.parties.in_it().select_related("person")]
        version = _write(case, mediator, [(what, everybody) for what in texts.POINTS])
        if outcome:
            _accept(version)
            _now(case).finish(by=mediator, outcome=outcome)


DEMO = (DemoData(key="community.mediation", load=load, order=65),)
