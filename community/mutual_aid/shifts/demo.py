"""The demo's shifts: this week and three more, with places taken and places free. Invented, like all of the demo."""

from __future__ import annotations

import random
from datetime import time, timedelta
from itertools import cycle
from uuid import UUID

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db.models import F
from django.utils import timezone

from community.mutual_aid.neighbourhood import Audience

from .models import Shift, ShiftPlan
from .weekdays import mask_of

# Name, work, text, building or town, area, organization that runs it, days, from, minutes, tasks, personas in it.
_PLANS = (
    (
        "Apertura della lavanderia", "laundry",
        "Si apre, si controlla che le macchine vadano, si chiude e si annota nel quaderno. La chiave è in bacheca.",
        "Casa dei Tigli", "laundry", "Associazione Vicini di Casa", (0, 2, 4, 5), time(9), 120,
        (("Apre e chiude", 1), ("Aiuta chi non sa usare le macchine", 1)), ("tenant", "tenant2"),
    ),
    (
        "Doposcuola", "after_school",
        "Compiti di italiano e matematica con i bambini dalla seconda alla quinta. Merenda offerta.",
        "Casa dei Tigli", "room", "Comitato Genitori di Pero", (0, 1, 3), time(16, 30), 90,
        (("Aiuta con i compiti", 4), ("Prepara la merenda", 1)), ("volunteer", "neighbour"),
    ),
    (
        "Annaffiare il cortile", "courtyard",
        "Vasi e aiuole. L'annaffiatoio è nel locale caldaia, la manichetta si arrotola alla fine.",
        "Casa dei Tigli", "courtyard", None, (1, 4, 6), time(19), 30, (("Annaffia", 2),), ("tenant", "tenant2"),
    ),
    (
        "Distribuzione del pacco alimentare", "meals",
        "Si preparano le buste il mattino e si consegnano a chi ha il tagliando. Servono braccia per le casse.",
        "Pero", None, "Parrocchia di San Rocco", (5,), time(8, 30), 210,
        (("Prepara le buste", 5), ("Consegna", 3), ("Accoglie", 1)), ("neighbour", "volunteer"),
    ),
    (
        "Tè del mercoledì", "company",
        "Due ore in compagnia: chi è solo trova un tavolo, un tè e qualcuno con cui parlare.",
        "Pero", None, "Centro Anziani Il Glicine", (2,), time(15), 120, (("Ospita", 2), ("Porta un dolce", 1)),
        ("neighbour",),
    ),
    (
        "Pulizia della cucina comune", "cleaning",
        "Piani, fornelli, frigorifero. I prodotti sono sotto il lavello.",
        "Casa d'accoglienza Aurora", "kitchen", None, (0, 3), time(18), 60, (("Pulisce", 2),), (),
    ),
    (
        "Sportello digitale", "welcome",
        "SPID, posta, prenotazioni: si aiuta chi non è pratico del telefono. Niente dati scritti su foglietti.",
        "Pero", None, "Associazione Vicini di Casa", (1,), time(17), 120, (("Aiuta al telefono", 3),), ("volunteer",),
    ),
    (
        "Scaffale degli oggetti", "tool_shelf",
        "Si dà e si riprende quello che è stato prenotato, e si guarda che sia a posto.",
        "Casa dei Tigli", "room", "Associazione Vicini di Casa", (5,), time(10), 120, (("Allo scaffale", 2),),
        ("tenant2",),
    ),
    (
        "Orto sul tetto", "courtyard",
        "Annaffiare, togliere le erbacce, raccogliere quello che è maturo e dividerlo.",
        "Casa del Cortile", "roof", None, (2, 6), time(18, 30), 60, (("Cura l'orto", 2),), ("tenant3",),
    ),
    (
        "Merenda e giochi in cortile", "company",
        "Giochi all'aperto per i più piccoli, con la musica.",
        "Casa del Cortile", "courtyard", "Cooperativa La Bussola", (4,), time(17), 90,
        (("Anima i giochi", 2), ("Prepara la merenda", 1)), ("tenant3",),
    ),
)  # fmt: skip


def load() -> None:
    dice = random.Random(2018)  # noqa: S311 — the same demo every time
    for number, told in enumerate(_PLANS, start=1):
        _fill(_plan(number, *told[:-1]), told[-1], dice)
    events = apps.get_model("portal", "Event").objects.filter(kind__startswith="community.shift")
    events.update(dispatched_at=F("at"))


def _plan(number, name, work, text, where, kind, host, days, starts_at, minutes, tasks) -> ShiftPlan:
    building = apps.get_model("portal", "Building").objects.filter(name=where).first()
    town = (
        building.municipality
        if building
        else apps.get_model("portal", "Municipality").objects.get(name=where)
    )
    host = host and apps.get_model("portal", "Organization").objects.get(name=host)
    coordinator = host and host.members.filter(is_coordinator=True).first()
    organizer = coordinator.person if coordinator else _residents(building)[0]
    plan = ShiftPlan.objects.create(
        client_id=UUID(int=number, version=4),
        name=name,
        work=work,
        text=text,
        # What an organization runs in a building is open to its helpers from outside.
        audience=Audience.BUILDING if building and not host else Audience.AREA,
        building=building,
        municipality=town,
        area=building.common_areas.filter(kind=kind).first() if building else None,
        host=host,
        organizer=organizer,
        weekdays=mask_of(days),
        starts_at=starts_at,
        minutes=minutes,
        first_day=timezone.localdate() - timedelta(days=timezone.localdate().weekday()),
    )
    for position, (task, places) in enumerate(tasks, start=1):
        plan.roles.create(name=task, places=places, position=position)
    plan.lay_out()
    return plan


def _residents(building) -> list:
    return list(
        get_user_model()
        .objects.filter(
            household_memberships__until=None,
            household_memberships__household__tenancies__left_on=None,
            household_memberships__household__tenancies__dwelling__building=building,
        )
        .order_by("id")
    )


def _fill(plan: ShiftPlan, personas: tuple[str, ...], dice: random.Random) -> None:
    """Most places taken, one somebody looks a stand-in for, and always one that is free somewhere."""
    people = get_user_model().objects
    named = [people.get(username=f"demo.{key}") for key in personas]
    helpers = list(
        people.filter(organization_memberships__organization=plan.host_id).exclude(
            username__startswith="demo."
        )
    )
    crowd = [*named, *(_residents(plan.building) if plan.building and not helpers else helpers)]
    crowd = [person for person in dict.fromkeys(crowd) if person.has_perm("community.join_shift", plan)]
    if not crowd:
        return
    turn = cycle(crowd)
    for shift in Shift.objects.filter(plan=plan).coming().order_by("day")[:8]:
        for role in plan.roles.all():
            for _number in range(role.places):
                if dice.random() < 0.7:
                    _sign_up(shift, role, next(turn), dice)


def _sign_up(shift: Shift, role, person, dice: random.Random) -> None:
    busy = shift.places.model.objects.held().filter(
        person=person, shift__starts_at__lt=shift.ends_at, shift__ends_at__gt=shift.starts_at
    )
    if busy.exists():
        return
    place = shift.sign_up(role, by=person)
    if dice.random() < 0.12:
        place.seek_swap(by=person)
