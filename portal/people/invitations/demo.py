"""Households of the demo that have not come in yet: one letter on its way, two too old, one that nobody has made."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.utils import timezone

from portal.events import record
from portal.people.models import User
from portal.people.tokens import digest

from .codes import new_code
from .models import LIFE, Invitation

# Name, and how long ago the letter was printed.
_LETTERS = (
    ("Karim Nasser", timedelta(hours=20)),
    ("Ruwan Perera", timedelta(days=9)),
    ("Nilmini Perera", timedelta(days=9)),
)
NOT_IN_YET = (*(name for name, _ago in _LETTERS), "Enrico Gatti")


def load() -> None:
    now = timezone.now()
    User.objects.exclude(display_name__in=NOT_IN_YET).update(last_login=now - timedelta(days=30))
    caseworker = User.objects.get(username="demo.caseworker")
    for name, ago in _LETTERS:
        person = User.objects.get(display_name=name, username__startswith="resident-")
        made = Invitation.objects.create(
            person=person,
            digest=digest(new_code()),
            client_id=uuid.uuid4(),
            issued_by=caseworker,
            issued_at=now - ago,
            expires_at=now - ago + LIFE,
            printed_at=now - ago,
        )
        record("portal.invitation.issued", person, by=caseworker, at=now - ago, invitation=made.pk)
