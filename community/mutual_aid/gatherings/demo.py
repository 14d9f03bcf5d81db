"""The demo's gatherings: what has been, what comes, one that is full. Invented, like all of the demo."""

from __future__ import annotations

import random
from datetime import datetime, time, timedelta
from uuid import UUID

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db.models import F
from django.utils import timezone

from community.mutual_aid.neighbourhood import Audience

from .models import Answer, Gathering
from .workflow import GatheringError

# Name, occasion, text, building or town, area kind or place, host, days from now, from, minutes, seats, credit,
# what to bring, who organizes where no organization does, who comes of the personas.
_GATHERINGS = (
    (
        "Giornata del cortile", "shared_day",
        "Si pota, si rastrella, si dipingono le panchine. Guanti e attrezzi ci sono; alla fine si mangia insieme.",
        "Casa dei Tigli", "courtyard", "Associazione Vicini di Casa", 9, time(9, 30), 210, 30, 180,
        (("Una torta salata", 4), ("Acqua e bibite", 6), ("Rastrello", 3)), None, ("tenant", "tenant2", "volunteer"),
    ),
    (
        "Cena dei popoli", "meal",
        "Ognuno porta un piatto del suo paese. Chi non può cucinare porta le posate: va bene lo stesso.",
        "Casa dei Tigli", "room", None, 16, time(19, 30), 180, 24, 0,
        (("Un piatto da dividere", 10), ("Frutta", 3), ("Piatti e posate", 2)), "tenant2", ("tenant",),
    ),
    (
        "Laboratorio di cucito", "course", "Orli, cerniere, rammendi. Due macchine a disposizione, si impara facendo.",
        "Pero", "Oratorio di San Rocco, sala verde", "Parrocchia di San Rocco", 5, time(15), 120, 6, 0,
        (("Un capo da aggiustare", 6),), None, ("neighbour", "tenant"),
    ),
    (
        "Riunione di scala A", "meeting", "Pulizie, biciclette nell'androne, luci di Natale.",
        "Casa dei Tigli", "entrance", None, 3, time(18, 30), 60, None, 0, (), "tenant2", ("tenant",),
    ),
    (
        "Scambio di vestiti per bambini", "swap",
        "Si porta quello che non va più e si prende quello che serve. Da 0 a 12 anni.",
        "Pero", "Scuola di via Sempione, atrio", "Comitato Genitori di Pero", 12, time(10), 150, None, 0,
        (("Grucce", 10),), None, ("volunteer",),
    ),
    (
        "Tombolata di Natale", "meal", "Premi piccoli, risate grandi. Anche i nonni dei vicini sono benvenuti.",
        "Pero", "Centro Anziani Il Glicine", "Centro Anziani Il Glicine", 24, time(16), 120, 40, 0,
        (("Un premio da cinque euro", 15), ("Panettone", 3)), None, ("neighbour",),
    ),
    (
        "Pomeriggio di giochi", "play", "Giochi da tavolo e merenda, dai sei anni in su.",
        "Casa del Cortile", "courtyard", "Cooperativa La Bussola", 6, time(16), 120, 15, 0,
        (("Un gioco da tavolo", 4), ("Merenda", 3)), None, ("tenant3",),
    ),
    (
        "Passeggiata al Parco dei Fontanili", "outing", "Sei chilometri in piano, si torna per pranzo. Scarpe comode.",
        "Pero", "Ritrovo davanti al municipio", "Associazione Vicini di Casa", 19, time(9), 210, None, 0, (), None,
        ("volunteer", "coordinator"),
    ),
    (
        "Come si legge la bolletta", "course", "Luce e gas senza sorprese. Chi vuole porta la sua, si guarda insieme.",
        "Pero", "Sala civica", "Sindacato Inquilini Rhodense", 8, time(20, 30), 90, 25, 0, (), None, ("tenant2",),
    ),
    (
        "Pulizia delle cantine", "shared_day", "Via quello che non serve: il camion del comune passa alle undici.",
        "Casa dei Tigli", "cellars", "Associazione Vicini di Casa", -18, time(9), 180, 20, 180, (), None,
        ("tenant", "tenant2"),
    ),
    (
        "Castagnata", "meal", "Castagne, vino nuovo e succo di mele.",
        "Casa dei Tigli", "courtyard", None, -26, time(17), 150, None, 0, (), "tenant2", ("tenant", "tenant2"),
    ),
    (
        "Festa dei nuovi arrivati", "meal", "Un benvenuto a chi è entrato da poco in casa d'accoglienza.",
        "Casa d'accoglienza Aurora", "kitchen", "Associazione Vicini di Casa", -40, time(18), 120, 25, 0, (), None,
        ("volunteer",),
    ),
)  # fmt: skip


def load() -> None:
    dice = random.Random(2020)  # noqa: S311 — the same demo every time
    for number, told in enumerate(_GATHERINGS, start=1):
        _fill(_gathering(number, *told[:-1]), told[-1], dice)
    apps.get_model("portal", "Event").objects.filter(kind__startswith="community.gathering").update(
        dispatched_at=F("at")
    )


def _gathering(
    number, name, occasion, text, where, area, host, days, begins, minutes, seats, credit, items, organizer
) -> Gathering:
    building = apps.get_model("portal", "Building").objects.filter(name=where).first()
    town = (
        building.municipality
        if building
        else apps.get_model("portal", "Municipality").objects.get(name=where)
    )
    host = host and apps.get_model("portal", "Organization").objects.get(name=host)
    people = get_user_model().objects
    start = timezone.make_aware(datetime.combine(timezone.localdate() + timedelta(days=days), begins))
    gathering = Gathering.objects.create(
        client_id=UUID(int=number, version=4),
        name=name,
        occasion=occasion,
        text=text,
        audience=Audience.BUILDING if building and not host else Audience.AREA,
        building=building,
        municipality=town,
        area=building.common_areas.filter(kind=area).first() if building else None,
        place="" if building else area,
        host=host,
        organizer=people.get(username=f"demo.{organizer}") if organizer else _coordinator(host),
        starts_at=start,
        ends_at=start + timedelta(minutes=minutes),
        seats=seats,
        credit=credit,
    )
    for position, (item, wanted) in enumerate(items, start=1):
        gathering.items.create(name=item, wanted=wanted, position=position)
    return gathering


def _coordinator(host):
    member = host.members.filter(is_coordinator=True).select_related("person").first()
    return member.person if member else None


def _fill(gathering: Gathering, personas: tuple[str, ...], dice: random.Random) -> None:
    people = get_user_model().objects
    named = [people.get(username=f"demo.{key}") for key in personas]
    everybody = people.exclude(username__startswith="demo.").order_by("pk")
    invited = [person for person in everybody if gathering.is_within_reach_of(person)]
    guests = [*named, *dice.sample(invited, min(len(invited), dice.randint(5, 12)))]
    if gathering.has_begun:
        # Where hours are to be credited it waits for the coordinator, who notes who was there.
        was = "coming" if gathering.credit else "attended"
        Answer.objects.bulk_create(
            Answer(
                gathering=gathering,
                person=person,
                companions=dice.choice((0, 0, 1, 2)),
                state=was if gathering.credit or dice.random() < 0.85 else "missed",
                is_vouched=not gathering.credit,
            )
            for person in guests
        )
        return
    for person in guests:
        try:
            gathering.answer(by=person, companions=dice.choice((0, 0, 1, 2)))
        except GatheringError:
            continue  # full of those who are there already
    for item in gathering.items.all():
        for person in guests[:2]:
            if gathering.answer_of(person) and dice.random() < 0.5:
                item.bring(1, by=person)
