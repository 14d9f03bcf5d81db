"""Tables to which rows are only added: what the database itself refuses, whoever asks.

No row is changed. None is removed before it is `days` old: that is how long the table's rows must be kept, and
afterwards nobody needs a privilege to let them go; without `days` none ever is. A table may make `demands` on rows
that come in, too. Nothing switches these triggers off. A migration that rebuilds the table drops them on SQLite
without a word, so `missing` is asked after every migrate and whenever the portal starts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.apps import apps
from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, models


@dataclass(frozen=True, kw_only=True)
class Demand:
    """What a row must fulfil to come in.

    refused_when: SQL that both engines understand, true of a row (`NEW`) that may not; says: why, in English, for the
    log. before: what PostgreSQL does first, to lock what the question depends on; a SQLite file has one writer anyway.
    on_sqlite: the same condition where SQLite has other words for it (it knows no days).
    """

    name: str
    refused_when: str
    says: str
    before: str = ""
    on_sqlite: str = ""


@dataclass(frozen=True, kw_only=True)
class AppendOnly:
    """A table that is guarded; `at` is the column that says when a row was written.

    days: None keeps every row for ever. unique: the sets of columns by which a row could stand in another's way.
    """

    table: str
    at: str = ""
    days: int | None = None
    unique: tuple[tuple[str, ...], ...] = (("id",),)
    demands: tuple[Demand, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._statements())

    def sqlite(self) -> dict[str, str]:
        """Triggers by name. REPLACE deletes, and deletes unheard where a connection has not set recursive_triggers:
        a row that is there already is refused before that."""
        table = self.table

        def made(name: str, what: str, when: str = "", says: str = "is append-only") -> tuple[str, str]:
            name, when = f"{table}_{name}", f"WHEN {when} " if when else ""
            refuse = f"SELECT RAISE(ABORT, '{table} {says}')"
            return name, f"CREATE TRIGGER {name} BEFORE {what} ON {table} {when}BEGIN {refuse}; END"

        young = f"OLD.{self.at} > datetime('now', '-{self.days} days')" if self.days else ""
        there = f"EXISTS (SELECT 1 FROM {table} WHERE {self._same()})"  # noqa: S608 - names of ours
        return dict(
            (
                made("no_update", "UPDATE"),
                made("no_delete", "DELETE", young),
                made("no_replace", "INSERT", there),
                *(
                    made(demand.name, "INSERT", f"({demand.on_sqlite or demand.refused_when})", demand.says)
                    for demand in self.demands
                ),
            )
        )

    def postgresql(self) -> dict[str, str]:
        table = self.table

        def made(name: str, what: str, each: str, function: str = "refuse") -> tuple[str, str]:
            name, function = f"{table}_{name}", f"{table}_{function}()"
            return (
                name,
                f"CREATE TRIGGER {name} BEFORE {what} ON {table} FOR EACH {each}EXECUTE FUNCTION {function}",
            )

        young = f"WHEN (OLD.{self.at} > now() - interval '{self.days} days') " if self.days else ""
        return dict(
            (
                made("no_update", "UPDATE", "ROW "),
                made("no_delete", "DELETE", f"ROW {young}"),
                # Row triggers do not hear of it.
                made("no_truncate", "TRUNCATE", "STATEMENT "),
                *(made(demand.name, "INSERT", "ROW ", demand.name) for demand in self.demands),
            )
        )

    def _same(self) -> str:
        """Whether a row that is there (its columns bare) has what must be unique of the new one."""
        sets = [" AND ".join(f"{column} = NEW.{column}" for column in columns) for columns in self.unique]
        return sets[0] if len(sets) == 1 else " OR ".join(f"({columns})" for columns in sets)

    def _statements(self) -> dict[str, str]:
        return self.sqlite() if connection.vendor == "sqlite" else self.postgresql()

    def _bodies(self) -> dict[str, str]:
        """PostgreSQL's functions by name."""
        refuse = f"BEGIN RAISE EXCEPTION '{self.table} is append-only'; END"
        return {f"{self.table}_refuse": refuse} | {
            f"{self.table}_{demand.name}": (
                f"BEGIN {demand.before} IF {demand.refused_when} "
                f"THEN RAISE EXCEPTION '{self.table} {demand.says}'; END IF; RETURN NEW; END"
            )
            for demand in self.demands
        }

    def put(self, schema_editor) -> None:
        """Guard the table, in a migration. Doing it again is harmless."""
        self.take_away(schema_editor)
        if connection.vendor != "sqlite":
            for name, body in self._bodies().items():
                schema_editor.execute(
                    f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$"
                )
        for statement in self._statements().values():
            schema_editor.execute(statement)

    def take_away(self, schema_editor) -> None:
        """For a migration that rebuilds the table, which puts the guard back, and for one that removes it."""
        for name in self._statements():
            where = "" if connection.vendor == "sqlite" else f" ON {self.table}"
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}{where}")

    def missing(self) -> list[str]:
        """The triggers that do not stand as they should; none for a table that is not there (yet)."""
        with connection.cursor() as cursor:
            if self.table not in connection.introspection.table_names(cursor):
                return []
            if connection.vendor == "sqlite":
                cursor.execute(
                    "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s",
                    [self.table],
                )
                stand = dict(cursor.fetchall())
                return [name for name, sql in self.sqlite().items() if stand.get(name) != sql]
            # Enabled, as it was made, and calling a function that still does what it did.
            cursor.execute(
                "SELECT t.tgname, pg_get_triggerdef(t.oid), p.prosrc FROM pg_trigger t "
                "JOIN pg_proc p ON p.oid = t.tgfoid "
                "WHERE t.tgrelid = %s::regclass AND t.tgenabled IN ('O', 'A')",
                [self.table],
            )
            stand = {name: (_bare(made), body.strip()) for name, made, body in cursor.fetchall()}
            bodies = self._bodies()
            return [
                name
                for name, made in self.postgresql().items()
                if stand.get(name) != (_bare(made), bodies[_called(made)])
            ]


def _called(made: str) -> str:
    """The function that a trigger of ours calls."""
    return made.rpartition("EXECUTE FUNCTION ")[2].removesuffix("()")


def _bare(definition: str) -> str:
    """A trigger as PostgreSQL says it back and as we wrote it, without what it adds: schemas, brackets, blanks."""
    text = re.sub(r"\b(ON|FUNCTION) [\w\"]+\.", r"\1 ", definition)
    text = re.sub(r"interval '([^']*)'", r"'\1'::interval", text)
    return re.sub(r'[()\s"]', "", text).lower()


def guarded() -> list[AppendOnly]:
    """The tables whose models carry `append_only = AppendOnly(…)`."""
    return [model.append_only for model in apps.get_models() if hasattr(model, "append_only")]


@checks.register(checks.Tags.database)
def check_triggers_stand(app_configs, databases=None, **kwargs) -> list[checks.CheckMessage]:
    """What `migrate`, `serve` and `worker` ask, and `check --database default`."""
    if not databases:
        return []
    return [
        checks.Critical(
            f"{table.table} could be rewritten: {', '.join(missing)} does not stand.",
            hint="A migration rebuilt the table, or somebody dropped a trigger: put() it back in a migration.",
            id="portal.C002",
        )
        for table in guarded()
        if (missing := table.missing())
    ]


def refuse_to_go_on_without(sender: models.Model, **kwargs) -> None:
    """After migrate: whoever has just dropped a trigger learns it now, and not from a thief."""
    for message in check_triggers_stand(None, databases=["default"]):
        raise ImproperlyConfigured(str(message))
