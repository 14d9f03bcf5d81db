"""Invented conversations about reports of the demo: they read as people write, and one of them writes in Arabic."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db.models import F
from django.utils import timezone

from .models import Conversation, Message

# (state of the report, what is said: who, hours ago, words). "reporter" and "repairs" are whoever they are there.
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


def load() -> None:
    if not apps.is_installed("manutenzione"):
        return
    tickets = apps.get_model("manutenzione", "Ticket").objects.exclude(reporter=None).order_by("-created_at")
    repairs = get_user_model().objects.get(username="demo.maintenance")
    told_of = set()
    arabic = tickets.filter(reporter__username="demo.tenant").first()
    if arabic is not None:
        told_of.add(arabic.pk)
        _tell(arabic, _IN_ARABIC, arabic.assignee or repairs)
    for state, lines in _TOLD:
        ticket = tickets.filter(state=state).exclude(assignee=None).exclude(pk__in=told_of).first()
        if ticket is not None:
            told_of.add(ticket.pk)
            _tell(ticket, lines, ticket.assignee)
    # Told long ago: nobody hears of it today.
    facts = apps.get_model("portal", "Event").objects.filter(kind__startswith="community.message.")
    facts.update(dispatched_at=F("at"))


def _tell(ticket, lines, repairs) -> None:
    conversation = Conversation.about(ticket)
    now = timezone.now()
    for who, hours_ago, words in lines:
        by = ticket.reporter if who == "reporter" else repairs
        message = conversation.say(by=by, client_id=uuid.uuid4(), text=words)
        Message.objects.filter(pk=message.pk).update(sent_at=now - timedelta(hours=hours_ago))
    Conversation.objects.filter(pk=conversation.pk).update(last_at=now - timedelta(hours=lines[-1][1]))
