"""Tables to which rows are only added: what the database itself refuses, whoever asks.

No row is changed, and none is removed before it is `days` old: that is how long the table's rows must be kept, and
afterwards nobody needs a privilege to let them go. Nothing switches these triggers off. A migration that rebuilds the
table drops them on SQLite without a word, so `missing` is asked after every migrate and whenever the portal starts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.apps import apps
from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, models


@dataclass(frozen=True, kw_only=True)
class AppendOnly:
    """A table that is guarded; `at` is the column that says when a row was written."""

    table: str
    at: str
    days: int

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._statements())

    def sqlite(self) -> dict[str, str]:
        """Triggers by name. REPLACE deletes, and deletes unheard where a connection has not set recursive_triggers:
        a row that is there already is refused before that."""
        table, refuse = self.table, f"SELECT RAISE(ABORT, '{self.table} is append-only')"
        old = f"OLD.{self.at} > datetime('now', '-{self.days} days')"
        there = f"EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id)"  # noqa: S608 - names of ours
        return {
            f"{table}_no_update": f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} BEGIN {refuse}; END",
            f"{table}_no_delete": (
                f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} WHEN {old} BEGIN {refuse}; END"
            ),
            f"{table}_no_replace": (
                f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN {there} BEGIN {refuse}; END"
            ),
        }

    def postgresql(self) -> dict[str, str]:
        table, function = self.table, f"{self.table}_refuse()"
        young = f"OLD.{self.at} > now() - interval '{self.days} days'"
        trigger = "CREATE TRIGGER {name} BEFORE {what} ON {table} FOR EACH {each}EXECUTE FUNCTION {function}"

        def made(name: str, what: str, each: str) -> str:
            return trigger.format(name=name, what=what, table=table, each=each, function=function)

        return {
            f"{table}_no_update": made(f"{table}_no_update", "UPDATE", "ROW "),
            f"{table}_no_delete": made(f"{table}_no_delete", "DELETE", f"ROW WHEN ({young}) "),
            # Row triggers do not hear of it.
            f"{table}_no_truncate": made(f"{table}_no_truncate", "TRUNCATE", "STATEMENT "),
        }

    def _statements(self) -> dict[str, str]:
        return self.sqlite() if connection.vendor == "sqlite" else self.postgresql()

    def _function(self) -> str:
        return (
            f"CREATE OR REPLACE FUNCTION {self.table}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{self.table} is append-only'; END $$"
        )

    def put(self, schema_editor) -> None:
        """Guard the table, in a migration. Doing it again is harmless."""
        self.take_away(schema_editor)
        if connection.vendor != "sqlite":
            schema_editor.execute(self._function())
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
            # Enabled, as it was made, and calling a function that still refuses.
            cursor.execute(
                "SELECT t.tgname, pg_get_triggerdef(t.oid) FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid "
                "WHERE t.tgrelid = %s::regclass AND t.tgenabled IN ('O', 'A') AND p.prosrc = %s",
                [self.table, self._function().split("$$")[1]],
            )
            stand = {name: _bare(definition) for name, definition in cursor.fetchall()}
            return [name for name, made in self.postgresql().items() if stand.get(name) != _bare(made)]


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
