"""The demo's homes: three municipalities of the district, four invented buildings, a tenancy for each household."""

from __future__ import annotations

from datetime import timedelta

from django.apps import apps
from django.contrib.auth import get_user_model
from django.utils import timezone

from .models import Building, Dwelling, Municipality, Tenancy

_AREAS = {
    "stairs": "Scale",
    "entrance": "Androne e portone",
    "lift": "Ascensore",
    "courtyard": "Cortile",
    "cellars": "Cantine",
    "laundry": "Lavanderia comune",
    "boiler_room": "Locale caldaia",
    "roof": "Tetto e terrazzo",
    "waste": "Locale rifiuti",
    "kitchen": "Cucina comune",
    "room": "Sala comune",
}

# municipality, name, address, stairwells, dwellings, shared, areas
_BUILDINGS = (
    ("Pero", "Casa dei Tigli", "via dei Tigli 12", ("A", "B"), 18, False,
     ("stairs", "entrance", "lift", "courtyard", "cellars", "laundry", "boiler_room", "waste", "room")),
    ("Pero", "Casa d'accoglienza Aurora", "via dell'Aurora 3", (), 7, True,
     ("stairs", "entrance", "courtyard", "laundry", "kitchen", "room", "waste")),
    ("Rho", "Casa del Cortile", "corso delle Filande 41", ("A",), 12, False,
     ("stairs", "entrance", "lift", "courtyard", "cellars", "laundry", "boiler_room", "roof", "waste")),
    ("Cornaredo", "Le Ringhiere", "vicolo dei Gelsi 8", ("A", "B"), 9, False,
     ("stairs", "entrance", "courtyard", "cellars", "waste", "roof")),
)  # fmt: skip

# Where the demo's organizations are at work.
_AT_WORK_IN = {
    "Associazione Vicini di Casa": ("Pero", "Rho"),
    "Parrocchia di San Rocco": ("Pero",),
    "Sindacato Inquilini Rhodense": ("Pero", "Rho", "Cornaredo"),
    "Cooperativa La Bussola": ("Rho", "Cornaredo"),
    "Centro Anziani Il Glicine": ("Pero",),
    "Comitato Genitori di Pero": ("Pero",),
}

_HOUSEHOLDS_IN = {
    "Casa dei Tigli": 16,
    "Casa d'accoglienza Aurora": 6,
    "Casa del Cortile": 10,
    "Le Ringhiere": 8,
}

# Households that have moved on: the language of the first adult, their names, where they lived (building and which
# of its dwellings, from 0), and how many days ago they came and left. Nobody lived there at the same time.
_MOVED_ON = (
    ("it", ("Silvana Ronchi",), "Casa dei Tigli", 16, 1080, 560),
    ("sq", ("Ilir Dervishi", "Mimoza Dervishi"), "Casa dei Tigli", 17, 1062, 515),
    ("ar", ("Tarek Shalabi", "Amal Shalabi"), "Casa del Cortile", 10, 1041, 600),
    ("it", ("Ornella Crespi",), "Casa del Cortile", 11, 1015, 470),
    ("ro", ("Vasile Dumitru", "Elena Dumitru"), "Le Ringhiere", 8, 990, 470),
    ("es", ("Jenny Alvarado",), "Casa dei Tigli", 7, 900, 360),
    ("it", ("Salvatore Arena", "Rosalba Arena"), "Casa dei Tigli", 9, 760, 215),
    ("fr", ("Ibrahima Camara",), "Casa del Cortile", 1, 700, 160),
    ("uk", ("Halyna Moroz",), "Le Ringhiere", 3, 655, 110),
    ("it", ("Claudio Vezzani", "Tiziana Vezzani"), "Casa del Cortile", 10, 575, 75),
    ("en", ("Blessing Okafor",), "Casa dei Tigli", 16, 530, 45),
    ("ar", ("Fadia Qasim", "Nizar Qasim"), "Casa dei Tigli", 17, 495, 120),
    ("it", ("Gianluca Porta",), "Le Ringhiere", 8, 440, 33),
)
_SERVICE_AGREEMENT_DAYS = 548


def load() -> None:
    for number, (town, name, address, stairwells, dwellings, shared, areas) in enumerate(_BUILDINGS, start=1):
        building = Building.objects.create(
            municipality=Municipality.objects.get_or_create(name=town)[0],
            name=name,
            address=address,
            gas_emergency_phone=f"800 000 10{number}",
            lift_emergency_phone=f"800 000 20{number}" if "lift" in areas else "",
        )
        stairs = [building.stairwells.create(name=f"Scala {letter}") for letter in stairwells]
        for kind in areas:
            if kind in {"stairs", "lift"} and stairs:
                for stairwell in stairs:
                    where = stairwell.name.replace("Scala", "scala")
                    building.common_areas.create(
                        kind=kind, name=f"{_AREAS[kind]}, {where}", stairwell=stairwell
                    )
            else:
                building.common_areas.create(kind=kind, name=_AREAS[kind])
        Dwelling.objects.bulk_create(
            Dwelling(
                building=building,
                stairwell=stairs[place % len(stairs)] if stairs else None,
                number=f"{'stanza ' if shared else ''}{place + 1}",
                floor=place // 4,
                rooms=1 if shared else 2 + place % 3,
                square_metres=16 if shared else 45 + 9 * (place % 4),
            )
            for place in range(dwellings)
        )
    for name, towns in _AT_WORK_IN.items():
        organization = apps.get_model("portal", "Organization").objects.get(name=name)
        organization.areas.set(Municipality.objects.filter(name__in=towns))
    _move_in()
    _move_on()


def _move_in() -> None:
    """One household a dwelling; the personas live where their descriptions say."""
    Household = apps.get_model("portal", "Household")
    home_of_persona = {
        "demo.tenant": "Casa dei Tigli",
        "demo.tenant2": "Casa dei Tigli",
        "demo.tenant3": "Casa del Cortile",
    }
    waiting = {
        name: list(Dwelling.objects.filter(building__name=name).order_by("id")) for name in _HOUSEHOLDS_IN
    }
    room_for = dict(_HOUSEHOLDS_IN)
    today = timezone.localdate()
    households = Household.objects.prefetch_related("members__person").order_by("id")
    for number, household in enumerate(households):
        usernames = {member.person.username for member in household.members.all()}
        persona = next((home_of_persona[name] for name in usernames if name in home_of_persona), None)
        building = persona or next(name for name, left in room_for.items() if left)
        room_for[building] -= 1
        dwelling = waiting[building].pop(0)
        reception = building == "Casa d'accoglienza Aurora"
        kind = (
            Tenancy.Kind.RECEPTION if reception
            else Tenancy.Kind.AGREED_RENT if number % 5 == 4
            else Tenancy.Kind.SERVICE_AGREEMENT
        )  # fmt: skip
        days = {"reception": 180, "service_agreement": _SERVICE_AGREEMENT_DAYS, "agreed_rent": 1826}[kind]
        starts_on = today - timedelta(days=30 + (200 + number * 37) % (days - 60))
        Tenancy.objects.create(
            dwelling=dwelling,
            household=household,
            kind=kind,
            starts_on=starts_on,
            ends_on=starts_on + timedelta(days=days),
        )


def _move_on() -> None:
    """Who lived here before, and has a home of their own by now. They are households still, without e-mail."""
    Household, User = apps.get_model("portal", "Household"), get_user_model()
    today = timezone.localdate()
    for number, (language, names, building, place, came, left) in enumerate(_MOVED_ON, start=1):
        starts_on = today - timedelta(days=came)
        household = Household.objects.create(name=f"Famiglia {names[0].split(' ', 1)[1]}")
        for nth, name in enumerate(names, start=1):
            person = User.objects.create(
                username=f"moved-on-{number}-{nth}",
                display_name=name,
                language=language if language in {"it", "en", "ar"} else "en",
                password="!",
                date_joined=timezone.now() - timedelta(days=came),
            )
            household.members.create(person=person, since=starts_on)
        Tenancy.objects.create(
            dwelling=Dwelling.objects.filter(building__name=building).order_by("id")[place],
            household=household,
            kind=Tenancy.Kind.SERVICE_AGREEMENT,
            starts_on=starts_on,
            ends_on=starts_on + timedelta(days=_SERVICE_AGREEMENT_DAYS),
            left_on=today - timedelta(days=left),
        )
