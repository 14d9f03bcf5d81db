"""Invented neighbours and what they share, for tests, here and in a site's own suite."""

from __future__ import annotations

import uuid
from datetime import time, timedelta

from django.apps import apps
from django.db import models
from django.db.models import F
from django.utils import timezone

from community.mutual_aid.exchanges.models import Exchange, Post
from community.mutual_aid.exchanges.words import Kind, State
from community.mutual_aid.exchanges.workflow import ONCE_BEGUN
from community.mutual_aid.neighbourhood import meant_by
from community.mutual_aid.time_bank.accounts import group_credit
from community.mutual_aid.time_bank.models import HoursAccount
from portal.testing.factories import BuildingFactory, OrganizationFactory, UserFactory, tenant_of

from .conversations.models import Conversation, Message
from .mediation.agreements import Point, Version
from .mediation.diary import Diary
from .mediation.meetings import Meeting
from .mediation.models import Case
from .mediation.words import RoomKind
from .mediation.words import State as MediationState
from .mutual_aid.gatherings.models import Gathering
from .mutual_aid.neighbourhood import Audience
from .mutual_aid.shifts.models import Shift, ShiftPlan
from .mutual_aid.shifts.weekdays import ALL
from .mutual_aid.things.models import Thing
from .mutual_aid.things.reservations import Reservation, days_between
from .mutual_aid.things.words import OPEN, Category, Condition, LoanState
from .safety.models import Steward


def shift_plan(*, building=None, tasks=(("helps", 2),), **told) -> ShiftPlan:
    """A plan for those of a building, every day from nine to ten, laid out for four weeks."""
    building = building or BuildingFactory()
    plan = ShiftPlan.objects.create(
        **{
            "client_id": uuid.uuid4(),
            "name": "Lavanderia",
            "work": "laundry",
            "audience": Audience.BUILDING,
            "building": building,
            "municipality": building.municipality,
            "organizer": tenant_of(building),
            "weekdays": ALL,
            "starts_at": time(9),
            "minutes": 60,
            "first_day": timezone.localdate(),
            **told,
        }
    )
    for position, (name, places) in enumerate(tasks, start=1):
        plan.roles.create(name=name, places=places, position=position)
    plan.lay_out()
    return plan


def shift_in(days: int = 3, **told) -> Shift:
    """The shift of such a plan in so many days."""
    return shift_plan(**told).shifts.get(day=timezone.localdate() + timedelta(days=days))


def gathering_in(days: int = 5, *, building=None, items=(), **told) -> Gathering:
    """A supper in so many days for those of a building, organized by one of them."""
    building = building or BuildingFactory()
    start = timezone.now() + timedelta(days=days)
    gathering = Gathering.objects.create(
        **{
            "client_id": uuid.uuid4(),
            "name": "Cena in cortile",
            "occasion": "meal",
            "audience": Audience.BUILDING,
            "building": building,
            "municipality": building.municipality,
            "place": "Cortile",
            "organizer": tenant_of(building),
            "starts_at": start,
            "ends_at": start + timedelta(hours=2),
            **told,
        }
    )
    for position, (name, wanted) in enumerate(items, start=1):
        gathering.items.create(name=name, wanted=wanted, position=position)
    return gathering


def credited(*people, minutes: int) -> None:
    """Each of them has given so many minutes (steps of 30, at most 720) in a shared activity."""
    group_credit(people, minutes, key=f"shared:{uuid.uuid4()}", about=HoursAccount.bank())


_WAYS = {
    State.PROPOSED: (),
    State.DECLINED: (("author", "decline"),),
    State.WITHDRAWN: (("asker", "withdraw"),),
    State.LAPSED: (("", "lapse"),),
    State.ACCEPTED: (("author", "accept"),),
    State.SCHEDULED: (("author", "accept"), ("asker", "schedule")),
    State.CANCELLED: (("author", "accept"), ("asker", "cancel")),
    State.DONE: (("author", "accept"), ("author", "done")),
    State.CONFIRMED: (("author", "accept"), ("author", "done"), ("asker", "confirm")),
    State.THANKED: (("author", "accept"), ("author", "done"), ("asker", "confirm"), ("receiver", "thank")),
    State.UNCONFIRMED: (("author", "accept"), ("author", "done"), ("", "close")),
    State.DISPUTED: (("author", "accept"), ("author", "done"), ("asker", "dispute")),
}


def anew(person):
    """The person as the next request finds them: nothing is remembered of where they belong."""
    return type(person).objects.get(pk=person.pk)


def post_by(author, *, kind: str = Kind.OFFER, meant: int = 0, **content) -> Post:
    """On the board for the author's building, unless `meant` is another of the answers that the author has."""
    told = {"category": "homework", "minutes": 60, "languages": " it ", **content}
    return Post.publish(
        by=author,
        client_id=told.pop("client_id", uuid.uuid4()),
        kind=kind,
        meant=meant_by(author)[meant],
        **told,
    )


def two_neighbours(*names: str) -> tuple:
    """Of one building, called by these names where any are given."""
    building = BuildingFactory()
    pair = tenant_of(building), tenant_of(building)
    for person, name in zip(pair, names, strict=False):
        person.display_name = name
        person.save()
    return pair


def exchange_in(state: str = State.PROPOSED, *, author=None, asker=None, **content) -> Exchange:
    """An exchange that has come into `state` by its own verbs."""
    if author is None:
        author, asker = two_neighbours()
    exchange = Exchange.propose(post_by(author, **content), by=asker, client_id=uuid.uuid4())
    for who, verb in _WAYS[State(state)]:
        people = {"author": author, "asker": asker, "receiver": exchange.receiver, "": None}
        take(exchange, verb, by=people[who])
    return Exchange.objects.with_people().get(pk=exchange.pk)


def begin(exchange: Exchange) -> None:
    """Its time has come: the day that was agreed on was a week earlier."""
    ahead = Exchange.objects.filter(pk=exchange.pk, starts_at__gt=timezone.now())
    ahead.update(starts_at=F("starts_at") - timedelta(days=7))


def take(exchange: Exchange, verb: str, *, by=None, seen: int | None = None, **told):
    """The verb, with whatever it cannot do without."""
    needed = {
        "schedule": {"starts_at": timezone.now() + timedelta(days=3), "place": "Cortile"},
        "done": {"minutes": 60},
        "confirm": {"minutes": 60},
        "settle": {"minutes": 30, "decision": "Così è giusto."},
        "reply": {"answer": "Io la vedo così."},
        **dict.fromkeys(("cancel", "refuse", "dispute"), {"reason": "Non si può."}),
    }
    if verb in ONCE_BEGUN:
        begin(exchange)
    if verb in ("lapse", "end", "close"):
        return getattr(exchange, verb)()
    return getattr(exchange, verb)(by=by, seen=seen, **{**needed.get(verb, {}), **told})


def coordinator_of(municipality, **fields):
    """Somebody who coordinates the organization that answers for mutual aid there; it is made where there is none."""
    steward = Steward.objects.filter(municipality=municipality).first()
    if steward is None:
        organization = OrganizationFactory()
        organization.areas.add(municipality)
        steward = Steward.objects.create(municipality=municipality, organization=organization)
    person = UserFactory(**fields)
    steward.organization.add(person, by=None, is_coordinator=True)
    return person


def minor_of(adult, **fields):
    """A minor of an adult's household, who signs in."""
    household = adult.household_memberships.get(until=None).household
    person = UserFactory(**fields)
    household.members.create(person=person, is_adult=False)
    return person


def thing_of(keeper, *, building=None, audience=Audience.BUILDING, **fields) -> Thing:
    """Something that a tenant lends to those of their building, or of the one given."""
    building = building or apps.get_model("portal", "Building").objects.home_of(keeper).get()
    thing = Thing.objects.create(
        **{
            "client_id": uuid.uuid4(),
            "name": "Trapano",
            "category": Category.TOOLS,
            "condition": Condition.GOOD,
            "owner": keeper,
            "audience": audience,
            "building": building if audience == Audience.BUILDING else None,
            "municipality": building.municipality,
            **fields,
        }
    )
    thing.kept.create(person=keeper)
    return thing


def loan_of(thing: Thing, person, *, first: int = 0, last: int = 1, state=LoanState.RESERVED, **fields):
    """A loan with its cells; `first` and `last` are days from today."""
    today = timezone.localdate()
    loan = Reservation.objects.create(
        client_id=uuid.uuid4(),
        thing=thing,
        person=person,
        first_day=today + timedelta(days=first),
        last_day=today + timedelta(days=last),
        state=state,
        **fields,
    )
    if state in OPEN:
        loan.take_days(days_between(loan.first_day, loan.last_day))
    return loan


def said(subject: models.Model, by, text: str = "Buongiorno a tutti") -> Message:
    """A message about something, by somebody who takes part."""
    return Conversation.about(subject).say(by=by, client_id=uuid.uuid4(), text=text)


def mediator(**fields):
    """Somebody who mediates, and is tied to nobody."""
    return UserFactory(roles=["community.mediator"], **fields)


def mediation_coordinator(**fields):
    return UserFactory(roles=["community.mediation_coordinator"], **fields)


_TOWARDS = [state for state in MediationState if state != MediationState.CLOSED]


def mediation_in(
    state: str = MediationState.MEDIATING,
    *,
    first=None,
    other=None,
    by=None,
    coordinator=None,
    told: str = "Non si dorme.",
    with_whom: str = "La vicina",
    noted: str = "",
    words: str = "Vorrei parlarne.",
    points: tuple = ("Dopo le 22 si abbassa la voce.",),
) -> Case:
    """A case that has come into an open `state` by its own verbs; `by` mediates. Nobody is tied to anybody.

    `noted` is what whoever coordinates writes down, `words` the invitation's.
    """
    first, other = first or UserFactory(), other or UserFactory()
    by, coordinator = by or mediator(), coordinator or mediation_coordinator()
    case = Case.ask(by=first, client_id=uuid.uuid4(), told=told, with_whom=with_whom, language="it")
    steps = [
        lambda: case.take_up(by=coordinator),
        lambda: _invited(case, first, other, by, coordinator, noted, words),
        lambda: said_yes(case, other),
        lambda: _again(case).begin(by=by),
        lambda: Version.table(_again(case), by=by, points=points_of(case, points), instead_of=0),
        lambda: [_accepted(case, person) for person in (first, other)],
    ]
    for step in steps[: _TOWARDS.index(MediationState(state))]:
        step()
    return _again(case)


def mediation_saying(text: str, **people) -> Case:
    """One in which an agreement is on the table, and that text stands in every field that holds what somebody says."""
    case = mediation_in(
        "agreement", told=text, with_whom=text, noted=text, words=text, points=(text, text), **people
    )
    mediates = case.mediators.get().person
    for room in case.rooms.all():
        author = room.party.person if room.party else mediates
        word = room.say(by=author, client_id=uuid.uuid4(), text=text)
        if room.party:
            word.ask_to_carry(by=mediates)
            word.carry(by=author, text=text)
        if room.kind != RoomKind.NOTES:
            Meeting.propose(
                room,
                by=mediates,
                client_id=uuid.uuid4(),
                times=[timezone.now() + timedelta(days=3)],
                minutes=60,
                place=text,
                link=f"https://incontri.example/{text}",
                interpreter=text,
            )
    case.objection = text  # a yes to the words takes it away
    case.save(update_fields=["objection"])
    asked = case.parties.get(has_asked=True).person
    then = timezone.now() - timedelta(hours=1)
    entry = Diary.of(asked).write(client_id=uuid.uuid4(), happened_at=then, kind="noise", note=text)
    entry.share(case, by=asked)
    return case


def said_yes(case: Case, person) -> None:
    """To the invitation, and to whoever is proposed."""
    proposed = case.mediators.proposed().values_list("pk", flat=True)
    case.parties.get(person=person).accept(by=person, mediators=list(proposed))


def _again(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def _invited(case: Case, first, other, by, coordinator, noted: str, words: str) -> None:
    if noted:
        _again(case).note_intake(by=coordinator, seen="", text=noted)
    _again(case).add_party(by=coordinator, person=other, side="other", language="ar")
    _again(case).propose_mediator(by, by=coordinator).consent(by=first, yes=True)
    _again(case).word_invitation(by=coordinator, text=words)
    _again(case).agree_to_invitation(by=first, text=words)
    _again(case).invite(by=coordinator)


def points_of(case: Case, texts) -> list[Point]:
    """Points of an agreement that all of them keep."""
    everybody = tuple(str(pk) for pk in case.parties.values_list("pk", flat=True))
    return [Point(id=str(n), what={"it": text}, who=everybody) for n, text in enumerate(texts, start=1)]


def _accepted(case: Case, person) -> None:
    version = Version.objects.filter(case=case).first()
    version.accept(by=person, digest=version.digest)
