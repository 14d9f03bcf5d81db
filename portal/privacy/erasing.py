"""Erasing somebody: what each app declares, what the stock stack keeps, and what lies in files beside the tables."""

from __future__ import annotations

import json
import logging
import os
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.utils import timezone

from portal.events import record
from portal.events.dispatch import drain
from portal.extensions import PersonalData, declared
from portal.people.tokens import digest
from portal.tasks import background
from portal.uploads.schedules import purge_orphans

from .models import UNDER_WAY, ErasureRequest, against_erasing
from .planner import renew_samples
from .traces import forget_again, forget_traces, reached_at

log = logging.getLogger(__name__)

# What leaves facts behind goes first; then what the apps know, and the person's own entry, by whose name and address
# others find what is theirs; and last what tells of facts.
_FIRST = ("portal.RoleGrant", "portal.Household")
_LAST = ("portal.HouseholdMember", "portal.User", "portal.Notification", "portal.Event")
BUSY = 20  # seconds to wait for readers that keep SQLite's journal from being emptied


class StillInJournal(Exception):
    """Somebody reads while the journal is to be emptied: what was deleted still lies in it. Try again."""


@dataclass(frozen=True, kw_only=True)
class Erased:
    """That somebody was erased: the number of their entry, the digest of the name that only machines read, and when.

    The number alone would not do: a database that is put back may give it to somebody else.
    """

    person: int
    was: str
    at: str  # ISO 8601, UTC


def in_order() -> list[PersonalData]:
    places = {key: place for place, key in enumerate(_FIRST, start=-len(_FIRST))}
    places |= {key: place for place, key in enumerate(_LAST, start=1)}
    return sorted(declared(PersonalData), key=lambda data: places.get(data.key, 0))


@background(attempts=8)
def carry_out(pk: int) -> None:
    """Erase whoever a request is about, and again whatever was written about them meanwhile.

    A page that the person had sent, somebody else's form with their name, a task: what had begun before the erasure
    may end after it, and writes what it knew. Until UNDER_WAY is over, when nothing of that is on its way any more,
    they are erased each time that `begin_due` comes by; the last time it is done. Begun again by another worker
    wherever it was interrupted.
    """
    request = ErasureRequest.objects.due().select_related("person").filter(pk=pk).first()
    if request is None:
        return
    is_begun = request.state == ErasureRequest.State.ERASED
    is_last = is_begun and request.nothing_is_under_way
    if is_begun:
        erase(request.person)
    elif not _erase(request):
        return
    request.refresh_from_db()
    _note_once(Erased(person=request.person_id, was=request.was, at=request.ended_at.isoformat()))
    clear_away(request.person, files=is_begun)
    if is_last:
        ErasureRequest.objects.filter(pk=pk).update(state=ErasureRequest.State.DONE)


@transaction.atomic
def _erase(request: ErasureRequest) -> bool:
    """All of it or nothing; False where the person has changed their mind, or something stands against it by now."""
    waiting = ErasureRequest.objects.filter(pk=request.pk, state=ErasureRequest.State.CONFIRMED)
    now = timezone.now()
    if not waiting.update(
        state=ErasureRequest.State.ERASED, was=digest(request.person.username), ended_at=now
    ):
        return False
    if against_erasing(request.person):
        # Something came in between: back to the staff, who see what it is.
        waiting = ErasureRequest.objects.filter(pk=request.pk)
        waiting.update(
            state=ErasureRequest.State.ASKED, confirmed_by=None, confirmed_at=None, was="", ended_at=None
        )
        record("portal.erasure.asked", request)
        return False
    forget_again.using(run_after=now + UNDER_WAY).enqueue(sessions=erase(request.person))
    return True


@transaction.atomic
def erase(person: Any) -> list[str]:
    """Every app's own, then what nobody declares. Whoever is erased already is erased again: nothing is left to do.

    Returns the keys of the sessions that were forgotten.
    """
    known_as = reached_at(person)
    for data in in_order():
        data.erase(person)
    return forget_traces(person, known_as)


def clear_away(person: Any, *, files: bool = False) -> None:
    """What only goes once the rows have gone. `files`: whether a crash may have kept photos from being deleted."""
    # What was stated during the erasure (a role that was taken) must not become news for who is gone.
    drain()
    for data in in_order():
        if data.key in _LAST:
            data.erase(person)
    forget_traces(person)
    if files:
        purge_orphans(older_than=UNDER_WAY)
    empty_journal()
    renew_samples()


def empty_journal() -> None:
    """SQLite keeps deleted text in its journal until a checkpoint (THREATS.md). Raises StillInJournal."""
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        return
    deadline = time.monotonic() + BUSY
    while True:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            busy = cursor.fetchone()[0]
        if not busy:
            return
        if time.monotonic() > deadline:
            raise StillInJournal
        time.sleep(0.2)


def begin_due() -> None:
    """Have begun what is due, and what was interrupted; beginning twice does not matter."""
    for pk in ErasureRequest.objects.due().values_list("pk", flat=True):
        carry_out.enqueue(pk)


# -- who was erased, beside the database: a backup that is put back knows nothing of it ----------------------


def _list() -> Path:
    return Path(settings.VAR) / "erased.jsonl"


def note(erased: Erased) -> None:
    """Write down that somebody was erased, where no restore reaches."""
    path = _list()
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "a", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        # A line that was cut off ends here.
        file.write("\n" * (file.tell() > 0) + json.dumps(asdict(erased)))
        file.flush()
        os.fsync(file.fileno())


def _note_once(erased: Erased) -> None:
    if erased.was not in {entry.was for entry in noted()}:
        note(erased)


def note_those_of_database() -> None:
    """Before a database is replaced: whom it has erased and the list does not name yet."""
    for request in ErasureRequest.objects.exclude(was=""):
        _note_once(Erased(person=request.person_id, was=request.was, at=request.ended_at.isoformat()))


def noted() -> Iterator[Erased]:
    try:
        lines = _list().read_text().splitlines()
    except FileNotFoundError:
        return
    for line in filter(None, lines):
        try:
            yield Erased(**json.loads(line))
        except (ValueError, TypeError):
            # A machine died while it wrote; the erasure is taken up again, and noted on a line of its own.
            log.error("a line of the list of erased people cannot be read")


def erase_again() -> int:
    """Erase whoever was erased and is back, by a backup; returns how many."""
    erased = {entry.was: entry for entry in noted()}
    if not erased:
        return 0
    count = 0
    people = get_user_model().objects.filter(pk__in={entry.person for entry in erased.values()})
    for person in people:
        # Whoever was erased has another name for machines since then: only who is back still has the old one.
        entry = erased.get(digest(person.username))
        if entry is None or entry.person != person.pk:
            continue
        erase(person)
        clear_away(person)
        ErasureRequest.objects.open().filter(person=person).update(
            state=ErasureRequest.State.DONE, ended_at=datetime.fromisoformat(entry.at)
        )
        count += 1
    return count
