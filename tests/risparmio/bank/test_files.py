"""Files of a bank: kept as papers, read in the background, and told by two formats booked once."""

import zlib
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from portal.ledger import close
from portal.tasks.worker import work_off
from portal.testing.factories import UserFactory
from risparmio.agreements.models import NotPossible
from risparmio.auditing.papers import filed
from risparmio.bank.formats.delimited import Mapping
from risparmio.bank.formats.errors import MonthClosed, NotBooked, NotTheirs, NotYet, Unreadable
from risparmio.bank.importing import take
from risparmio.bank.models import BankLine, Statement, StatementFile, Telling
from risparmio.bank.opening import book_opening, booked_opening, missing_opening, take_back_opening
from risparmio.bank.reconciling import Cause, days, differences, standings
from risparmio.bank.retold import retold
from risparmio.bank.sending import read_late, send
from risparmio.bank.settling import settle, settle_as_told, unsettle
from risparmio.bank.words import FileState
from risparmio.book import bookings
from risparmio.book.accounts import AGENCY, book_of_money, owed
from risparmio.book.models import BankAccount
from risparmio.reference import reference_for
from risparmio.sent import OtherBody
from risparmio.testing import agreement_of, approver, treasurer

from .files import BEFORE, THEIRS, TODAY, YESTERDAY, balances, swift

pytestmark = pytest.mark.django_db
ID = "7b8d0a44-0000-4000-8000-000000000001"


def csv(*lines, balance=None):
    """The same movements as another format tells them: (day, cents, text) each."""
    rows = ["Data;Importo;Descrizione"]
    for day, cents, text in lines:
        rows.append(
            f"{day:%d/%m/%Y};{'-' if cents < 0 else ''}{abs(cents) // 100},{abs(cents) % 100:02d};{text}"
        )
    return ("\r\n".join(rows) + "\r\n").encode()


@pytest.fixture
def described(bank):
    bank.columns = Mapping(day="Data", amount="Importo", text="Descrizione").to_json()
    bank.save()
    return bank


def test_a_file_is_kept_byte_for_byte_and_read_in_the_background(bank, lucia, agreement):
    content = swift((BEFORE, 5_000, agreement.reference), (YESTERDAY, 700, "?"))

    file = send(bank, content, by=lucia, client_id=ID, name="estratto.sta")
    assert (file.state, file.lines_total, agreement.held) == (FileState.WAITING, 2, 0)
    work_off()

    file.refresh_from_db()
    assert (file.state, file.new_count, file.unknown_count, file.known_count) == ("read", 2, 1, 0)
    assert (file.content, file.format, file.sent_by, agreement.held) == (content, "mt940", lucia, 5_000)
    assert len(file.packed) < len(content) == file.size or zlib.decompress(file.packed) == content
    assert Statement.objects.get().file == file


def test_a_file_twice_is_the_first_one(bank, lucia, agreement):
    content = swift((BEFORE, 5_000, agreement.reference))
    first = send(bank, content, by=lucia, client_id=ID)
    work_off()
    again = send(bank, content, by=lucia, client_id="7b8d0a44-0000-4000-8000-000000000002")
    work_off()
    assert (again.pk, again.is_new, StatementFile.objects.count(), agreement.held) == (
        first.pk,
        False,
        1,
        5_000,
    )
    with pytest.raises(OtherBody):
        send(bank, swift((BEFORE, 1, "x")), by=lucia, client_id=ID)


def test_a_task_that_runs_twice_books_once(bank, lucia, agreement):
    from risparmio.bank.tasks import read_file

    file = send(bank, swift((BEFORE, 5_000, agreement.reference)), by=lucia, client_id=ID)
    StatementFile.objects.update(state=FileState.READING)  # a worker had it, and died
    for _time in range(2):
        read_file.call(file.pk, lucia.pk)
    assert (agreement.held, BankLine.objects.count()) == (5_000, 1)


def test_a_file_of_a_treasurer_who_left_is_refused_and_read_for_the_next_one(bank, lucia, agreement):
    content, next_one = swift((BEFORE, 5_000, agreement.reference)), treasurer()
    file = send(bank, content, by=lucia, client_id=ID)
    lucia.is_active = False
    lucia.save()
    work_off()
    file.refresh_from_db()
    assert (file.state, type(file.why_not), balances()) == ("refused", NotTheirs, {})

    send(bank, content, by=next_one, client_id="7b8d0a44-0000-4000-8000-000000000002")
    work_off()

    file.refresh_from_db()
    assert (file.state, file.sent_by, agreement.held) == ("read", lucia, 5_000)
    assert Statement.objects.get().read_by == next_one


def test_a_closed_month_of_a_treasurer_who_left_is_read_for_whoever_says_yes(bank, lucia, agreement):
    close(book_of_money(), BEFORE)
    file = send(bank, swift((BEFORE, 5_000, agreement.reference)), by=lucia, client_id=ID)
    work_off()
    lucia.is_active = False
    lucia.save()

    read_late(StatementFile.objects.get(), by=treasurer())
    work_off()

    file.refresh_from_db()
    assert (file.state, agreement.held) == ("read", 5_000)


def test_a_file_that_does_not_fit_the_book_is_refused_and_does_not_wait_for_ever(bank, lucia, monkeypatch):
    def quicker(*_args, **_told):
        raise NotPossible("This was decided on meanwhile.")

    monkeypatch.setattr("risparmio.bank.importing.known_now", quicker)
    file = send(bank, swift((BEFORE, 5_000, "x")), by=lucia, client_id=ID)
    work_off()
    file.refresh_from_db()
    assert (file.state, type(file.why_not)) == ("refused", NotBooked)


def test_who_may_send_a_file(bank):
    for person in (approver(), UserFactory(roles=["portal.auditor"]), UserFactory()):
        with pytest.raises(PermissionDenied):
            send(bank, swift((BEFORE, 1, "x")), by=person, client_id=ID)
    assert not StatementFile.objects.exists()


def test_a_day_that_has_not_come_is_named(bank, lucia):
    tomorrow = TODAY + timedelta(days=1)
    with pytest.raises(NotYet) as caught:
        take(bank, swift((BEFORE, 100, "x"), (tomorrow, 5_000, "x"), day=tomorrow), by=lucia)
    assert str(tomorrow.year) in caught.value.message
    assert Unreadable.from_json(caught.value.to_json()).message == caught.value.message
    assert balances() == {}


def test_lines_of_a_closed_month_wait_for_a_yes_and_count_on_the_first_open_day(bank, lucia, agreement):
    close(book_of_money(), BEFORE)
    file = send(bank, swift((BEFORE, 5_000, agreement.reference)), by=lucia, client_id=ID)
    work_off()
    file.refresh_from_db()
    assert (file.state, file.waits_for_a_yes, balances()) == ("refused", True, {})
    assert isinstance(file.why_not, MonthClosed)

    read_late(file, by=lucia)
    work_off()

    line = BankLine.objects.get()
    assert (line.day, line.entry.day, agreement.held) == (BEFORE, YESTERDAY, 5_000)
    late = differences(bank, BEFORE, TODAY)
    assert [(row.day, row.difference, row.cause) for row in late] == [
        (BEFORE, 5_000, Cause.LATE),
    ]
    file.refresh_from_db()
    read_late(file, by=lucia)  # twice is once
    waiting = StatementFile.objects.create(
        client_id="7b8d0a44-0000-4000-8000-000000000009",
        account=bank,
        digest="x",
        packed=b"",
        size=0,
        format="csv",
        sent_by=lucia,
    )
    with pytest.raises(NotPossible):
        read_late(waiting, by=lucia)


# -- two formats -----------------------------------------------------------------------------------------------------


def test_the_same_days_in_another_format_are_the_same_lines(described, lucia, agreement):
    lines = [(BEFORE, 5_000, f"RISPARMIO {agreement.reference}"), (BEFORE, 700, "?"), (BEFORE, -250, "SPESE")]
    # The bank's own numbers, which a list of movements does not have.
    take(described, swift(*lines).replace(b"NTRF1X", b"NTRFNONREF//1X"), by=lucia)

    result = take(described, csv(*lines), by=lucia)

    assert (result.new, BankLine.objects.count(), Telling.objects.count(), agreement.held) == (0, 3, 3, 5_000)
    assert take(described, csv(*lines[:1]), by=lucia).new == 0


def test_two_equal_deposits_stay_two_and_a_third_is_new(described, lucia, agreement):
    one = (BEFORE, 5_000, agreement.reference)
    take(described, swift(one, one), by=lucia)
    assert take(described, csv(one, one, one), by=lucia).new == 1
    assert agreement.held == 15_000
    assert take(described, csv(one, one, one, (YESTERDAY, 1, "x")), by=lucia).new == 1


def test_what_came_after_the_first_file_was_made_is_not_lost_in_it(described, lucia, agreement, samira):
    """Two households paid the same on one day; only one of them was on the first file."""
    other = agreement_of()
    mine, theirs = (BEFORE, 5_000, agreement.reference), (BEFORE, 5_000, other.reference)
    take(described, swift(mine), by=lucia)

    take(described, csv(theirs, mine), by=lucia)

    assert (agreement.held, other.held) == (5_000, 5_000)
    take(described, csv((BEFORE, 5_000, "another day's list")), by=lucia)
    assert balances().get("suspense") == -5_000, "its line of that file was paired off already"


def test_where_nobody_can_tell_which_one_is_new_none_is_anybodys_yet(described, lucia, agreement):
    """The second file tells of two, and neither says anything that the one of the first does."""
    take(described, csv((BEFORE, 5_000, "BONIFICO A VS FAVORE ROSSI MARIO")), by=lucia)

    result = take(
        described, swift((BEFORE, 5_000, "versamento Li"), (BEFORE, 5_000, agreement.reference)), by=lucia
    )

    assert (result.new, result.unknown, agreement.held) == (2, 2, 0)
    assert list(BankLine.objects.order_by("id").values_list("perhaps_told", flat=True)) == [False, True, True]
    assert take(described, swift((BEFORE, 5_000, "versamento Li")), by=lucia).new == 0


def test_somebody_says_that_it_is_the_same_movement_and_it_stands_in_the_book_once(
    described, lucia, agreement
):
    take(described, csv((BEFORE, 5_000, "BONIFICO A VS FAVORE ROSSI MARIO")), by=lucia)
    take(described, swift((BEFORE, 5_000, "versamento Li"), (BEFORE, 5_000, agreement.reference)), by=lucia)
    first, same, another = BankLine.objects.order_by("id")
    both = {f"bank-{described.pk}": 10_000, "suspense": -10_000}
    thrice = {f"bank-{described.pk}": 15_000, "suspense": -15_000}
    assert (balances(), [one.difference for one in days(described, BEFORE, TODAY)]) == (thrice, [0, -5_000])

    with pytest.raises(PermissionDenied):
        settle_as_told(same, first, by=approver())
    with pytest.raises(NotPossible):
        settle_as_told(first, same, by=lucia)
    for _time in range(2):
        settle_as_told(same, first, by=lucia)

    assert (balances(), differences(described, BEFORE, TODAY)) == (both, [])
    with pytest.raises(NotPossible):
        settle_as_told(another, first, by=lucia)
    assert unsettle(BankLine.objects.get(pk=same.pk), by=lucia, reason="Erano due versamenti")
    assert (balances(), BankLine.objects.get(pk=same.pk).is_unknown) == (thrice, True)
    settle_as_told(same, first, by=lucia)
    settle(another, agreement, by=lucia)
    both = {f"bank-{described.pk}": 10_000, "suspense": -5_000, agreement.ledger.code: -5_000}
    assert (balances(), differences(described, BEFORE, TODAY)) == (both, [])
    assert all(one.is_right for one in filed(book_of_money().entries.prefetch_related("postings")))


def test_as_many_in_both_files_are_the_same_ones(described, lucia, agreement):
    take(described, csv((BEFORE, 5_000, "BONIFICO ROSSI"), (BEFORE, 5_000, "BONIFICO LI")), by=lucia)
    assert take(described, swift((BEFORE, 5_000, "a"), (BEFORE, 5_000, "b")), by=lucia).new == 0


def test_two_references_are_two_movements_in_whatever_order_they_come():
    """The first that is left is another's: whoever looks at it alone says that both are new."""
    mine, theirs = reference_for(1), reference_for(2)

    def line(pk, reference=""):
        return BankLine(pk=pk, day=BEFORE, cents=5_000, reference=reference, text=str(pk))

    rows = [line(1, theirs), line(2)]
    pairs, doubtful = retold([line(3, mine), line(4)], rows)
    assert ({place: row.pk for place, row in pairs.items()}, doubtful) == ({0: 2, 1: 1}, frozenset())
    assert retold([line(3, mine)], rows[:1]) == ({}, frozenset())


# -- bank and book ---------------------------------------------------------------------------------------------------


def test_what_lay_there_before_is_a_difference_until_it_is_booked(bank, lucia, agreement):
    take(bank, swift((YESTERDAY, 5_000, agreement.reference), opening=100_000), by=lucia)
    (standing,) = standings([bank]).values()
    assert (standing.told, standing.booked, standing.difference) == (105_000, 5_000, 100_000)
    assert (standing.since, standing.cause) == (BEFORE, Cause.OPENING)
    opening = missing_opening(bank)
    assert (opening.day, opening.cents) == (BEFORE, 100_000)
    with pytest.raises(PermissionDenied):
        book_opening(bank, by=approver())

    for _time in range(2):
        book_opening(bank, by=lucia)

    assert balances() == {bank.ledger.code: 105_000, agreement.ledger.code: -5_000, "agency": -100_000}
    assert differences(bank, BEFORE - timedelta(days=30), TODAY) == []
    assert (missing_opening(bank), standings([bank])[bank.pk].difference) == (None, 0)


def test_a_difference_says_since_when_it_stands(bank, lucia):
    start = TODAY - timedelta(days=9)
    for number, opening in ((1, 0), (2, 1_000), (3, 9_100), (4, 9_200)):
        day = start + timedelta(days=number)
        content = swift((day, 1_000 if number == 1 else 100, "x"), opening=opening, number=number, day=day)
        content = content.replace(
            f":60F:C{BEFORE:%y%m%d}".encode(), f":60F:C{day - timedelta(days=1):%y%m%d}".encode()
        )
        take(bank, content, by=lucia)

    rows = differences(bank, start + timedelta(days=4), TODAY)
    assert [(row.difference, row.since, row.cause) for row in rows] == [
        (8_000, start + timedelta(days=3), Cause.MISSING)
    ]


def test_a_pages_balance_is_nobodys(bank, lucia, agreement):
    content = swift((YESTERDAY, 5_000, agreement.reference), closing=5_000).replace(b":62F:", b":62M:")
    take(bank, content, by=lucia)
    assert Statement.objects.get().closing_cents is None
    assert standings([bank])[bank.pk].day is None


def test_balances_of_a_list_of_today_are_not_the_days_last(bank, lucia):
    bank.columns = Mapping(day="Data", amount="Importo", text="Testo", balance="Saldo").to_json()
    bank.save()
    take(bank, f"Data;Importo;Testo;Saldo\r\n{TODAY:%d/%m/%Y};1,00;x;1,00\r\n".encode(), by=lucia)
    assert Statement.objects.get().closing_cents is None
    assert [row.difference for row in days(bank, TODAY, TODAY)] == [0]


def test_an_account_is_there_with_its_place_in_the_book_or_not_at_all(monkeypatch):
    def fails(_number):
        raise RuntimeError

    monkeypatch.setattr("risparmio.book.models.open_bank", fails)
    with pytest.raises(RuntimeError):
        BankAccount.objects.create(name="b", holder="b", iban=THEIRS)
    assert not BankAccount.objects.exists()


def test_an_iban_is_one_however_it_is_typed(bank):
    other = BankAccount(name="b", holder="b", iban="de89 3704 0044 0532 0130 00")
    other.full_clean(exclude=["ledger"])
    other.save()
    assert other.iban == THEIRS


def test_an_opening_that_was_booked_wrongly_is_taken_back_and_booked_anew(bank, lucia, agreement):
    """The older statement came later: what lay there on the day of the newer one were a household's savings."""
    take(bank, swift((YESTERDAY, 100, "x"), opening=5_000, number=2), by=lucia)
    book_opening(bank, by=lucia)
    with pytest.raises(PermissionDenied):
        take_back_opening(bank, by=approver())
    for _time in range(2):
        take_back_opening(bank, by=lucia)
    assert missing_opening(bank).cents == 5_000
    assert (booked_opening(bank), owed(AGENCY).balance()) == (0, 0)
    book_opening(bank, by=lucia)
    assert (booked_opening(bank), missing_opening(bank)) == (5_000, None)
    bookings.agency_matches(agreement.ledger, 1, key="m", about=agreement)
    with pytest.raises(NotPossible):
        take_back_opening(bank, by=lucia)
