"""A file of the bank on its way: kept, and read in the background."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from risparmio.agreements.models import NotPossible
from risparmio.book.models import BankAccount

from .keeping import keep
from .models import StatementFile
from .tasks import read_file
from .words import FileState


@transaction.atomic
def send(
    account: BankAccount, content: bytes, *, by: Any, client_id: uuid.UUID, name: str = "", at: Any = None
) -> StatementFile:
    """Keep it and have it read. One that was refused, or whose worker died for good, is tried once more.

    Raises what `keep` raises.
    """
    file = keep(account, content, by=by, client_id=client_id, name=name, at=at)
    if file.is_new or file.state == FileState.REFUSED or file.is_lost:
        _read_again(file, by=by)
    return file


@transaction.atomic
def read_late(file: StatementFile, *, by: Any) -> None:
    """Somebody has said yes: its lines of a closed month count on the first day that is open. Twice is once.

    Raises NotPossible where it does not wait for that, PermissionDenied.
    """
    if not by.has_perm("risparmio.read_statement"):
        raise PermissionDenied
    file = StatementFile.objects.select_for_update(of=("self",)).get(pk=file.pk)
    if file.late:
        return
    if not file.waits_for_a_yes:
        raise NotPossible(_("This file was read meanwhile."))
    _read_again(file, by=by, late=True)


def _read_again(file: StatementFile, *, by: Any, **said: Any) -> None:
    """In the name of whoever wants it read now: who sent it first may keep no books any more."""
    StatementFile.objects.filter(pk=file.pk).update(state=FileState.WAITING, refusal=None, **said)
    file.refresh_from_db(fields=["state", "refusal", "late"])
    read_file.enqueue(file.pk, by.pk)
