"""Keys that nobody names: they go after a day, and no other key does, whatever an app or a database is missing."""

import os
import time
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from portal.extensions import Schedule, find
from portal.sealing import KeyMissing, Unreadable, data_key, new_key, sweeping
from portal.sealing.files import ASIDE
from portal.sealing.keys import data_keys, forget_old_key
from portal.sealing.sweeping import TooMany, sweep
from portal.testing.factories import UserFactory
from portal.uploads.models import Photo
from tests.portal.uploads.pictures import photo

pytestmark = pytest.mark.django_db
DAY = 24 * 3600


@pytest.fixture
def file_of(keys_folder):
    return lambda key_id: keys_folder / "data" / str(key_id)[:2] / str(key_id)


@pytest.fixture
def aged(file_of):
    """`aged(key)`: made two days ago."""

    def age(key_id):
        then = time.time() - 2 * DAY
        os.utime(file_of(key_id), (then, then))
        return key_id

    return age


def kept_photo(key):
    return Photo.keep(photo(), owner=UserFactory(), draft=uuid4(), limit=1, key=key)


def test_what_nothing_names_goes_after_a_day(aged):
    old, young = aged(new_key()), new_key()

    assert sweep() == 1
    assert set(data_keys()) == {young}
    with pytest.raises(KeyMissing):
        data_key(old)
    assert sweep() == 0


def test_what_a_form_that_was_not_sent_yet_keeps_its_files_with_stays(aged):
    key = new_key()
    picture = kept_photo(key)
    aged(key)

    assert sweep() == 0
    assert picture.content()
    picture.delete()
    assert sweep() == 1


def test_a_table_whose_app_is_switched_off_is_asked_as_well(aged):
    """Whoever takes an app out for a week finds all of it again."""
    key, other = aged(new_key()), aged(new_key())
    kind = connection.data_types["UUIDField"]
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE gone_thing (id integer, opened_by {kind}, word text)")
        cursor.execute(
            "INSERT INTO gone_thing VALUES (1, %s, %s)",
            [key if connection.features.has_native_uuid_field else key.hex, str(other)],
        )

    assert sweep() == 1
    assert set(data_keys()) == {key}


def test_more_numbers_than_fit_into_one_question(aged, monkeypatch):
    monkeypatch.setattr(sweeping, "AT_ONCE", 2)
    named = [aged(kept_photo(new_key()).key) for _ in range(3)]
    for _ in range(4):
        aged(new_key())

    assert sweep() == 4
    assert set(data_keys()) == set(named)


def test_very_many_at_once_are_rather_a_wrong_database(aged, monkeypatch, capsys):
    monkeypatch.setattr(sweeping.sweep, "__kwdefaults__", {"most": 2})
    keys = {aged(new_key()) for _ in range(3)}
    with pytest.raises(TooMany, match="3 data keys"):
        sweep()
    assert set(data_keys()) == keys

    call_command("sealing", "--sweep")
    assert "3 data keys destroyed" in capsys.readouterr().out
    assert not list(data_keys())
    with pytest.raises(CommandError):
        call_command("sealing", "--sweep", "--rotate")


def test_a_key_that_is_asked_for_anew_meanwhile_stays(aged):
    """A form that lay open for days: its number is known, and its row is about to come."""
    key, before = aged(new_key()), timezone.now() - timedelta(days=1)
    new_key(key)

    assert not forget_old_key(key, before)
    assert sweep() == 0
    assert data_key(key)


def test_what_a_crash_has_left_in_the_place_of_a_key_goes(aged, file_of):
    """It was overwritten, and the power failed before it was taken away."""
    key = new_key()
    file_of(key).write_bytes(os.urandom(80))
    with pytest.raises(Unreadable):
        data_key(key)
    aged(key)

    assert sweep() == 1
    assert not file_of(key).exists()


def test_what_was_never_put_in_place_goes_as_well(aged, file_of):
    key = new_key()
    aside = file_of(key).with_name(f"{ASIDE}x1")
    aside.write_bytes(b"a key, wrapped")
    young = file_of(key).with_name(f"{ASIDE}x2")
    young.write_bytes(b"being written")
    os.utime(aside, (time.time() - 2 * DAY,) * 2)

    sweep()

    assert not aside.exists()
    assert young.exists()
    assert data_key(key)


def test_it_comes_round_once_a_day():
    assert find(Schedule, "portal.sealing.sweep").every == timedelta(days=1)
