"""A year in one file: whoever has it and the seal needs no portal to see whether a sign of it was changed."""

import io
import subprocess
import sys
import uuid
import zipfile
from datetime import UTC, datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from portal.events import history_of
from portal.ledger import head
from portal.tasks.worker import work_off
from risparmio.agreements.final import FinalStatement
from risparmio.agreements.models import NotPossible
from risparmio.auditing.archive import write
from risparmio.auditing.closing import close_period, in_the_way
from risparmio.auditing.sealing import YearArchive, make_archive
from risparmio.book.accounts import book_of_money
from risparmio.payments.models import CashReceipt, Payout
from risparmio.payments.words import Purpose
from risparmio.testing import approver, caseworker
from tests.risparmio.booked import ELSEWHERE, cash, days_ago, told

pytestmark = pytest.mark.django_db
PAGE = "/en/risparmio/libro/archivio/"
YEAR = timezone.localdate().year


@pytest.fixture(autouse=True)
def files_lie_apart(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path / "media")


@pytest.fixture
def year(bank, agreement, lucia):
    told(bank, (days_ago(0), 30_000, f"RISPARMIO {agreement.reference}"), (days_ago(0), 3_000, "NON SI SA"))
    cash(agreement, 2_000)
    payout = Payout.request(
        agreement,
        by=agreement.household.members.get().person,
        client_id=uuid.uuid4(),
        cents=10_000,
        purpose=Purpose.FURNITURE,
        payee="Samira Hassan",
        iban=ELSEWHERE,
    )
    payout.approve(by=approver())
    payout.order(by=lucia)
    return agreement


def made(year=YEAR):
    """(its bytes, its seal, the last entry in it)"""
    file = io.BytesIO()
    seal, last = write(file, year)
    return file.getvalue(), seal, last


@pytest.fixture
def opened(year, tmp_path):
    """(folder, seal) of an archive that somebody has unpacked."""
    content, seal, _last = made()
    zipfile.ZipFile(io.BytesIO(content)).extractall(tmp_path / "archive")
    return tmp_path / "archive", seal


def check(folder, *arguments):
    """With bare Python, which sees nothing of the portal."""
    done = subprocess.run(
        [sys.executable, "-I", folder / "verifica.py", *arguments],
        cwd=folder.parent,
        env={},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def test_bare_python_finds_it_whole(opened):
    folder, seal = opened
    code, said, wrong = check(folder, "--seal", seal)

    assert (code, wrong) == (0, "")
    assert f"seal {seal}" in said
    end = head(book_of_money())
    assert f"risparmio.money:{end.number}:{end.hash}" in said
    assert check(folder)[0] == 0, "and again: it leaves nothing behind"


def test_one_byte_anywhere_is_seen(opened):
    folder, seal = opened
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        content = path.read_bytes()
        at = len(content) // 2
        path.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])

        assert check(folder, "--seal", seal)[0] != 0, path.name

        path.write_bytes(content)
    assert check(folder, "--seal", seal)[0] == 0


def test_a_file_that_is_missing_or_came_to_it_is_seen(opened):
    folder, _seal = opened
    (folder / "tables" / "receipts.csv").rename(folder / "tables" / "other.csv")

    _code, _said, wrong = check(folder)

    assert "tables/receipts.csv: it is missing" in wrong
    assert "tables/other.csv: it was not there" in wrong


def test_all_made_anew_with_its_manifest_breaks_the_seal(opened, year):
    """Somebody alters the book, and makes another archive of it that is whole in itself."""
    folder, seal = opened
    cash(year, 100)
    other, other_seal, _last = made()
    zipfile.ZipFile(io.BytesIO(other)).extractall(folder)

    assert check(folder, "--seal", other_seal)[0] == 0
    code, _said, wrong = check(folder, "--seal", seal)
    assert code == 1
    assert "this is not the archive that was sealed" in wrong


def test_the_same_book_gives_the_same_bytes(year):
    assert made() == made()


def test_it_holds_the_papers_by_their_numbers_and_no_name(opened, year):
    folder, _seal = opened
    assert "signed_on_paper" in (folder / "tables" / "payouts.csv").read_text().splitlines()[0].split(";")
    receipt, payout = CashReceipt.objects.get(), Payout.objects.get()
    receipts = (folder / "tables" / "receipts.csv").read_text().splitlines()
    assert receipts[0].startswith("year;number;agreement_number;desk_id;cents;entry_number;")
    assert receipts[1].startswith(
        f"{YEAR};1;{year.number};{receipt.desk_id};2000;3;{receipt.received_by_id};"
    )
    payouts = (folder / "tables" / "payouts.csv").read_text().splitlines()
    assert payouts[1].startswith(f"{payout.pk};{year.number};10000;furniture;{ELSEWHERE};ordered;")
    assert len((folder / "tables" / "bank_lines.csv").read_text().splitlines()) == 3
    assert len((folder / "tables" / "plans.csv").read_text().splitlines()) == 2
    names = [member.person.display_name for member in year.household.members.all()]
    names += ["Samira", year.household.name]
    for path in folder.rglob("*"):
        if path.is_file():
            text = path.read_text()
            assert not [name for name in names if name in text], path.name


def test_only_the_year_is_in_it_and_it_says_from_where_to_where(agreement, lucia):
    last_year = datetime(YEAR - 1, 6, 1, 12, tzinfo=UTC)
    cash(agreement, 1_000, at=last_year)
    close_period(last_year.date(), by=lucia, acknowledged=_all(last_year.date()))
    for _each in range(2):
        cash(agreement, 2_000)

    content, _seal, last = made()
    archive = zipfile.ZipFile(io.BytesIO(content))

    lines = archive.read("journal.jsonl").decode().splitlines()
    assert [line.split(":", 1)[0] for line in lines].count('{"number"') == 2
    assert last.number == 3
    assert "from entry 2 to entry 3" in archive.read("LEGGIMI-README.txt").decode()
    assert len(archive.read("tables/receipts.csv").decode().splitlines()) == 3


def test_the_years_closing_is_in_it_though_it_was_made_in_the_year_after(agreement, lucia, tmp_path):
    """In January something is booked before December is closed."""
    december = datetime(YEAR - 1, 12, 20, 12, tzinfo=UTC)
    cash(agreement, 1_000, at=december)
    cash(agreement, 2_000)
    until = december.date().replace(day=31)
    close_period(until, by=lucia, acknowledged=_all(until))
    cash(agreement, 3_000)

    content, seal, last = made(YEAR - 1)
    archive = zipfile.ZipFile(io.BytesIO(content))
    archive.extractall(tmp_path / "archive")

    assert last.number == 2
    assert f'"closed": "{until}"' in archive.read("journal.jsonl").decode().replace('":"', '": "')
    assert len(archive.read("tables/closings.csv").decode().splitlines()) == 2
    assert check(tmp_path / "archive", "--seal", seal)[0] == 0
    this_year = zipfile.ZipFile(io.BytesIO(made()[0])).read("tables/closings.csv").decode()
    assert len(this_year.splitlines()) == 1, "it is none of this year"


def test_what_a_household_takes_along_is_in_it_with_who_signed(bank, agreement):
    elena = caseworker()
    told(bank, (days_ago(0), 30_000, f"RISPARMIO {agreement.reference}"))
    agreement.begin_exit(by=elena, on=days_ago(0))
    statement = FinalStatement.draw(agreement, by=elena, client_id=uuid.uuid4())
    statement.sign(by=elena)
    statement.sign(by=caseworker(), on_paper=True)
    archive = zipfile.ZipFile(io.BytesIO(made()[0]))

    def rows(name):
        lines = archive.read(f"tables/{name}.csv").decode().splitlines()
        return [dict(zip(lines[0].split(";"), line.split(";"), strict=True)) for line in lines[1:]]

    (final,) = rows("final_statements")
    assert (final["pk"], final["agreement_number"]) == (str(statement.pk), str(agreement.number))
    assert (final["own_cents"], final["left_cents"]) == ("30000", "30000")
    signed = [(row["side"], row["on_paper"], row["statement_id"]) for row in rows("final_signatures")]
    assert sorted(signed) == [
        ("agency", "False", final["pk"]),
        ("household", "True", final["pk"]),
    ]
    assert [(row["goal"], row["goal_cents"]) for row in rows("agreements")] == [("deposit", "90000")]


def _all(until):
    return [one.code for one in in_the_way(until, closed=book_of_money().closed_until())]


def test_a_part_of_the_journal_is_checked_too(agreement, lucia, tmp_path):
    last_year = datetime(YEAR - 1, 6, 1, 12, tzinfo=UTC)
    cash(agreement, 1_000, at=last_year)
    close_period(last_year.date(), by=lucia, acknowledged=_all(last_year.date()))
    cash(agreement, 2_000)
    content, seal, _last = made()
    zipfile.ZipFile(io.BytesIO(content)).extractall(tmp_path / "archive")

    assert check(tmp_path / "archive", "--seal", seal)[0] == 0


# -- made in the background -------------------------------------------------------------------------------------------


def test_asked_for_it_is_made_and_sealed_by_name(year, dora):
    archive = YearArchive.ask(YEAR, by=dora)
    assert archive.is_under_way
    assert YearArchive.ask(YEAR, by=dora) == archive, "one at a time"

    work_off()

    archive.refresh_from_db()
    content, seal, last = made()
    assert (archive.seal, archive.last_number, archive.last_hash) == (seal, last.number, last.hash)
    assert archive.file.read() == content
    fact = history_of(archive, confidential=True).get()
    assert (fact.kind, fact.actor) == ("risparmio.archive.sealed", dora)
    assert fact.data == {"year": YEAR, "seal": seal, "number": last.number, "hash": last.hash}


def test_a_task_that_runs_twice_makes_one(year, dora):
    archive = YearArchive.ask(YEAR, by=dora)
    make_archive.func(archive.pk)
    make_archive.func(archive.pk)
    assert history_of(archive, confidential=True).count() == 1


def test_who_may_not(year, people):
    for who, person in people.items():
        if who != "auditor":
            with pytest.raises(PermissionDenied):
                YearArchive.ask(YEAR, by=person)


def test_a_year_in_which_nothing_was_booked(year, dora):
    with pytest.raises(NotPossible):
        YearArchive.ask(1999, by=dora)


def test_the_page_seals_a_year_and_hands_it_out(year, dora, signed_in):
    client = signed_in(dora)
    assert client.post(PAGE, {"anno": YEAR}).status_code == 302
    assert "<progress" in client.get(PAGE).content.decode()
    work_off()
    archive = YearArchive.objects.get()

    page = client.get(PAGE).content.decode()
    assert archive.seal in page
    assert "Dora" in page
    answer = client.get(f"{PAGE}{archive.pk}/archivio.zip")

    assert b"".join(answer.streaming_content) == made()[0]
    assert "no-store" in answer["Cache-Control"]
    assert history_of(archive, confidential=True).last().kind == "risparmio.archive.taken"


@pytest.mark.parametrize("asked", [{}, {"anno": "1999"}, {"anno": "x"}])
def test_a_year_that_is_none(year, dora, signed_in, asked):
    assert signed_in(dora).post(PAGE, asked).status_code == 422
    assert not YearArchive.objects.exists()


def test_before_anything_was_booked(dora, signed_in):
    assert "Nothing was booked yet" in signed_in(dora).get(PAGE).content.decode()


@pytest.mark.parametrize("who", ["treasurer", "approver", "caseworker", "tenant", "stranger"])
def test_to_everybody_else_it_is_missing(year, dora, people, signed_in, who):
    archive = YearArchive.ask(YEAR, by=dora)
    work_off()
    client = signed_in(people[who])
    for address in (PAGE, f"{PAGE}{archive.pk}/archivio.zip", f"{PAGE}999/archivio.zip"):
        assert client.get(address).status_code == 404


def test_a_case_worker_is_no_auditor(year):
    with pytest.raises(PermissionDenied):
        YearArchive.ask(YEAR, by=caseworker())
