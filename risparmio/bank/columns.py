"""How a bank writes its CSV files: said once for each account."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from portal.events import record
from risparmio.book.models import BankAccount

from .formats.delimited import Mapping


@transaction.atomic
def describe_columns(account: BankAccount, mapping: Mapping, *, by: Any) -> None:
    """From now on its CSV files are read so; what was read stays. Twice is once. Raises PermissionDenied."""
    if not by.has_perm("risparmio.describe_columns"):
        raise PermissionDenied
    columns = mapping.to_json()
    if account.columns == columns:
        return
    account.columns = columns
    account.save(update_fields=["columns"])
    record("risparmio.columns.described", account, by=by)
