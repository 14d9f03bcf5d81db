"""The demo's two desks, and some letters: one that waits, one that is answered. All invented."""

from __future__ import annotations

from datetime import time, timedelta
from uuid import UUID

from django.contrib.auth import get_user_model
from django.utils import timezone

from .models import Desk, Letter, OpeningHours, Thread

_MORNING, _AFTERNOON = (time(9), time(12, 30)), (time(14, 30), time(17, 30))

# Name, address, phone, note, and when it is open on which weekday.
_DESKS = (
    (
        "Sportello di Pero",
        "via dei Tigli 2, Pero",
        "02 0000 0101",
        "Il mercoledì c'è una mediatrice che parla arabo.",
        {0: (_MORNING,), 2: (_MORNING, _AFTERNOON), 4: (_MORNING,)},
    ),
    (
        "Sportello di Rho",
        "corso delle Filande 7, Rho",
        "02 0000 0102",
        "Ingresso senza gradini dal cortile.",
        {1: (_MORNING, _AFTERNOON), 3: (_AFTERNOON,)},
    ),
)

# Who wrote, how many hours ago, in which words; None is the caseworker.
_LETTERS = (
    (
        ("tenant2", 76, "Buongiorno, entro quando devo portare il nuovo ISEE?"),
        (
            None,
            52,
            "Buongiorno Marco, entro il 31 gennaio. Basta una foto della prima pagina, la può mandare qui.",
        ),
    ),
    (
        (
            "tenant3",
            27,
            "Bună ziua. Mi è arrivata una lettera del Comune e non la capisco. Posso venire martedì?",
        ),
    ),
)


def load() -> None:
    for position, (name, address, phone, note, week) in enumerate(_DESKS):
        desk = Desk.objects.create(name=name, address=address, phone=phone, note=note, position=position)
        OpeningHours.objects.bulk_create(
            OpeningHours(desk=desk, weekday=weekday, opens=opens, closes=closes)
            for weekday, times in week.items()
            for opens, closes in times
        )
    people = get_user_model().objects
    caseworker = people.get(username="demo.caseworker")
    for number, letters in enumerate(_LETTERS, start=1):
        person = people.get(username=f"demo.{letters[0][0]}")
        for place, (who, hours, text) in enumerate(letters):
            client_id = UUID(int=number * 100 + place, version=4)
            if who:
                letter = Thread.write(by=person, client_id=client_id, text=text)
            else:
                thread = Thread.objects.get(person=person)
                thread.read_by(caseworker)
                letter = thread.answer(by=caseworker, client_id=client_id, text=text)
            at = timezone.now() - timedelta(hours=hours)
            Letter.objects.filter(pk=letter.pk).update(sent_at=at)
            Thread.objects.filter(person=person).update(state_since=at, created_at=at)
