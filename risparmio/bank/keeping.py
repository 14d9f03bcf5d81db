"""A bank's file is kept, as long as it can be read: the paper behind its lines."""

from __future__ import annotations

import hashlib
import uuid
import zlib
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from risparmio.book.accounts import book_of_money
from risparmio.book.models import BankAccount
from risparmio.sent import body_of, sent_before

from .formats.delimited import Mapping
from .formats.errors import NotYet
from .formats.reading import read
from .formats.statement import Statement
from .models import LONGEST_NAME, StatementFile


@transaction.atomic
def keep(
    account: BankAccount, content: bytes, *, by: Any, client_id: uuid.UUID, name: str = "", at: Any = None
) -> StatementFile:
    """Look whether it can be read, and keep it. The same content again is the same file, whoever sends it; `is_new`
    says whether it was not there yet.

    Raises Unreadable, OtherBody for another content under that id, PermissionDenied.
    """
    if not by.has_perm("risparmio.read_statement"):
        raise PermissionDenied
    statements = parsed(account, content, at=at)
    digest = hashlib.sha256(content).hexdigest()
    body = body_of(account=account.pk, digest=digest)
    book_of_money().lock()  # two who send the same file: one after the other
    known = sent_before(StatementFile.objects.all(), client_id, body)
    known = known or StatementFile.objects.filter(account=account, digest=digest).first()
    if known is not None:
        return known
    file = StatementFile.objects.create(
        client_id=client_id,
        body=body,
        account=account,
        digest=digest,
        packed=zlib.compress(content),
        size=len(content),
        name=name[:LONGEST_NAME],
        format=statements[0].format,
        lines_total=sum(len(one.lines) for one in statements),
        sent_by=by,
        sent_at=at or timezone.now(),
    )
    file.is_new = True
    return file


def parsed(account: BankAccount, content: bytes, *, at: Any = None) -> list[Statement]:
    """What a file says, as long as it is of this account and of days that have come. Raises Unreadable."""
    columns = Mapping.from_json(account.columns) if account.columns else None
    statements = read(content, mapping=columns, account=account.iban)
    today = timezone.localdate(at)
    for one in statements:
        if ahead := [line.day for line in one.lines if line.day > today]:
            raise NotYet(min(ahead))
    return statements
