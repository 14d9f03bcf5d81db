"""The demo's exchanges: a board with something for everybody, and two hundred hours that were given already."""

from __future__ import annotations

import random
import uuid
from datetime import datetime, time, timedelta
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db.models import F, Q
from django.utils import timezone

from community.languages import SPOKEN
from community.mutual_aid.neighbourhood import Audience, meant_by
from community.mutual_aid.time_bank.accounts import credit_exchange
from portal.extensions import DemoData

from .demo_texts import OF_PERSONAS, OFFERS, REQUESTS, THANKS
from .models import Exchange, Interest, Post
from .terms import EXPIRES_AFTER
from .words import SENSITIVE, Kind, State

BULK, FINISHED = 136, 200  # with those of the personas: 150 offers and requests
_NEWS = timedelta(days=3)  # news of these last days still goes out to people; what is older was told long ago
_ROOM = 420  # minutes either way: nobody in the demo stands at a limit of the time bank


def load() -> None:
    dice = random.Random(2016)  # noqa: S311 — the same demo every time
    people = _people()
    persona = {key: get_user_model().objects.get(username=f"demo.{key}") for key in _KEYS}
    _fill_the_board(people, dice)
    _tell_the_past(people, dice)
    posts = _posts_of_personas(persona)
    _let_personas_live(persona, posts)
    told_long_ago = {"kind__startswith": "community.", "at__lt": timezone.now() - _NEWS}
    apps.get_model("portal", "Event").objects.filter(**told_long_ago).update(dispatched_at=F("at"))


_KEYS = ("tenant", "tenant2", "tenant3", "neighbour", "volunteer", "coordinator", "caseworker")


def _people() -> list[tuple[Any, Any]]:
    """Neighbours besides the personas, each with the building where they live: those of the same follow each other."""
    tenancies = apps.get_model("portal", "Tenancy").objects.filter(left_on=None)
    tenancies = tenancies.select_related("dwelling__building__municipality").order_by(
        "dwelling__building", "pk"
    )
    members = apps.get_model("portal", "HouseholdMember").objects.filter(until=None, is_adult=True)
    by_household: dict[int, list] = {}
    for member in members.select_related("person").exclude(person__username__startswith="demo."):
        by_household.setdefault(member.household_id, []).append(member.person)
    return [
        (person, tenancy.dwelling.building)
        for tenancy in tenancies
        for person in by_household.get(tenancy.household_id, [])
    ]


def _content(line: tuple, language: str) -> dict[str, Any]:
    """The fields of a post, from a line of demo_texts."""
    category, said, minutes, text = line
    said, _, at = said.partition("/")
    spoken = sorted({"it", language} & set(SPOKEN))
    content: dict[str, Any] = {
        "category": category,
        "text": text,
        "minutes": minutes,
        "languages": f" {' '.join(spoken)} ",
    }
    if at:
        hour, _, minute = at.partition(":")
        content |= {"at_time": time(int(hour), int(minute))} if minute else {"part_of_day": at}
    if said.startswith("once"):
        day = timezone.localdate() + timedelta(days=int(said.removeprefix("once+")))
        return content | {"when": "once", "day": day}
    if said.startswith("weekly"):
        numbers = said.removeprefix("weekly:").split(",")
        return content | {"when": "weekly", "weekdays": sum(1 << int(number) for number in numbers)}
    return content | {"when": "any_time"}


def _fill_the_board(people: list, dice: random.Random) -> None:
    """Some for the building, most for the area: whoever looks at the board meets something of both."""
    lines = [(Kind.OFFER, line) for line in OFFERS] + [(Kind.REQUEST, line) for line in REQUESTS]
    dice.shuffle(lines)
    lines = (lines * 2)[:BULK]
    authors = list(people)
    dice.shuffle(authors)
    posts = []
    for number, (kind, line) in enumerate(lines):
        author, building = authors[number % len(authors)]
        for_building = number % 3 == 0
        age = timedelta(days=dice.randint(0, 50), hours=dice.randint(0, 20))
        posts.append(
            Post(
                client_id=uuid.UUID(int=dice.getrandbits(128), version=4),
                kind=kind,
                author=author,
                audience=Audience.BUILDING if for_building else Audience.AREA,
                municipality=building.municipality,
                building=building if for_building else None,
                at_building=building if for_building or dice.random() < 0.6 else None,
                created_at=timezone.now() - age,
                expires_on=timezone.localdate() - age + EXPIRES_AFTER,
                **_content(line, author.language),
            )
        )
    Post.objects.bulk_create(posts)


def _of_the_association() -> list[Any]:
    """Who coordinates the association that answers for the area, then its members besides the personas."""
    members = apps.get_model("portal", "OrganizationMember").objects.filter(until=None)
    members = members.filter(organization__name="Associazione Vicini di Casa")
    members = members.filter(Q(is_coordinator=True) | ~Q(person__username__startswith="demo."))
    return list(members.select_related("person", "organization").order_by("-is_coordinator", "pk"))


def _tell_the_past(people: list, dice: random.Random) -> None:
    """Exchanges of the last year between people of one building, or with a member of the association, booked in the
    order in which they were confirmed."""
    by_building: dict[int, list] = {}
    for person, building in people:
        by_building.setdefault(building.pk, []).append((person, building))
    coordinator, *helpers = _of_the_association()
    neighbourhoods = [some for some in by_building.values() if len(some) > 1]
    lines = [line for line in (*OFFERS, *REQUESTS) if line[0] not in SENSITIVE]
    balance: dict[Any, int] = {}
    exchanges = []
    while len(exchanges) < FINISHED:
        (giver, building), (receiver, _building) = dice.sample(dice.choice(neighbourhoods), 2)
        at = timezone.now() - timedelta(days=dice.randint(4, 330), minutes=dice.randint(0, 1400))
        there = [member.person for member in helpers if member.since < at.date()]
        chance, organization = dice.random(), None
        if chance < 0.55 and there:
            giver = dice.choice(there)
        elif chance > 0.93:
            receiver, organization = coordinator.person, coordinator.organization
        category, _when, minutes, _text = dice.choice(lines)
        owes = organization or receiver
        if balance.get(giver, 0) + minutes > _ROOM or balance.get(owes, 0) - minutes < -_ROOM:
            continue
        balance[giver] = balance.get(giver, 0) + minutes
        balance[owes] = balance.get(owes, 0) - minutes
        thanked = dice.random() < 0.7
        exchange = Exchange(
            client_id=uuid.UUID(int=dice.getrandbits(128), version=4),
            municipality=building.municipality,
            category=category,
            giver=giver,
            receiver=receiver,
            receiver_organization=organization,
            asked_by=receiver,
            starts_at=at - timedelta(days=1),
            minutes=minutes,
            giver_minutes=minutes,
            receiver_minutes=minutes,
            stated_side="giver",
            booked_minutes=minutes,
            booked_at=at,
            state=State.THANKED if thanked else State.CONFIRMED,
            state_since=at,
            created_at=at - timedelta(days=dice.randint(2, 9)),
            thanks=dice.choice(THANKS) if thanked else "",
        )
        exchanges.append(exchange)
    exchanges.sort(key=lambda exchange: exchange.state_since)
    Exchange.objects.bulk_create(exchanges)
    for exchange in exchanges:
        credit_exchange(
            giver=exchange.giver,
            receiver=exchange.receiving_party,
            minutes=exchange.minutes,
            key=f"exchange:{exchange.pk}",
            about=exchange,
            at=exchange.state_since,
        )


def _posts_of_personas(persona: dict) -> dict[tuple[str, str], Post]:
    """Published by themselves, for the area where they are."""
    posts = {}
    for who, kind, *line in OF_PERSONAS:
        author = persona[who]
        answers = meant_by(author)
        meant = next((one for one in answers if one.audience == Audience.AREA), answers[0])
        home = next((one.building for one in answers if one.building), None)
        union = (
            author.organization_memberships.filter(is_coordinator=True).first()
            if who == "coordinator"
            else None
        )
        posts[who, line[0]] = Post.publish(
            by=author,
            client_id=uuid.uuid4(),
            kind=kind,
            meant=meant,
            on_behalf_of=union and union.organization,
            at_building=home,
            **_content(tuple(line), author.language),
        )
    for who, side, what in _SAID:
        Interest.say(persona[who], side, list(what))
    return posts


_SAID = (
    ("tenant", "give", ("cooking", "language")),
    ("tenant", "use", ("homework", "papers")),
    ("tenant", "time", ("afternoons", "weekends")),
    ("tenant2", "give", ("repairs", "homework")),
    ("tenant2", "use", ("cooking",)),
    ("volunteer", "give", ("papers", "elders")),
)


def _let_personas_live(persona: dict, posts: dict) -> None:
    """One exchange in each state that somebody can meet, by its own verbs."""

    def ask(by: str, post: tuple[str, str], **told: Any) -> Exchange:
        return Exchange.propose(posts[post], by=persona[by], client_id=uuid.uuid4(), **told)

    def in_days(days: int, hour: int) -> datetime:
        day = timezone.localdate() + timedelta(days=days)
        return timezone.make_aware(datetime.combine(day, time(hour)))

    ask("tenant", ("tenant2", "repairs"), message="La maniglia della cucina si muove.")
    exchange = ask("neighbour", ("tenant", "language"), starts_at=in_days(2, 17))
    exchange.accept(by=persona["tenant"])
    exchange = ask("tenant", ("volunteer", "papers"), starts_at=in_days(-1, 18))
    exchange.accept(by=persona["volunteer"])
    exchange.done(by=persona["volunteer"], minutes=60)
    exchange = ask("tenant", ("neighbour", "children"))
    exchange.accept(by=persona["neighbour"])  # waits for the coordinator's yes
    exchange = ask("tenant2", ("neighbour", "company"), starts_at=in_days(-1, 16))
    exchange.accept(by=persona["neighbour"])
    exchange.done(by=persona["neighbour"], minutes=120)
    exchange.dispute(by=persona["tenant2"], reason="È stata un'ora, non due.")
    exchange.reply(by=persona["neighbour"], answer="Due, con la strada fino al parco e ritorno.")
    exchange = ask("tenant2", ("coordinator", "digital"), starts_at=in_days(-2, 18))
    exchange.accept(by=persona["coordinator"])
    exchange.done(by=persona["tenant2"], minutes=60)
    exchange.confirm(by=persona["coordinator"], minutes=60)
    for key, post in posts.items():
        post.refresh_from_db()
        if key in _STILL_OPEN and not post.is_open:
            post.resume(by=post.author)


# What the story of an hour begins with is on the board whatever was asked for before.
_STILL_OPEN = (("neighbour", "company"), ("volunteer", "papers"))

DEMO = (DemoData(key="community.exchanges", load=load, order=60),)
