"""Reading a file in the background."""

from __future__ import annotations

from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied

from portal.ledger import LimitReached
from portal.tasks import background
from risparmio.agreements.models import NotPossible

from .formats.errors import NotBooked, NotTheirs, Unreadable
from .importing import read_in
from .models import StatementFile
from .words import FileState


@background(attempts=5)
def read_file(pk: int, by: int) -> None:
    """For the person with the id `by`. All of it or nothing, so that whoever takes it up after a worker's death begins
    anew. What cannot be booked is said on the file's page; nothing of it is booked."""
    waiting = StatementFile.objects.under_way().filter(pk=pk)
    if not waiting.update(state=FileState.READING):
        return
    try:
        file = StatementFile.objects.select_related("account__ledger").get(pk=pk)
        read_in(file, by=get_user_model().objects.get(pk=by))
    except Unreadable as error:
        refusal = error
    except PermissionDenied:
        refusal = NotTheirs()
    except (NotPossible, LimitReached):
        refusal = NotBooked()
    else:
        return
    waiting.update(state=FileState.REFUSED, refusal=refusal.to_json())
