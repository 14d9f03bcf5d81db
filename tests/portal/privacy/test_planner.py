"""PostgreSQL's planner keeps samples of values, of tables too that have become empty: an erasure has them renewed."""

import pytest
from django.db import connection

from portal.people.joining.models import JoinRequest
from portal.privacy import erasing, planner
from portal.testing.factories import UserFactory

from .erasures import carried_out, confirmed
from .searching import found

pytestmark = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite keeps no such samples")

MARKER = "mrksampled00001"


@pytest.fixture(autouse=True)
def var(committed_db, settings, tmp_path):
    settings.VAR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def samira():
    """She is the only one who ever asked to join, and did so twice: that is what is most common in that table."""
    person = UserFactory(display_name=MARKER, email=f"{MARKER}@abitare.example")
    for number in range(4):
        JoinRequest.objects.create(
            name=MARKER, email=person.email, wish="neighbour", language="it", client_id=_id(number)
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return person


def _id(number):
    return f"00000000-0000-4000-8000-{number:012}"


def samples():
    """The tables of whose values the planner has noted the marker."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tablename FROM pg_stats WHERE most_common_vals::text LIKE %s OR histogram_bounds::text LIKE %s",
            [f"%{MARKER}%"] * 2,
        )
        return {table for (table,) in cursor.fetchall()}


def test_no_sample_of_an_empty_table_names_who_was_erased(samira):
    assert "portal_joinrequest" in samples()

    carried_out(confirmed(samira))

    assert not JoinRequest.objects.exists()
    assert samples() == set()
    assert found([MARKER]) == set()


def test_without_that_it_would_be_found(samira, monkeypatch):
    monkeypatch.setattr(erasing, "renew_samples", lambda: None)

    carried_out(confirmed(samira))

    assert {place for _, place in found([MARKER])} == {"raw data file of pg_statistic"}


def test_analyze_alone_would_not_do(samira, monkeypatch, caplog):
    """An older PostgreSQL has nothing that clears them: it says so in the log."""
    monkeypatch.setattr(planner, "CLEARS_SINCE", 10**9)

    carried_out(confirmed(samira))

    assert samples() == {"portal_joinrequest"}
    assert "stay until these have rows again" in caplog.text
