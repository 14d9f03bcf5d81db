"""Somebody who has no portal checks a journal: with Python alone, two files of ours, and a head told the day before."""

import io
import json
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from portal import ledger
from portal.ledger import LedgerBook, close, head
from portal.ledger.checking import Broken, Journal
from portal.ledger.exporting import journal

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def lines(book, anna, bruno, pot):
    """Six entries, the third of which takes the second back, and the fifth was told late; March is closed after it."""

    def post(giver, minutes, key, **more):
        return book.post(key=key, kind="exchange", postings=[(giver, minutes), (bruno, -minutes)], **more)

    post(anna, 60, "a", at=NOON)
    wrong = post(pot, 30, "b", at=NOON + DAY)
    back = wrong.reverse(key="c")
    post(anna, 15, "d", at=back.at)
    post(anna, 20, "e", at=back.at, day=NOON.date())
    close(book, back.day - DAY, at=back.at)
    post(anna, 25, "f", at=back.at)
    return list(journal(book))


def checked(lines):
    one = Journal()
    return list(one.check(lines)), one


def test_what_was_booked_is_found_right_and_ends_where_the_book_ends(book, lines):
    wrong, one = checked(lines)

    assert wrong == []
    assert (one.book, one.end) == (book.code, (6, head(book).hash))
    assert len(lines) == 1 + 6 + 1 + 1


def test_a_part_of_it_stands_on_what_was_before(book, lines):
    for after in range(7):
        for up_to in (None, *range(after, 7)):
            assert checked(journal(book, after=after, up_to=up_to))[0] == [], (after, up_to)


def test_a_book_without_entries(book):
    assert checked(journal(book))[0] == []


def changed(lines, place, /, **other):
    """With something else in one line; entry 1 is the line in place 1."""
    return [
        json.dumps(json.loads(line) | other) if number == place else line for number, line in enumerate(lines)
    ]


@pytest.mark.parametrize(
    ("other", "says"),
    [
        ({"at": "2026-03-02T13:00:00.000000+00:00"}, "its hash"),
        ({"day": "2026-03-01"}, "its hash"),
        ({"kind": "gift"}, "its hash"),
        ({"postings": [["anna", 1, 61, 61], ["bruno", 1, -61, -61]]}, "its hash"),
        ({"postings": [["anna", 1, 61, 61], ["bruno", 1, -60, -60]]}, "sum to zero"),
        ({"postings": [["anna", 2, 60, 60], ["bruno", 1, -60, -60]]}, "anna has a gap"),
        ({"postings": [["anna", 1, 60, 90], ["bruno", 1, -60, -60]]}, "anna does not add up"),
        ({"number": 2}, "follows entry 0"),
    ],
)
def test_whatever_is_changed_in_an_entry_is_said(lines, other, says):
    assert says in "\n".join(checked(changed(lines, 1, **other))[0])


def test_an_entry_that_is_missing_is_said(lines):
    assert "it follows entry 1" in "\n".join(checked(lines[:2] + lines[3:])[0])


@pytest.mark.parametrize(
    ("other", "says"),
    [
        ({"balances": {"anna": 1, "bruno": -1}}, "its balances are not those of the entries"),
        ({"hash": "0" * 64}, "it stands on no entry of this chain"),
        ({"closed": "2026-03-05"}, "its digest is not that of what it says"),
        ({"closed": "2099-12-31"}, "entry 6: it was booked into a period that was closed"),
    ],
)
def test_whatever_is_changed_in_a_closing_is_said(lines, other, says):
    assert says in "\n".join(checked(changed(lines, 6, **other))[0])


def test_an_entry_that_counts_on_a_day_to_come_is_said(lines):
    assert "a day that had not come" in "\n".join(checked(changed(lines, 1, day="2026-03-04"))[0])


def test_a_closing_before_the_one_that_stands_is_said(lines):
    wrong = "\n".join(checked([*lines[:7], lines[6], *lines[7:]])[0])
    assert "it does not follow the closing of" in wrong


def test_an_end_that_is_changed_is_said(lines):
    assert "the last line says" in "\n".join(checked(changed(lines, 8, end=7))[0])


@pytest.mark.parametrize(
    "broken",
    [
        lambda lines: [],
        lambda lines: lines[1:],
        lambda lines: lines[:-1],
        lambda lines: [*lines[:3], lines[3][: len(lines[3]) // 2]],
        lambda lines: [lines[0], "[]", lines[-1]],
        lambda lines: [lines[0], "{}", lines[-1]],
        lambda lines: [*lines, lines[-1]],
        lambda lines: changed(lines, 1, postings=None),
        lambda lines: changed(lines, 1, at="yesterday"),
        lambda lines: changed(lines, 0, standing=[]),
    ],
)
def test_what_is_cut_off_or_no_journal_says_so(lines, broken):
    with pytest.raises(Broken):
        checked(broken(lines))


# -- without the portal -----------------------------------------------------------------------------------------------


@pytest.fixture
def alone(tmp_path):
    """Two files of ours and nothing else; returns what runs them."""
    home = Path(ledger.__file__).parent
    for name in ("checking.py", "canonical.py"):
        shutil.copy(home / name, tmp_path)

    def run(*arguments):
        done = subprocess.run(
            [sys.executable, "checking.py", *arguments],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
            env={},
        )
        return done.returncode, done.stdout, done.stderr

    return run


def test_a_stranger_checks_it_against_a_head_told_before(book, lines, alone, tmp_path):
    (tmp_path / "journal.jsonl").write_text("\n".join(lines))
    third = book.entries.get(number=3)

    assert alone("journal.jsonl", "--known", f"3:{third.hash}") == (
        0,
        f"tests.hours:6:{head(book).hash}\n",
        "",
    )
    code, _out, err = alone("journal.jsonl", "--known", f"3:{'0' * 64}")
    assert (code, "does not lie in this chain" in err) == (1, True)

    (tmp_path / "journal.jsonl").write_text("\n".join(changed(lines, 2, kind="gift")))
    code, _out, err = alone("journal.jsonl")
    assert (code, "entry 2: its hash" in err) == (1, True)
    (tmp_path / "journal.jsonl").write_text("\n".join(lines[:-1]))
    assert alone("journal.jsonl")[0] == 2
    assert alone("nowhere.jsonl")[0] == 2


def test_the_command_writes_it(book, lines, tmp_path):
    file = tmp_path / "hours.jsonl"
    call_command("ledger", "--export", "tests.hours", str(file), stdout=io.StringIO())

    assert file.read_text().splitlines() == lines
    LedgerBook.named("tests.money", unit="cents")
    for book_, where in (("nobody", file), ("tests.hours", tmp_path / "nowhere" / "x")):
        with pytest.raises(CommandError):
            call_command("ledger", "--export", book_, str(where), stdout=io.StringIO())
