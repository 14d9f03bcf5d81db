"""Who books is alone with their contact for the length of the transaction, so that a limit for it can be counted."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from django.db import connection


def wait_for_turn(*contacts: str) -> None:
    """Return when no other transaction has any of these contacts; nobody else gets them until this one ends.

    To be called before the first cell is taken: who holds a cell never waits here, so no two wait for each other.
    On SQLite whoever writes is alone already: its transactions begin with BEGIN IMMEDIATE.
    """
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        # In one order, whichever order they come in.
        for number in _numbers(contacts):
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])


def _numbers(contacts: Iterable[str]) -> list[int]:
    digests = (
        hashlib.blake2b(f"portal.appointment.{contact.casefold()}".encode(), digest_size=8).digest()
        for contact in contacts
        if contact
    )
    return sorted(int.from_bytes(found, signed=True) for found in digests)
