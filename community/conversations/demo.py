"""Invented conversations about reports, exchanges and events of the demo: they read as people write, one in Arabic."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db.models import F, Q
from django.utils import timezone

from .models import Conversation, Message

# (state of the report, what is said: who, hours ago, words). Who that is, the thing says that they talk about.
_TOLD = (
    (
        "triaged",
        (
            (
                "reporter",
                51.0,
                "Buongiorno, quando pensate di passare? Lavoro di mattina, il pomeriggio ci sono.",
            ),
            ("repairs", 49.5, "Buongiorno! Passo giovedì dopo le 15. Serve che qualcuno apra la cantina."),
            ("reporter", 49.2, "Apro io, citofono Scala A. Grazie."),
            (
                "repairs",
                3.0,
                "Ho trovato il guasto: manca un pezzo, arriva domani. Intanto ho messo in sicurezza.",
            ),
        ),
    ),
    (
        "on_hold",
        (
            ("repairs", 76.0, "Il pezzo di ricambio è ordinato. Il fornitore dice dieci giorni."),
            (
                "reporter",
                70.0,
                "Va bene. La signora del terzo piano ha il passeggino, si può fare qualcosa intanto?",
            ),
            ("repairs", 69.0, "Sì: domani porto una rampa provvisoria."),
        ),
    ),
    (
        "resolved",
        (
            ("repairs", 26.0, "Fatto. Provi anche lei e mi dica se fa ancora rumore."),
            ("reporter", 20.0, "Provato ieri sera, adesso è silenzioso. Grazie davvero."),
        ),
    ),
)
_IN_ARABIC = (
    ("reporter", 30.0, "صباح الخير، الضوء في الدرج ما زال مطفأ في الليل. أمي لا ترى الدرجات."),
    ("repairs", 28.0, "Buongiorno, ho letto con il traduttore. Vengo domani mattina, va bene alle 9?"),
    ("reporter", 27.5, "نعم، الساعة 9 مناسبة. شكرا جزيلا."),
)
_OF_AN_EXCHANGE = (
    ("receiver", 22.0, "Ciao! Grazie che ci sei. Ti va bene dopo le 17?"),
    ("giver", 21.0, "Sì, alle 17.30 sono a casa. Porto qualcosa?"),
    ("receiver", 20.8, "No, ho tutto io. A presto!"),
)
_OF_AN_EVENT = (
    ("organizer", 44.0, "Chi ha un tavolo pieghevole da portare?"),
    ("first", 40.0, "Ne ho uno io, da sei persone."),
    ("second", 18.0, "Io porto le sedie. Vengo mezz'ora prima per preparare."),
    ("organizer", 17.5, "Perfetto, così ci stiamo tutti."),
)


def load() -> None:
    _about_exchanges()
    _about_an_event()
    if apps.is_installed("manutenzione"):
        _about_reports()
    # Told long ago: nobody hears of it today.
    facts = apps.get_model("portal", "Event").objects.filter(kind__startswith="community.message.")
    facts.update(dispatched_at=F("at"))


def _about_exchanges() -> None:
    """Each of the personas' exchanges that is agreed on and not over."""
    agreed = apps.get_model("community", "Exchange").objects.filter(state__in=["accepted", "scheduled"])
    of_personas = Q(giver__username__startswith="demo.") | Q(receiver__username__startswith="demo.")
    for exchange in agreed.filter(of_personas).exclude(giver=None).exclude(receiver=None):
        _tell(exchange, _OF_AN_EXCHANGE, giver=exchange.giver, receiver=exchange.receiver)


def _about_an_event() -> None:
    """The next event to which the tenant goes, with others."""
    gatherings = apps.get_model("community", "Gathering").objects
    tenant = get_user_model().objects.get(username="demo.tenant")
    coming = gatherings.coming().answered_by(tenant).exclude(organizer=None).order_by("starts_at", "pk")
    for gathering in coming:
        people = [person for person in gathering.people_in_conversation() if person != gathering.organizer]
        if len(people) > 1:
            people.sort(key=lambda person: person != tenant)
            _tell(gathering, _OF_AN_EVENT, organizer=gathering.organizer, first=people[0], second=people[1])
            return


def _about_reports() -> None:
    tickets = apps.get_model("manutenzione", "Ticket").objects.exclude(reporter=None).order_by("-created_at")
    repairs = get_user_model().objects.get(username="demo.maintenance")
    told_of = set()
    arabic = tickets.filter(reporter__username="demo.tenant").first()
    if arabic is not None:
        told_of.add(arabic.pk)
        _tell(arabic, _IN_ARABIC, reporter=arabic.reporter, repairs=arabic.assignee or repairs)
    for state, lines in _TOLD:
        ticket = tickets.filter(state=state).exclude(assignee=None).exclude(pk__in=told_of).first()
        if ticket is not None:
            told_of.add(ticket.pk)
            _tell(ticket, lines, reporter=ticket.reporter, repairs=ticket.assignee)


def _tell(subject: Any, lines: Sequence[tuple[str, float, str]], **people: Any) -> None:
    conversation = Conversation.about(subject)
    now = timezone.now()
    for who, hours_ago, words in lines:
        message = conversation.say(by=people[who], client_id=uuid.uuid4(), text=words)
        Message.objects.filter(pk=message.pk).update(sent_at=now - timedelta(hours=hours_ago))
    Conversation.objects.filter(pk=conversation.pk).update(last_at=now - timedelta(hours=lines[-1][1]))
