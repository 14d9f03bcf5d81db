"""Eight processes talk in the rooms of mediations while the master key is changed under them: no word is unreadable."""

import os
import subprocess
import sys

import pytest

from community.mediation.rooms import Word
from community.testing import mediation_in
from portal.sealing.rotation import rotate
from tests.harness import ROOT
from tests.harness.races import size

PROCESSES, ROUNDS, CASES = 8, size(3, 60), 3


@pytest.fixture(autouse=True)
def keys_folder():
    """Those of the copy of the database, which the other processes use."""


@pytest.mark.once
def test_no_word_is_unreadable(committed_db):
    """In `make soak` sixty rounds each."""
    for _ in range(CASES):
        mediation_in("mediating")

    command = [sys.executable, "-m", "tests.community.mediation.talking", str(ROUNDS)]
    talking = [
        subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, **committed_db.environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(PROCESSES)
    ]
    rotations = 0
    while any(process.poll() is None for process in talking):
        assert not rotate().unreadable
        rotations += 1
    told = [process.communicate() for process in talking]

    assert [process.returncode for process in talking] == [0] * PROCESSES, told
    said = sum(int(out.split()[1]) for out, _err in told)
    assert said == PROCESSES * ROUNDS * CASES * 2
    words = Word.objects.select_related("room__case")
    assert words.count() == said
    assert all(word.text.startswith("parola ") for word in words)
    assert rotations > 1
