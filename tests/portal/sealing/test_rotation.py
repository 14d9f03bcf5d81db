"""A new master key in the place of the old one, while everybody goes on reading and writing."""

import io
import multiprocessing
import queue

import pytest
from django.core.management import CommandError, call_command

from portal.sealing import KeyMissing, data_key, destroy_key, keys, masters, new_key, rotation
from portal.sealing.keys import data_keys
from portal.sealing.rotation import rotate
from tests.harness.races import size

# By its whole name, by which a process of its own finds it.
from tests.portal.sealing import rotating

PROCESSES, NUMBERS, ROUNDS = 8, size(10, 40), size(20, 400)


def said(*arguments):
    out = io.StringIO()
    call_command("sealing", *arguments, stdout=out)
    return out.getvalue()


def test_data_keys_stay_the_same_and_the_old_master_is_forgotten():
    before = {number: data_key(number) for number in (new_key() for _ in range(5))}
    old = masters.newest()

    done = rotate()

    assert (done.wrapped, done.unreadable) == (5, set())
    assert list(masters.masters()) == [masters.newest()] != [old]
    assert {number: data_key(number) for number in before} == before


@pytest.mark.once
def test_eight_processes_read_and_write_meanwhile(keys_folder):
    """In `make soak` 40 keys and 400 rounds each."""
    numbers = [new_key() for _ in range(NUMBERS)]
    spawn = multiprocessing.get_context("spawn")
    outcomes = spawn.Queue()
    workers = [
        spawn.Process(target=rotating.read_and_write, args=(keys_folder, numbers, ROUNDS, outcomes))
        for _ in range(PROCESSES)
    ]
    for worker in workers:
        worker.start()
    told, rotations = [], 0
    while len(told) < PROCESSES:
        assert not rotate().unreadable
        rotations += 1
        try:
            told.append(outcomes.get(timeout=0.05))
        except queue.Empty:
            assert any(worker.is_alive() for worker in workers) or not outcomes.empty(), told
    for worker in workers:
        worker.join()

    expected = {"opened": (ROUNDS - 1) * NUMBERS, "made": ROUNDS, "destroyed": ROUNDS // 2}
    assert told == [expected] * PROCESSES
    assert len(list(data_keys())) == NUMBERS + PROCESSES * (ROUNDS - ROUNDS // 2)
    assert all(map(data_key, data_keys()))
    assert list(masters.masters()) == [masters.newest()]
    opened = PROCESSES * expected["opened"]
    print(f"{PROCESSES} processes, {rotations} rotations: {opened} cells opened, none unreadable")  # noqa: T201


def test_a_rotation_that_dies_half_way_leaves_nothing_unreadable(monkeypatch):
    numbers = [new_key() for _ in range(6)]
    old = masters.newest()
    wrapped = []

    def dies_after_three(number):
        if len(wrapped) == 3:
            raise KeyboardInterrupt
        wrapped.append(number)
        return keys.rewrap(number)

    monkeypatch.setattr(rotation, "rewrap", dies_after_three)
    with pytest.raises(KeyboardInterrupt):
        rotate()
    monkeypatch.undo()

    assert old in masters.masters()
    assert len({data_key(number).secret for number in numbers}) == 6
    assert rotate().wrapped == 6
    assert list(masters.masters()) == [masters.newest()]


def test_a_key_that_is_destroyed_meanwhile_does_not_come_back(monkeypatch):
    number = new_key()

    def destroyed_first(key_id):
        destroy_key(number)
        return keys.rewrap(key_id)

    monkeypatch.setattr(rotation, "rewrap", destroyed_first)
    rotate()

    with pytest.raises(KeyMissing):
        data_key(number)


def test_as_long_as_a_key_does_not_open_no_master_is_forgotten():
    lost = new_key()
    masters.path().unlink()
    masters.add()
    kept, before = new_key(), masters.newest()

    assert rotate().unreadable == {str(lost)}

    assert before in masters.masters()
    assert data_key(kept)
    for arguments in ([], ["--rotate"]):
        with pytest.raises(CommandError, match=str(lost)):
            said(*arguments)


def test_the_command_says_what_there_is_and_rotates():
    for _ in range(3):
        new_key()
    old = masters.newest()
    assert said() == f"master {old} (wraps): 3 data keys\n"

    assert "3 data keys wrapped anew" in said("--rotate")

    assert said() == f"master {masters.newest()} (wraps): 3 data keys\n"
    assert masters.newest() != old


def test_the_command_makes_the_first_master(settings):
    settings.PORTAL_MAKES_MASTER_KEY = False
    with pytest.raises(CommandError, match="No master key"):
        said()

    assert "0 data keys" in said("--rotate")

    assert new_key()
