"""Half a year after it is closed: the outcome is kept, and nobody reads what was said, whatever key they have left."""

import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.utils import timezone

from community.mediation.destroying import destroy, destroy_closed_before
from community.mediation.glass import BrokenGlass
from community.mediation.models import Case, Story
from community.mediation.privacy import erase_parties, erase_words
from community.mediation.rooms import Room, Word
from community.mediation.words import Outcome, State
from community.testing import mediation_in
from portal.events import history_of
from portal.sealing import Cell, KeyMissing, data_key, destroy_key, masters
from portal.sealing.keys import data_keys

pytestmark = pytest.mark.django_db
MARKER = "xq-parola-detta-in-confidenza"


@pytest.fixture
def closed(case_in, amal, bruno, marta):
    case = case_in("follow_up", told=MARKER, points=(MARKER,))
    case.rooms.get(party__person=amal).say(by=amal, client_id=uuid.uuid4(), text=MARKER)
    case.finish(by=marta, outcome=Outcome.AGREEMENT)
    return case


def test_nothing_that_was_said_lies_there_in_clear(closed):
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if not table.startswith("community_"):
                continue
            cursor.execute(f"SELECT * FROM {table}")
            for row in cursor.fetchall():
                told = [bytes(v) if isinstance(v, (bytes, memoryview)) else str(v).encode() for v in row]
                assert not any(MARKER.encode() in value for value in told), table


def test_destroyed_only_the_outcome_is_left_and_no_key_opens_a_copy(
    closed, amal, bruno, marta, django_capture_on_commit_callbacks
):
    copy = Word.objects.values_list("text", flat=True).get()
    story = Story.objects.values_list("told", flat=True).get()
    key = closed.key
    with django_capture_on_commit_callbacks(execute=True):
        destroy(closed)
        destroy(closed)

    case = Case.objects.get()
    assert (case.state, case.outcome) == (State.CLOSED, Outcome.AGREEMENT)
    assert case.key not in (key, None)
    assert case.key_destroyed_at is not None
    told = history_of(case, confidential=True)
    assert told.exists()
    assert not told.exclude(actor=None, data={}).exists()
    for rows in (case.parties, case.mediators, case.rooms, case.versions, case.follow_ups):
        assert not rows.exists()
    assert not Story.objects.exists()
    for person in (amal, bruno, marta):
        assert not Case.objects.visible_to(person).exists()
    with pytest.raises(KeyMissing):
        data_key(key)
    # Whoever has kept the cells, from a backup say, finds no key here that opens them.
    assert key not in set(data_keys())
    assert masters.masters()
    for cell in (copy, story):
        assert isinstance(cell, Cell)
        for other in data_keys():
            assert other != cell.key_id


def test_it_happens_by_itself_half_a_year_later_and_to_nothing_else(closed):
    running = mediation_in("mediating")
    assert destroy_closed_before(timezone.now() - timedelta(days=183)) == 0
    Case.objects.filter(pk=closed.pk).update(closed_at=timezone.now() - timedelta(days=184))

    assert destroy_closed_before(timezone.now() - timedelta(days=183)) == 1
    assert destroy_closed_before(timezone.now() - timedelta(days=183)) == 0
    assert Case.objects.get(destroyed_at=None) == running
    assert Room.objects.filter(case=running).exists()


def test_where_it_broke_off_before_the_key_was_gone_it_is_ended_the_next_day(
    closed, django_capture_on_commit_callbacks
):
    key = closed.key
    destroy(closed)  # and the power fails before the commit's callbacks
    assert data_key(key)
    with django_capture_on_commit_callbacks(execute=True):
        destroy_closed_before(timezone.now())

    with pytest.raises(KeyMissing):
        data_key(key)
    assert not Case.objects.half_destroyed().exists()


def test_whoever_is_erased_leaves_nothing_of_what_they_told(closed, case_in, amal):
    case = mediation_in("mediating", first=amal, told=MARKER)
    word = case.rooms.get(party__person=amal).say(by=amal, client_id=uuid.uuid4(), text=MARKER)
    erase_parties(amal)
    erase_words(amal)

    case.refresh_from_db()
    assert (case.state, case.outcome) == (State.CLOSED, Outcome.WITHDRAWN)
    assert Story.objects.get(case=case).told is None
    assert Word.objects.get(pk=word.pk).text is None
    assert not case.parties.filter(person=amal).exists()


def test_whoever_never_answered_and_whoever_was_never_asked_are_erased_as_well(case_in, amal, bruno, carla):
    asked = case_in("inviting")
    asked.parties.get(person=amal).withdraw(by=amal)
    erase_parties(bruno)
    named = mediation_in("intake", coordinator=carla)
    named.add_party(by=carla, person=bruno, side="other", language="it")
    erase_parties(bruno)

    assert named.parties.count() == 1
    assert not asked.parties.filter(person=bruno).exists()


def test_words_are_forgotten_without_a_key_too(closed, amal):
    destroy_key(closed.key)
    erase_words(amal)
    assert not Word.objects.filter(author=amal).exists()


def test_there_is_nothing_left_for_whoever_breaks_the_glass(closed, carla):
    destroy(closed)
    with pytest.raises(PermissionDenied):
        BrokenGlass.ask(closed, by=carla, reason="life", words="x")
