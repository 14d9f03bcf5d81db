"""Forty things that the demo's neighbours lend, and who has them now: all invented."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import timedelta
from itertools import cycle
from uuid import UUID

from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from community.mutual_aid.neighbourhood import Audience
from portal.extensions import DemoData
from portal.uploads.models import Photo, claim

from .models import Thing
from .pictures import draw
from .reservations import Reservation, WaitingPlace, days_between
from .words import LoanState, ThingState


@dataclass(frozen=True)
class Story:
    """`whose` is a persona, "shelf", an organization by "@name", or "" for any neighbour."""

    name: str
    category: str
    picture: str
    condition: str = "good"
    whose: str = ""
    about: str = ""
    terms: str = ""
    days: int = 7
    needs_yes: bool = False
    is_near: bool = False  # for the building alone
    state: str = "available"


_VICINI = "@Associazione Vicini di Casa"
_STORIES = (
    Story("Trapano a percussione", "tools", "drill", whose="shelf", about="Con 12 punte da muro e da legno."),
    Story("Scala di alluminio, 6 gradini", "tools", "ladder", whose="shelf", terms="Usala in due: uno la tiene."),
    Story("Avvitatore a batteria", "tools", "drill", "new", "tenant2", "Due batterie e il caricatore.", days=4),
    Story("Cassetta degli attrezzi", "tools", "case", about="Martello, pinze, cacciaviti, metro."),
    Story("Levigatrice", "tools", "drill", "worn", about="La carta vetrata la metti tu.", days=3),
    Story("Livella e metro laser", "tools", "case", "new", days=3),
    Story("Pistola per colla a caldo", "tools", "drill", terms="Compra la colla che usi."),
    Story("Macchina da cucire", "house", "case", whose="volunteer", about="Con rocchetti e aghi. Ti mostro come va.",
          days=10, needs_yes=True),
    Story("Pulitrice a vapore", "house", "case", whose="shelf", terms="Svuota l'acqua prima di riportarla.", days=3),
    Story("Aspirapolvere industriale", "house", "case", "worn", "shelf", days=3),
    Story("Ferro da stiro con caldaia", "house", "case", days=3),
    Story("Stendino grande", "house", "ladder", "worn", days=14),
    Story("Pentolone da 20 litri", "kitchen", "pot", whose=_VICINI, about="Per le feste: per quaranta.", days=4),
    Story("Impastatrice", "kitchen", "pot", "new", terms="Riportala asciutta, per favore.", days=4),
    Story("Couscoussiera", "kitchen", "pot", whose="tenant", about="Grande, per otto persone.", days=5),
    Story("Macchina per la pasta", "kitchen", "pot"),
    Story("Piastra per raclette", "kitchen", "pot", days=3),
    Story("Passeggino leggero", "children", "pram", about="Si chiude con una mano.", days=20),
    Story("Lettino da viaggio", "children", "pram", whose="tenant3", about="Con materasso e lenzuolo.", days=14),
    Story("Seggiolino per l'auto, 9–18 kg", "children", "pram", "worn", days=14, needs_yes=True),
    Story("Sterilizzatore per biberon", "children", "pot", days=30),
    Story("Fasciatoio pieghevole", "children", "table", days=30),
    Story("Giochi in scatola per famiglie", "games", "puzzle", whose=_VICINI, about="Dodici, anche senza parole."),
    Story("Puzzle da 1000 pezzi", "games", "puzzle", "worn", about="Mancano due pezzi del cielo."),
    Story("Calcio balilla da tavolo", "games", "puzzle", days=4),
    Story("Libri di scuola media, classe prima", "books", "book", "worn", days=30),
    Story("Dizionario italiano e arabo", "books", "book", whose="tenant", days=20),
    Story("Tavolo pieghevole e otto sedie", "party", "table", whose="shelf", days=3, about="Stanno nella sala comune."),
    Story("Gazebo da cortile, 3 × 3", "party", "tent", whose=_VICINI, days=4, needs_yes=True, terms="Si monta in tre."),
    Story("Festoni e lucine", "party", "plant", days=4),
    Story("Forbici da siepe", "garden", "plant", whose="shelf", days=3),
    Story("Annaffiatoi e zappette", "garden", "plant", "worn", "shelf", days=10, is_near=True),
    Story("Tenda da campeggio per quattro", "travel", "tent", days=14),
    Story("Valigia grande, rigida", "travel", "case", "worn", days=20),
    Story("Bicicletta da donna", "sport", "bike", whose="neighbour", about="Con cestino e lucchetto.", days=3),
    Story("Bicicletta da bambino, 20 pollici", "sport", "bike", "flawed", about="Il freno dietro frena poco.",
          state="in_repair"),
    Story("Proiettore e telo", "devices", "screen", whose=_VICINI, days=3, needs_yes=True),
    Story("Computer portatile per i compiti", "devices", "screen", "worn", _VICINI, days=14, needs_yes=True),
    Story("Stampelle regolabili", "care", "crutch", whose="@Parrocchia di San Rocco", days=30),
    Story("Sedia a rotelle pieghevole", "care", "crutch", whose="@Parrocchia di San Rocco", days=30, state="paused"),
)  # fmt: skip


def load() -> None:
    dice = random.Random(2026)  # noqa: S311 — the same demo every time
    people = {user.username: user for user in get_user_model().objects.filter(username__startswith="demo.")}
    places = _Places()
    things = {}
    for number, story in enumerate(_STORIES):
        thing = _add(story, number, places, people, dice)
        things[story.name] = thing
        _was_lent(thing, places, dice, number)
    _loans(things, people)


class _Places:
    """Where neighbours lend: each building in turn, and somebody who lives there."""

    def __init__(self) -> None:
        buildings = apps.get_model("portal", "Building").objects.select_related("municipality").order_by("id")
        self.all = list(buildings)
        self.turn = cycle(self.all)
        self._residents = {building.pk: self._residents_of(building) for building in self.all}

    @staticmethod
    def _residents_of(building) -> list:
        return list(
            get_user_model()
            .objects.filter(
                household_memberships__until=None,
                household_memberships__is_adult=True,
                household_memberships__household__tenancies__left_on=None,
                household_memberships__household__tenancies__dwelling__building=building,
            )
            .exclude(username__startswith="demo.")
            .distinct()
            .order_by("id")
        )

    def resident(self, building, number: int):
        residents = self._residents[building.pk]
        return residents[number % len(residents)]

    @staticmethod
    def home_of(person):
        return (
            apps.get_model("portal", "Building")
            .objects.home_of(person)
            .select_related("municipality")
            .first()
        )


def _add(story: Story, number: int, places: _Places, people: dict, dice: random.Random) -> Thing:
    keeper, building, owner, organization = _whose(story, number, places, people)
    area = (
        building.common_areas.filter(kind__in=("room", "laundry", "entrance", "cellars"))
        .order_by("id")
        .first()
    )
    is_private = owner is not None or organization is not None
    days_ago = dice.randint(5, 200)
    thing = Thing.objects.create(
        client_id=UUID(int=dice.getrandbits(128), version=4),
        code=UUID(int=dice.getrandbits(128), version=4),
        name=story.name,
        category=story.category,
        condition=story.condition,
        about=story.about,
        terms=story.terms,
        place=None if is_private else area,
        owner=owner,
        owned_by=organization,
        longest_loan=story.days,
        needs_yes=story.needs_yes,
        audience=Audience.BUILDING if story.is_near else Audience.AREA,
        municipality=building.municipality,
        building=building if story.is_near else None,
        state=story.state,
        added_at=timezone.now() - timedelta(days=days_ago),
    )
    thing.kept.create(person=keeper)
    _attach(thing, keeper, draw(story.picture, number))
    if story.state == ThingState.IN_REPAIR:
        thing.repair_notes.create(by=keeper, text="Il freno dietro frena poco: serve un cavo nuovo.")
    return thing


def _whose(story: Story, number: int, places: _Places, people: dict) -> tuple:
    """The keeper, the building, and who owns it."""
    if story.whose.startswith("@"):
        organization = apps.get_model("portal", "Organization").objects.get(name=story.whose[1:])
        members = organization.members.filter(until=None, person__is_active=True).order_by(
            "-is_coordinator", "id"
        )
        keeper = next((member.person for member in members), people["demo.coordinator"])
        town = organization.areas.order_by("id").first()
        return keeper, next(b for b in places.all if b.municipality_id == town.pk), None, organization
    if story.whose == "shelf":
        # Half of them in the house where two of the personas live, kept by one of them.
        if number % 2 == 0:
            return people["demo.tenant2"], places.home_of(people["demo.tenant2"]), None, None
        building = next(places.turn)
        return places.resident(building, number), building, None, None
    if story.whose:
        owner = people[f"demo.{story.whose}"]
        return owner, places.home_of(owner) or places.all[0], owner, None
    building = next(places.turn)
    owner = places.resident(building, number)
    return owner, building, owner, None


def _attach(thing: Thing, owner, picture: bytes) -> None:
    upload = SimpleUploadedFile(f"{thing.short}.jpg", picture, content_type="image/jpeg")
    Photo.keep(upload, owner=owner, draft=thing.client_id, limit=4)
    claim(thing.client_id, owner, thing)


def _was_lent(thing: Thing, places: _Places, dice: random.Random, number: int) -> None:
    """A loan or two that are over: a thing that nobody ever had looks forgotten."""
    buildings = [building for building in places.all if building.municipality_id == thing.municipality_id]
    today = timezone.localdate()
    for turn in range(dice.randint(0, 2)):
        first = today - timedelta(days=dice.randint(20, 120))
        last = first + timedelta(days=dice.randint(0, thing.longest_loan - 1))
        moment = timezone.now() - (today - first)
        Reservation.objects.create(
            client_id=UUID(int=dice.getrandbits(128), version=4),
            thing=thing,
            person=places.resident(buildings[0], number * 3 + turn + 1),
            first_day=first,
            last_day=last,
            state=LoanState.RETURNED,
            asked_at=moment - timedelta(days=2),
            picked_up_at=moment,
            ended_at=timezone.now() - (today - last),
        )


# persona, thing, state, from and until (days from today)
_LOANS = (
    ("tenant", "Pentolone da 20 litri", LoanState.PICKED_UP, -2, 1),
    ("tenant", "Scala di alluminio, 6 gradini", LoanState.RESERVED, 6, 8),
    ("tenant2", "Couscoussiera", LoanState.PICKED_UP, -5, -2),
    ("tenant2", "Trapano a percussione", LoanState.RESERVED, 9, 11),
    ("volunteer", "Giochi in scatola per famiglie", LoanState.PICKED_UP, -1, 4),
    ("coordinator", "Macchina da cucire", LoanState.REQUESTED, 3, 8),
    ("tenant", "Avvitatore a batteria", LoanState.RESERVED, 0, 2),
)
_WAITING = (("tenant", "Giochi in scatola per famiglie"), ("tenant2", "Pentolone da 20 litri"))


def _loans(things: dict, people: dict) -> None:
    today, dice = timezone.localdate(), random.Random(7)  # noqa: S311
    for who, name, state, first, last in _LOANS:
        thing = things[name]
        loan = Reservation.objects.create(
            client_id=UUID(int=dice.getrandbits(128), version=4),
            thing=thing,
            person=people[f"demo.{who}"],
            first_day=today + timedelta(days=first),
            last_day=today + timedelta(days=last),
            state=state,
            asked_at=timezone.now() - timedelta(days=6),
            picked_up_at=timezone.now() + timedelta(days=first) if state == LoanState.PICKED_UP else None,
        )
        loan.take_days(days_between(loan.first_day, loan.last_day))
    for who, name in _WAITING:
        WaitingPlace.objects.create(thing=things[name], person=people[f"demo.{who}"])


DATA = (DemoData(key="community.things.demo", load=load, order=55),)
