"""What is looked for in the database's own files is found as long as it is kept, and only then."""

import pytest
from django.db import connection

from .searching import found

MARKER = "mrkdeadrow00001"


@pytest.fixture(autouse=True)
def var(committed_db, settings, tmp_path):
    settings.VAR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite keeps no dead rows")
def test_a_dead_row_is_thrown_away_while_somebody_writes_in_another_database_of_the_server():
    with connection._nodb_cursor() as elsewhere, connection.cursor() as cursor:
        elsewhere.execute("BEGIN")
        elsewhere.execute("SELECT pg_current_xact_id(), current_database()")
        assert elsewhere.fetchone()[1] != connection.settings_dict["NAME"]
        cursor.execute("CREATE TABLE brief (note text)")
        cursor.execute("INSERT INTO brief VALUES (%s)", [MARKER])
        assert "raw data file of brief" in {place for _marker, place in found([MARKER])}

        cursor.execute("DELETE FROM brief")

        assert found([MARKER]) == set()
        elsewhere.execute("ROLLBACK")
