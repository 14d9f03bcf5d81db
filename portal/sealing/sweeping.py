"""Keys that nobody names any more: a form that was never sent, a crash between a row and its key.

What a key has sealed is in every backup. A diary is torn up, the power fails before its key is gone: from then on
nothing would ever destroy that key. So once a day whatever key is named nowhere goes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import connection, models
from django.utils import timezone

from .keys import forget_asides, forget_old_key, old_keys

UNNAMED_FOR = timedelta(days=1)  # a key is made before the row that names it
MOST = 100  # keys at once: no day leaves more of them behind
AT_ONCE = 500  # numbers in one question


class TooMany(Exception):
    """So many keys without a row: rather another database, or another installation's keys, than crashes."""

    def __init__(self, count: int) -> None:
        super().__init__(
            f"{count} data keys are named nowhere in this database: is it the one that belongs to PORTAL_KEYS? Nothing "
            "was destroyed. Where it is, run manage.py sealing --sweep (docs/operations.md)."
        )


def sweep(*, most: int | None = MOST) -> int:
    """Destroy the keys older than a day whose number stands nowhere in the database; returns how many.

    Raises TooMany, and destroys nothing, where that would be more than `most` (None: as many as there are).
    """
    before = timezone.now() - UNNAMED_FOR
    old = list(old_keys(before))
    unnamed = set(old) - named(old) if old else set()
    if most is not None and len(unnamed) > most:
        raise TooMany(len(unnamed))
    forget_asides(before)
    return sum(forget_old_key(key_id, before) for key_id in unnamed)


def named(key_ids: Iterable[UUID]) -> set[UUID]:
    """Those of them that stand in any column of the database that holds such numbers.

    The tables are asked, and not the models: an app that is switched off for a week keeps its keys. Whoever seals
    something has the key's number in a UUIDField.
    """
    numbers = [_written(key_id) for key_id in key_ids]
    found = set()
    with connection.cursor() as cursor:
        for table, column in list(_columns(cursor)):
            for start in range(0, len(numbers), AT_ONCE):
                some = numbers[start : start + AT_ONCE]
                cursor.execute(_question(table, column, len(some)), some)
                found |= {UUID(str(row[0])) for row in cursor.fetchall()}
    return found


def _question(table: str, column: str, count: int) -> str:
    quoted = connection.ops.quote_name
    places = ", ".join(["%s"] * count)
    return f"SELECT DISTINCT {quoted(column)} FROM {quoted(table)} WHERE {quoted(column)} IN ({places})"  # noqa: S608


def _columns(cursor: Any) -> Iterator[tuple[str, str]]:
    """Every column that holds UUIDs: the table's name and its own."""
    ask = connection.introspection
    for table in ask.get_table_list(cursor):
        if table.type not in ("t", "p"):
            continue
        for column in ask.get_table_description(cursor, table.name):
            if _holds_uuids(column):
                yield table.name, column.name


def _holds_uuids(column: Any) -> bool:
    try:
        kind = connection.introspection.get_field_type(column.type_code, column)
    except KeyError:
        return False  # of a sort that Django does not know
    if connection.features.has_native_uuid_field:
        return kind == "UUIDField"
    return kind == "CharField" and 32 in (column.display_size, column.internal_size)


def _written(key_id: UUID) -> Any:
    """As the database writes it."""
    return models.UUIDField().get_db_prep_value(key_id, connection)
