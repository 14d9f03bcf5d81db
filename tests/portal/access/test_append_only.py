"""What is written down about readings stays as it is: the database refuses, and it is noticed where it would not."""

import io
import re

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import DatabaseError, connection, models, transaction
from django.utils import timezone

from portal.access import log_read
from portal.access.append_only import check_triggers_stand, guarded, refuse_to_go_on_without
from portal.access.models import KEPT, KEPT_DAYS, ConfidentialRead
from portal.privacy.schedules import expire_personal_data
from portal.testing.factories import UserFactory

pytestmark = pytest.mark.django_db

TABLE = ConfidentialRead._meta.db_table
DAY = timezone.timedelta(days=1)
sqlite_only = pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite's own way round")
postgresql_only = pytest.mark.skipif(connection.vendor != "postgresql", reason="PostgreSQL's own way round")


@pytest.fixture
def read():
    """A reading of today."""
    reader, tenant = UserFactory(roles=["portal.caseworker"]), UserFactory()
    return log_read(reader, tenant, about=tenant, reason="support")[0]


def aged(read, days):
    """The same reading, of so many days ago."""
    return ConfidentialRead.objects.create(
        at=timezone.now() - days * DAY,
        reader=read.reader,
        about=read.about,
        content_type=read.content_type,
        object_id=read.object_id,
        reason="support",
    )


def refused(statement, *parameters):
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement, parameters)
    return True


COLUMNS = "id, at, reader_id, roles, about_id, content_type_id, object_id, reason"


def test_a_row_is_not_changed(read):
    assert refused(f"UPDATE {TABLE} SET reason = 'contact' WHERE id = %s", read.pk)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        read.save()


def test_nor_removed(read):
    assert refused(f"DELETE FROM {TABLE} WHERE id = %s", read.pk)
    assert refused(f"DELETE FROM {TABLE}")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        ConfidentialRead.objects.all().delete()


def test_nor_written_over(read):
    upsert = (
        f"INSERT INTO {TABLE} ({COLUMNS}) SELECT {COLUMNS} FROM {TABLE} WHERE id = %s "
        "ON CONFLICT (id) DO UPDATE SET reason = 'contact'"
    )
    assert refused(upsert, read.pk)


@sqlite_only
@pytest.mark.parametrize("recursive", ["ON", "OFF"])
def test_nor_replaced_whether_or_not_the_connection_asks_for_recursive_triggers(read, recursive):
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA recursive_triggers={recursive}")
    try:
        for verb in ("REPLACE", "INSERT OR REPLACE"):
            assert refused(
                f"{verb} INTO {TABLE} ({COLUMNS}) SELECT {COLUMNS} FROM {TABLE} WHERE id = %s", read.pk
            )
        assert refused(f"UPDATE OR REPLACE {TABLE} SET reason = 'contact'")
    finally:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA recursive_triggers=ON")
    assert ConfidentialRead.objects.get().reason == "support"


@postgresql_only
@pytest.mark.parametrize("more", ["", " CASCADE", " RESTART IDENTITY"])
def test_nor_truncated(read, more):
    connection.check_constraints()  # otherwise the row just written is why it is refused
    assert refused(f"TRUNCATE {TABLE}{more}")


@postgresql_only
def test_nor_merged_over(read):
    assert refused(
        f"MERGE INTO {TABLE} t USING (SELECT %s::bigint AS id) s ON t.id = s.id "
        "WHEN MATCHED THEN UPDATE SET reason = 'contact'",
        read.pk,
    )


def test_who_reads_is_kept_as_long_as_the_log_stands(read):
    """Neither the reader's entry nor the person's can be deleted from under it."""
    for person in (read.reader, read.about):
        with pytest.raises(models.ProtectedError):
            person.delete()


def test_after_ten_years_a_row_goes_by_itself_and_not_a_day_before(read):
    old, younger = aged(read, KEPT.days + 1), aged(read, KEPT_DAYS - 1)
    assert refused(f"DELETE FROM {TABLE} WHERE id = %s", younger.pk)

    expire_personal_data()

    assert set(ConfidentialRead.objects.all()) == {read, younger}
    assert not ConfidentialRead.objects.filter(pk=old.pk).exists()


# -- whether the triggers stand ------------------------------------------------------------------------------


def drop(name):
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {name}" + ("" if connection.vendor == "sqlite" else f" ON {TABLE}"))


def check():
    return [message.msg for message in check_triggers_stand(None, databases=["default"])]


def test_they_stand():
    assert ConfidentialRead.append_only in guarded()
    assert check() == []
    call_command("check", databases=["default"], stdout=io.StringIO())


@pytest.mark.parametrize("name", ConfidentialRead.append_only.names)
def test_one_that_is_gone_is_named(name):
    drop(name)

    (message,) = check()
    assert name in message
    with pytest.raises(ImproperlyConfigured, match=name):
        refuse_to_go_on_without(sender=None)


def run(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)


NO_UPDATE, NO_DELETE = f"{TABLE}_no_update", f"{TABLE}_no_delete"


@sqlite_only
@pytest.mark.parametrize("name", ConfidentialRead.append_only.names)
@pytest.mark.parametrize(
    "change",
    [
        lambda made: re.sub(r"BEGIN .*; END", "BEGIN SELECT 1; END", made),
        lambda made: re.sub(r" BEGIN", " WHEN 1 = 0 BEGIN", re.sub(r" WHEN .* BEGIN", " BEGIN", made)),
        lambda made: made.replace(" BEFORE ", " AFTER "),
    ],
    ids=["it refuses nothing", "it is never the time", "it comes too late"],
)
def test_one_that_was_made_otherwise_is_named(name, change):
    made = ConfidentialRead.append_only.sqlite()[name]
    assert change(made) != made
    drop(name)
    run(change(made))

    (message,) = check()
    assert name in message
    with pytest.raises(ImproperlyConfigured, match=name):
        refuse_to_go_on_without(sender=None)


@postgresql_only
@pytest.mark.parametrize("name", ConfidentialRead.append_only.names)
@pytest.mark.parametrize("how", ["DISABLE TRIGGER", "ENABLE REPLICA TRIGGER"])
def test_one_that_is_switched_off_is_named(name, how):
    run(f"ALTER TABLE {TABLE} {how} {name}")

    (message,) = check()
    assert name in message
    with pytest.raises(ImproperlyConfigured, match=name):
        refuse_to_go_on_without(sender=None)


@postgresql_only
def test_all_that_are_switched_off_at_once_are_named():
    run(f"ALTER TABLE {TABLE} DISABLE TRIGGER USER")

    (message,) = check()
    for name in ConfidentialRead.append_only.names:
        assert name in message


@postgresql_only
@pytest.mark.parametrize("name", ConfidentialRead.append_only.names)
def test_one_that_always_fires_stands(name):
    """Stricter than it was made: on a replica as well."""
    run(f"ALTER TABLE {TABLE} ENABLE ALWAYS TRIGGER {name}")

    assert check() == []


OTHERWISE = {
    "for one column only": (NO_UPDATE, "BEFORE UPDATE OF reason", "ROW"),
    "when it is never the time": (NO_UPDATE, "BEFORE UPDATE", "ROW WHEN (false)"),
    "once for all the rows": (NO_UPDATE, "BEFORE UPDATE", "STATEMENT"),
    "too late": (NO_UPDATE, "AFTER UPDATE", "ROW"),
    "of something else": (NO_UPDATE, "BEFORE INSERT", "ROW"),
    "a day too early": (NO_DELETE, "BEFORE DELETE", "ROW WHEN (OLD.at > now() - interval '1 day')"),
    "never": (NO_DELETE, "BEFORE DELETE", "ROW WHEN (OLD.at > now() + interval '3650 days')"),
    "of rows instead of the table": (f"{TABLE}_no_truncate", "BEFORE DELETE", "STATEMENT"),
}


@postgresql_only
@pytest.mark.parametrize("otherwise", OTHERWISE)
def test_one_that_was_made_otherwise_is_named_there_as_well(otherwise):
    name, what, each = OTHERWISE[otherwise]
    drop(name)
    run(f"CREATE TRIGGER {name} {what} ON {TABLE} FOR EACH {each} EXECUTE FUNCTION {TABLE}_refuse()")

    (message,) = check()
    assert name in message


@postgresql_only
def test_a_function_that_lets_through_is_noticed():
    run(
        f"CREATE OR REPLACE FUNCTION {TABLE}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RETURN NULL; END $$"
    )

    (message,) = check()
    for name in ConfidentialRead.append_only.names:
        assert name in message


@postgresql_only
def test_another_function_of_that_name_in_another_schema_is_noticed():
    run("CREATE SCHEMA elsewhere")
    run(
        f"CREATE FUNCTION elsewhere.{TABLE}_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$"
    )
    drop(NO_UPDATE)
    run(
        f"CREATE TRIGGER {NO_UPDATE} BEFORE UPDATE ON {TABLE} FOR EACH ROW "
        f"EXECUTE FUNCTION elsewhere.{TABLE}_refuse()"
    )

    assert NO_UPDATE in check()[0]


@sqlite_only
def test_a_migration_that_rebuilds_the_table_is_found_out():
    """SQLite alters most columns by copying the table, as here, and the triggers are not copied."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE new__{TABLE} AS SELECT * FROM {TABLE}")
        cursor.execute(f"DROP TABLE {TABLE}")
        cursor.execute(f"ALTER TABLE new__{TABLE} RENAME TO {TABLE}")

    assert f"{TABLE}_no_update" in check()[0]
