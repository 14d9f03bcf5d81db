"""What is sealed opens with its own key, in its own place, and in no other way."""

import os
import stat
from uuid import uuid4

import pytest

from portal.sealing import Cell, KeyMissing, NoMasterKey, Unreadable, data_key, destroy_key, masters, new_key
from portal.sealing.cells import HEAD, NONCE
from portal.sealing.keys import data_keys

SECRET = b"what was said in confidence"
PLACE = "community_word|text|1"


@pytest.fixture
def key():
    return data_key(new_key())


def test_it_opens_where_it_was_sealed(key):
    cell = key.seal(SECRET, place=PLACE)

    assert data_key(key.id).unseal(cell, place=PLACE) == SECRET
    assert SECRET not in cell.raw


def test_the_same_words_twice_are_two_different_cells(key):
    assert key.seal(SECRET, place=PLACE) != key.seal(SECRET, place=PLACE)


@pytest.mark.parametrize(
    "place", ["community_word|text|2", "community_word|note|1", "community_other|text|1", ""]
)
def test_moved_to_another_place_it_does_not_open(key, place):
    with pytest.raises(Unreadable):
        key.unseal(key.seal(SECRET, place=PLACE), place=place)


def test_another_key_does_not_open_it(key):
    cell, other = key.seal(SECRET, place=PLACE), data_key(new_key())

    with pytest.raises(Unreadable):
        other.unseal(cell, place=PLACE)
    # Nor where the cell is made to name the other key.
    with pytest.raises(Unreadable):
        other.unseal(Cell(cell.raw[:1] + other.id.bytes + cell.raw[HEAD:]), place=PLACE)


def test_a_changed_cell_does_not_open_whichever_byte_it_is(key):
    raw = key.seal(SECRET, place=PLACE).raw

    for at in range(len(raw)):
        changed = bytearray(raw)
        changed[at] ^= 1
        with pytest.raises(Unreadable):
            key.unseal(Cell(bytes(changed)), place=PLACE)


@pytest.mark.parametrize("raw", [b"", b"\x01", b"plain words", SECRET * 9, b"\x01" * (HEAD + NONCE)])
def test_what_is_no_cell_is_not_given_back(key, raw):
    with pytest.raises(Unreadable):
        key.unseal(Cell(raw), place=PLACE)


def test_nothing_that_is_printed_says_the_secret(key):
    cell = key.seal(SECRET, place=PLACE)

    assert str(cell) == repr(cell) == "<sealed>"
    assert repr(key.secret) not in repr(key)
    with pytest.raises(Unreadable) as refused:
        key.unseal(cell, place="elsewhere")
    assert refused.value.__suppress_context__
    assert str(refused.value) == "elsewhere"


def test_nothing_is_left_of_a_destroyed_key_even_for_the_master(key, keys_folder):
    destroy_key(key.id)
    destroy_key(key.id)

    with pytest.raises(KeyMissing):
        data_key(key.id)
    assert list(data_keys()) == []
    assert {path.name for path in keys_folder.rglob("*") if path.is_file()} == {"lock", "master"}


def test_a_number_that_is_given_twice_keeps_its_first_key():
    number = uuid4()
    first = data_key(new_key(number)).secret

    assert new_key(number) == number
    assert data_key(number).secret == first


def test_only_their_owner_reads_the_keys(key, keys_folder):
    assert stat.S_IMODE(keys_folder.stat().st_mode) == 0o700
    keys = [path for path in keys_folder.rglob("*") if path.is_file() and path.name != "lock"]
    assert [stat.S_IMODE(path.stat().st_mode) for path in keys] == [0o600] * 2


def test_without_a_master_nothing_opens_and_none_takes_its_place(key):
    masters.path().unlink()

    for asked in (lambda: data_key(key.id), new_key):
        with pytest.raises(NoMasterKey):
            asked()
    assert not masters.path().exists()


def test_with_another_master_nothing_opens(key):
    masters.path().unlink()
    masters.add()

    with pytest.raises(Unreadable):
        data_key(key.id)


def test_with_other_bytes_under_the_name_of_the_master_nothing_opens(key):
    name = masters.newest()
    masters.path().unlink()
    other = masters.add()
    masters.path().write_text(masters.path().read_text().replace(other, name))

    with pytest.raises(Unreadable):
        data_key(key.id)


@pytest.mark.parametrize("nonsense", ["", "\n", "word", "abcd1234 notbase64!", "abcd1234 c2hvcnQ=", "ä ö"])
def test_nonsense_for_a_master_is_said_without_a_word_of_it(key, nonsense):
    masters.path().write_text(nonsense)

    with pytest.raises(NoMasterKey) as refused:
        data_key(key.id)
    assert not nonsense.strip() or nonsense not in str(refused.value)


def test_where_it_is_told_not_to_it_makes_no_master_by_itself(settings):
    settings.PORTAL_MAKES_MASTER_KEY = False

    with pytest.raises(NoMasterKey):
        new_key()


def test_masters_may_lie_elsewhere_than_the_data_keys(settings, tmp_path, keys_folder):
    settings.PORTAL_MASTER_KEYS = str(tmp_path / "elsewhere" / "masters")
    key = data_key(new_key())

    assert (tmp_path / "elsewhere" / "masters").exists()
    assert not (keys_folder / "master").exists()
    assert key.unseal(key.seal(SECRET, place=PLACE), place=PLACE) == SECRET


def test_a_write_that_fails_leaves_the_keys_that_were(key, keys_folder, monkeypatch):
    def fails(*paths):
        raise OSError("no space left")

    monkeypatch.setattr(os, "replace", fails)
    with pytest.raises(OSError, match="no space"):
        masters.add()
    monkeypatch.undo()

    assert data_key(key.id) == key
    assert not [path for path in keys_folder.rglob("*") if path.name.startswith(".")]
