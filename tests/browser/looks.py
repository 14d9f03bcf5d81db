"""What there is to look at besides the declared addresses: the same address with another answer in it.

A look is a name, a persona (None is a visitor) and its address; `{…}` is filled in from the world by walk.py.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from tests.access.world import World

REPORT = "/manutenzione/segnala/"
FORM = "00000000-0000-4000-8000-0000000f0f0f"  # the client id of a form that nobody has sent


@dataclass(frozen=True)
class Look:
    name: str
    persona: str | None
    path: str | Callable[[World], str]

    def address(self, world: World) -> str:
        return self.path if isinstance(self.path, str) else self.path(world)


def _label(world: World) -> str:
    return str(world.tenants_home.common_areas.first().label)


def _free_time(world: World) -> str:
    """The details of a booking, for a time that is free in the server's demo."""
    from portal.desk.appointments.models import earliest_quarter, last_day
    from portal.desk.appointments.slots import Diary, day_of

    appointment = world.tenants_appointment
    earliest = earliest_quarter(appointment.desk)
    diary = Diary(appointment.desk, day_of(earliest), last_day(appointment.desk))
    _day, slots = diary.days(2, earliest=earliest + 96)[0]
    return f"{_at_desk(world)}&spoken=it&quarter={slots[-1].quarter}"


def _at_desk(world: World, *, path: str = "/sportello/prenota/") -> str:
    return f"{path}?topic=isee&desk={world.tenants_appointment.desk_id}"


def _days() -> str:
    """Two days from tomorrow on."""
    tomorrow = timezone.localdate() + timedelta(days=1)
    return f"from={tomorrow}&until={tomorrow + timedelta(days=1)}"


def _closing(world: World) -> str:
    """The demo's mediation about bicycles, which the mediator closes."""
    from community.mediation.models import Case

    case = Case.objects.mediated_by(world.users["mediator"]).get(state="follow_up")
    return f"{case.get_absolute_url()}accordo/chiudi/"


def _change(world: World) -> str:
    return f"{world.tenant2s_savings.get_absolute_url()}piano/proponi/"


def _sample(world: World) -> str:
    today = timezone.localdate()
    return (
        f"/risparmio/libro/campione/?dal={today - timedelta(days=90)}&al={today}&importo=300&quante=5&seme=7"
    )


LOOKS = (
    Look("search, with results", None, "/cerca/?q=casa"),
    Look("search, in vain", None, "/cerca/?q=xyzzyx"),
    Look("search, by somebody who sees more", "tenant", "/cerca/?q=luce"),
    Look("signing in on the way to a page", None, "/account/login/?next=/casa/"),
    Look("report: a scanned label, to a visitor", None, lambda world: f"{REPORT}?area={_label(world)}"),
    Look("report: danger?", "tenant", lambda world: f"{REPORT}?area={_label(world)}"),
    Look("report: danger!", "tenant", lambda world: f"{REPORT}?area={_label(world)}&danger=gas"),
    Look(
        "report: has called", "tenant", lambda world: f"{REPORT}?area={_label(world)}&danger=gas&called=yes"
    ),
    Look("report: the form", "tenant", lambda world: f"{REPORT}?area={_label(world)}&danger=no"),
    Look(
        "report: an unknown label", "tenant", f"{REPORT}?area=00000000-0000-0000-0000-000000000000&danger=no"
    ),
    Look("report: another building", "tenant3", lambda world: f"{REPORT}?area={_label(world)}&danger=no"),
    Look("report: which building?", "maintenance", f"{REPORT}?danger=no"),
    Look("report: lives in none", "neighbour", f"{REPORT}?danger=no"),
    Look("booking: where?", None, "/sportello/prenota/?topic=isee"),
    Look("booking: when?", None, lambda world: f"{_at_desk(world)}&spoken=it"),
    Look(
        "booking: nobody speaks it",
        None,
        lambda world: f"{_at_desk(world)}&spoken=zh-hans",
    ),
    Look("booking: who?", None, _free_time),
    Look(
        "waiting list: who?",
        None,
        lambda world: f"/sportello/attesa/{_at_desk(world, path='')}",
    ),
    Look(
        "appointment: booked", "tenant", lambda world: f"{world.tenants_appointment.get_absolute_url()}?new=1"
    ),
    Look("things: filtered", "tenant", "/aiuto/cose/?kind=tools&free=on"),
    Look("things: nothing", "tenant", "/aiuto/cose/?q=xyzzyx"),
    Look(
        "thing: days chosen", "tenant2", lambda world: f"{world.tenants_thing.get_absolute_url()}?{_days()}"
    ),
    Look("abuse: decided", "coordinator", "/aiuto/segnalazioni/?show=decided"),
    Look("board: mine", "tenant", "/manutenzione/?show=mine"),
    Look("board: finished", "tenant", "/manutenzione/?show=finished"),
    Look("work list: filtered", "maintenance", "/manutenzione/lavoro/?urgency=P2&building=1"),
    Look("work list: nothing", "maintenance", "/manutenzione/lavoro/?state=cancelled&urgency=P0&overdue=on"),
    Look("work list: all, page 2", "maintenance", "/manutenzione/lavoro/?state=all&page=2"),
    Look("mutual aid: the board, narrowed", "tenant2", "/aiuto/?kind=offer&language=ar&when=day-5"),
    Look("mutual aid: nothing found", "tenant2", "/aiuto/?category=keys&language=bn&when=evening"),
    Look("mutual aid: whoever belongs nowhere", "contractor", "/aiuto/"),
    Look("mutual aid: my offers", "tenant", "/aiuto/mie/?show=posts"),
    Look("mutual aid: what is finished", "tenant2", "/aiuto/mie/?show=over"),
    Look("mutual aid: the first day, when", "tenant3", "/aiuto/inizio/?card=3"),
    Look("mutual aid: the first day, drafts", "tenant", "/aiuto/inizio/?card=ready"),
    Look("mutual aid: whoever answers for others", "caseworker", "/aiuto/"),
    Look(
        "mutual aid: asking",
        "tenant2",
        f"/aiuto/nuovo/?kind=request&category=homework&client_id={FORM}",
    ),
    Look("shifts: planning", "coordinator", f"/aiuto/turni/nuovo/?client_id={FORM}"),
    Look("events: inviting", "coordinator", f"/aiuto/eventi/nuovo/?client_id={FORM}"),
    Look("mediation: closing one in which it is kept", "mediator", _closing),
    Look(
        "savings: opening an agreement",
        "caseworker",
        lambda world: f"/risparmio/nuovo/?tenancy={world.tenancy_without_savings.pk}",
    ),
    Look("savings: who is behind", "caseworker", "/risparmio/accordi/?show=late"),
    Look("savings: nobody found", "caseworker", "/risparmio/accordi/?q=xyzzyx"),
    Look("savings: asking for a pause", "tenant2", lambda world: f"{_change(world)}?cosa=pausa"),
    Look("savings: asking for another amount", "tenant2", lambda world: f"{_change(world)}?cosa=importo"),
    Look("savings: asking for a talk", "tenant2", lambda world: f"{_change(world)}?cosa=colloquio"),
    Look(
        "savings: paying fifty euros",
        "tenant",
        lambda world: f"{world.tenants_savings.get_absolute_url()}versa/?importo=50",
    ),
    Look(
        "savings: all of a statement, to print it",
        "tenant",
        lambda world: f"{world.tenants_savings.get_absolute_url()}estratto/?intero=1",
    ),
    Look("bank: all lines", "approver", "/risparmio/banca/righe/?mostra=tutte"),
    Look("book: entries of households", "approver", "/risparmio/libro/registrazioni/?conto=household"),
    Look("book: entries, none", "approver", "/risparmio/libro/registrazioni/?al=2001-01-01"),
    Look("book: a sample", "auditor", _sample),
    Look("roles: somebody found", "admin", "/persone/ruoli/?q=a"),
    Look("roles: nobody found", "admin", "/persone/ruoli/?q=xyzzyx"),
)
