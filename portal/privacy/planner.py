"""What PostgreSQL's planner keeps of a table: samples of its values, the most common ones among them."""

from __future__ import annotations

import logging

from django.db import connection

log = logging.getLogger(__name__)

CLEARS_SINCE = 180000  # PostgreSQL 18: pg_clear_attribute_stats


def renew_samples() -> None:
    """Have the samples taken anew, so that none holds a value that was erased. Not within a transaction.

    ANALYZE passes over a table that has become empty and keeps what it had noted of it: that is cleared by itself. An
    older PostgreSQL cannot; there it stays until the table has rows again (docs/operations.md).
    """
    if connection.vendor != "postgresql" or connection.in_atomic_block:
        return
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute(
            "SELECT s.schemaname, s.tablename, s.attname, s.inherited FROM pg_stats s "
            "JOIN pg_namespace n ON n.nspname = s.schemaname "
            "JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = s.tablename "
            "WHERE s.schemaname = current_schema() AND c.reltuples = 0"
        )
        left = cursor.fetchall()
        if left and connection.pg_version < CLEARS_SINCE:
            log.warning("samples of %s columns of empty tables stay until these have rows again", len(left))
            return
        for column in left:
            cursor.execute("SELECT pg_clear_attribute_stats(%s, %s, %s, %s)", column)
