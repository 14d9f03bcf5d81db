"""Reading a file in the background."""

from __future__ import annotations

from portal.tasks import background

from .formats.errors import Unreadable
from .importing import read_in
from .models import StatementFile
from .words import FileState


@background(attempts=5)
def read_file(pk: int) -> None:
    """All of it or nothing, so that whoever takes it up after a worker's death begins anew. What cannot be booked is
    said on the file's page; nothing of it is booked."""
    waiting = StatementFile.objects.under_way().filter(pk=pk)
    if not waiting.update(state=FileState.READING):
        return
    try:
        read_in(StatementFile.objects.select_related("account__ledger", "sent_by").get(pk=pk))
    except Unreadable as error:
        waiting.update(state=FileState.REFUSED, refusal=error.to_json())
