"""Ten cases that an accountant can read, and check on paper.

Each table is the test: after every step the balances of the book are those of its next line, to the cent, and no other
account holds anything. Amounts are euros; what lies somewhere stands above zero, what is owed below. Each line sums to
zero.
"""

import uuid
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from portal.ledger import LimitReached, close, verify
from portal.testing.factories import BuildingFactory, DeskFactory, tenant_of
from risparmio.agreements.errors import NotPossible
from risparmio.agreements.final import FinalStatement
from risparmio.book import bookings
from risparmio.book.accounts import book_of_money, till_of
from risparmio.book.models import BankAccount
from risparmio.payments.models import CashReceipt, Payout
from risparmio.payments.tills import CashCount, CashTrip, cover_difference
from risparmio.payments.words import Purpose
from risparmio.testing import agreement_of, approver, caseworker, treasurer

pytestmark = pytest.mark.django_db

IBAN, THEIRS = "IT60X0542811101000000123456", "DE89370400440532013000"


class Paper:
    """The table of a test's docstring, line by line beside the book. A column is an account, by a name given here."""

    def __init__(self, text, accounts):
        head, *lines = [
            [cell.strip() for cell in line.strip().strip("|").split("|")]
            for line in text.splitlines()
            if line.strip().startswith("|")
        ]
        self.columns, self.lines, self.accounts = head[1:], lines, accounts

    def next(self, what):
        """That is what has just been done: the next line's first cell."""
        said, *cells = self.lines.pop(0)
        assert what in said, f"the paper says: {said}"
        written = {
            self.accounts[column]: int(Decimal(cell.replace("−", "-")) * 100)
            for column, cell in zip(self.columns, cells, strict=True)
            if cell
        }
        assert sum(written.values()) == 0, f"the paper does not sum to zero: {said}"
        booked = {code: amount for code, amount in book_of_money().replay().items() if amount}
        assert booked == written, said
        assert list(verify(book_of_money())) == []


@pytest.fixture
def samira():
    return tenant_of(BuildingFactory(), display_name="Samira Hassan")


@pytest.fixture
def agreement(samira):
    return agreement_of(samira)


@pytest.fixture
def bank():
    return BankAccount.objects.create(name="Conto", holder="Agenzia dell'abitare", iban=IBAN)


@pytest.fixture
def desk():
    return DeskFactory()


@pytest.fixture
def lucia():
    return treasurer()


@pytest.fixture
def paper(request, agreement, bank, desk):
    names = {
        "bank": bank.ledger.code,
        "till": till_of(desk.pk).code,
        "household": agreement.ledger.code,
        **{
            code: code
            for code in ("transit", "suspense", "unexplained", "agency", "payable", "landlord", "differences")
        },
    }
    paper = Paper(request.function.__doc__, names)
    yield paper
    assert not paper.lines, "not all of the paper was done"


@pytest.fixture
def transfer(bank, agreement):
    """A household's transfer of so many euros, on a day."""

    def arrives(euros, day=None):
        key = str(uuid.uuid4())
        return bookings.transfer_in(
            bank.ledger, agreement.ledger, euros * 100, key=key, about=agreement, day=day
        )

    return arrives


def ask(agreement, by, euros, purpose=Purpose.FURNITURE):
    told = {"purpose": purpose, "payee": "Samira Hassan", "iban": THEIRS, "client_id": uuid.uuid4()}
    return Payout.request(agreement, by=by, cents=euros * 100, **told)


def test_1_a_month_is_paid_by_transfer(paper, transfer):
    """
    | what                |   bank | household |
    | 50.00 by transfer   |  50.00 |    −50.00 |
    | 50.00 a month later | 100.00 |   −100.00 |
    """
    transfer(50)
    paper.next("50.00 by transfer")
    transfer(50)
    paper.next("a month later")


def test_2_cash_goes_from_the_counter_to_the_bank(paper, agreement, desk, bank, lucia):
    """
    | what                    |  bank |  till | transit | household |
    | 20.00 at the desk       |       | 20.00 |         |    −20.00 |
    | 35.00 at the desk       |       | 55.00 |         |    −55.00 |
    | 50.00 carried away      |       |  5.00 |   50.00 |    −55.00 |
    | it is on the statement  | 50.00 |  5.00 |         |    −55.00 |
    """
    for euros in (20, 35):
        CashReceipt.take(agreement, by=lucia, desk=desk, cents=euros * 100, client_id=uuid.uuid4())
        paper.next(f"{euros}.00 at the desk")
    CashTrip.begin(desk, by=lucia, cents=5_000, client_id=uuid.uuid4())
    paper.next("carried away")
    bookings.cash_arrived(bank.ledger, 5_000, key="line", about=bank)
    paper.next("on the statement")


def test_3_a_receipt_was_a_mistake(paper, agreement, desk, lucia):
    """
    | what                         |  till | household |
    | 200.00 written instead of 20 | 200.00 |  −200.00 |
    | the receipt is taken back    |       |           |
    | 20.00 on the next receipt    | 20.00 |    −20.00 |
    """
    wrong = CashReceipt.take(agreement, by=lucia, desk=desk, cents=20_000, client_id=uuid.uuid4())
    paper.next("200.00 written")
    wrong.take_back(by=caseworker(), reason="Uno zero di troppo")
    paper.next("taken back")
    CashReceipt.take(agreement, by=lucia, desk=desk, cents=2_000, client_id=uuid.uuid4())
    paper.next("next receipt")


def test_4_the_count_at_the_days_end_is_a_euro_short(paper, agreement, desk, lucia):
    """
    | what                  |  till | differences | household |
    | 20.00 at the desk     | 20.00 |             |    −20.00 |
    | 19.00 are counted     | 19.00 |        1.00 |    −20.00 |
    | the euro is found     | 20.00 |             |    −20.00 |
    """
    CashReceipt.take(agreement, by=lucia, desk=desk, cents=2_000, client_id=uuid.uuid4())
    paper.next("at the desk")
    CashCount.take(desk, by=lucia, counted=1_900, note="Manca un euro", client_id=uuid.uuid4())
    paper.next("are counted")
    CashCount.take(desk, by=lucia, counted=2_000, note="Ritrovato", client_id=uuid.uuid4())
    paper.next("is found")


def test_5_a_transfer_without_a_name_waits_and_finds_its_household(paper, agreement, bank):
    """
    | what                        |  bank | suspense | household |
    | 50.00 from nobody knows     | 50.00 |   −50.00 |           |
    | 30.00 from nobody knows     | 80.00 |   −80.00 |           |
    | the first is Samira's       | 80.00 |   −30.00 |    −50.00 |
    | the second goes back        | 50.00 |          |    −50.00 |
    """
    for euros in (50, 30):
        bookings.unknown_in(bank.ledger, euros * 100, key=f"in-{euros}", about=bank)
        paper.next(f"{euros}.00 from nobody knows")
    bookings.assign(agreement.ledger, 5_000, key="hers", about=bank)
    paper.next("Samira's")
    bookings.send_back(bank.ledger, 3_000, key="back", about=bank)
    paper.next("goes back")


def test_6_the_agency_adds_a_fifth_and_bears_the_charges(paper, transfer, agreement, bank):
    """
    | what                    |   bank |  agency | unexplained | household |
    | the agency pays in 100  | 100.00 | −100.00 |             |           |
    | 50.00 by transfer       | 150.00 | −100.00 |             |    −50.00 |
    | the agency adds a fifth | 150.00 |  −90.00 |             |    −60.00 |
    | the bank takes 2.50     | 147.50 |  −90.00 |        2.50 |    −60.00 |
    | they were charges       | 147.50 |  −87.50 |             |    −60.00 |
    """
    bookings.agency_funds(bank.ledger, 10_000, key="funds", about=bank)
    paper.next("pays in")
    transfer(50)
    paper.next("by transfer")
    bookings.agency_matches(agreement.ledger, 1_000, key="match", about=agreement)
    paper.next("adds a fifth")
    bookings.unknown_out(bank.ledger, 250, key="fee", about=bank)
    paper.next("the bank takes")
    bookings.explain_charges(250, key="fee-known", about=bank)
    paper.next("were charges")


def test_7_a_washing_machine_is_paid_out_of_the_savings(paper, transfer, agreement, samira, bank, lucia):
    """
    | what                         |   bank | payable | household |
    | 300.00 put aside             | 300.00 |         |   −300.00 |
    | asked for, and approved      | 300.00 |         |   −300.00 |
    | the bank is told             | 300.00 | −200.00 |   −100.00 |
    | it is on the statement       | 100.00 |         |   −100.00 |
    """
    transfer(300)
    paper.next("put aside")
    payout = ask(agreement, samira, 200)
    payout.approve(by=approver())
    paper.next("approved")
    payout.order(by=lucia)
    paper.next("is told")
    payout.confirm(bank.ledger, by=lucia, key="line", day=None)
    paper.next("on the statement")


def test_8_two_months_of_rent_are_set_against_the_savings(paper, transfer, agreement, samira, bank, lucia):
    """
    | what                             |   bank | landlord | household |
    | 300.00 put aside                 | 300.00 |          |   −300.00 |
    | signed, approved by two, ordered | 300.00 |  −120.00 |   −180.00 |
    | the landlord has it              | 180.00 |          |   −180.00 |
    """
    transfer(300)
    paper.next("put aside")
    payout = ask(agreement, caseworker(), 120, Purpose.ARREARS)
    payout.sign(by=samira)
    for _each in range(2):
        payout.approve(by=approver())
    payout.order(by=lucia)
    paper.next("ordered")
    payout.confirm(bank.ledger, by=lucia, key="line", day=None)
    paper.next("landlord has it")


def test_9_at_the_end_all_of_it_goes_back_and_never_a_cent_more(
    paper, transfer, agreement, samira, bank, lucia
):
    """
    | what                | bank   | payable | household |
    | 900.00 put aside    | 900.00 |         |   −900.00 |
    | all of it ordered   | 900.00 | −900.00 |           |
    | a cent more is none | 900.00 | −900.00 |           |
    | paid                |        |         |           |
    """
    transfer(900)
    paper.next("put aside")
    agreement.begin_exit(by=caseworker(), on=timezone.localdate())
    FinalStatement.draw(agreement, by=caseworker(), client_id=uuid.uuid4()).sign(by=samira)
    payout = ask(agreement, samira, 900, Purpose.EXIT)
    payout.approve(by=approver())
    payout.order(by=lucia)
    paper.next("ordered")
    with pytest.raises(LimitReached):
        bookings.order_payout(agreement.ledger, 1, key="more", about=agreement)
    paper.next("a cent more")
    payout.confirm(bank.ledger, by=lucia, key="line", day=None)
    paper.next("paid")


def test_10_a_closed_month_stays_as_it_was(paper, transfer, agreement):
    """
    | what                                  |   bank | household |
    | 50.00 on the last day of the month    |  50.00 |    −50.00 |
    | the month is closed                   |  50.00 |    −50.00 |
    | 30.00 of the first, told afterwards   |  80.00 |    −80.00 |
    | the 50.00 were wrong: taken back now  |  30.00 |    −30.00 |
    """
    first = timezone.localdate().replace(day=1)
    last: date = first - timedelta(days=1)
    wrong = transfer(50, last)
    paper.next("last day")
    close(book_of_money(), last)
    paper.next("is closed")
    transfer(30, first)
    paper.next("of the first")
    wrong.reverse(key="back")
    paper.next("taken back now")

    assert agreement.ledger.balance(last) == -5_000, "what the household was told for that day is still true"


def test_11_in_and_out_and_in_again_the_agency_adds_to_each_agreed_month_once(
    paper, transfer, agreement, bank
):
    """50.00 a month for eighteen months, and a fifth of it from the agency: 180.00 at most.

    | what                            |   bank |  agency | payable | household |
    | the agency pays in 1000         |   1000 |   −1000 |         |           |
    | 900.00, all months at once      |   1900 |   −1000 |         |      −900 |
    | the agency adds a fifth         |   1900 |    −820 |         |     −1080 |
    | 900.00 ordered out              |   1900 |    −820 |    −900 |      −180 |
    | and 900.00 paid in again        |   2800 |    −820 |    −900 |     −1080 |
    | the agency adds nothing to that |   2800 |    −820 |    −900 |     −1080 |
    """
    agreement.match_percent = 20
    agreement.save()
    bookings.agency_funds(bank.ledger, 100_000, key="funds", about=bank)
    paper.next("pays in 1000")
    transfer(900)
    paper.next("at once")
    agreement.match()
    paper.next("adds a fifth")
    bookings.order_payout(agreement.ledger, 90_000, key="out", about=agreement)
    paper.next("ordered out")
    transfer(900)
    paper.next("again")
    assert agreement.match() is None
    assert not type(agreement).objects.match_missing().exists()
    paper.next("nothing")


def test_12_cash_that_did_not_leave_and_a_euro_that_nobody_found(paper, agreement, desk, bank, lucia):
    """
    | what                           |   bank | agency |  till | transit | differences | household |
    | the agency pays in 10          |  10.00 | −10.00 |       |         |             |           |
    | 20.00 at the desk              |  10.00 | −10.00 | 20.00 |         |             |    −20.00 |
    | 20.00 carried, by the book     |  10.00 | −10.00 |       |   20.00 |             |    −20.00 |
    | taken back: they did not leave |  10.00 | −10.00 | 20.00 |         |             |    −20.00 |
    | 19.00 are counted              |  10.00 | −10.00 | 19.00 |         |        1.00 |    −20.00 |
    | the agency bears the euro      |  10.00 |  −9.00 | 19.00 |         |             |    −20.00 |
    | 20.50 are counted              |  10.00 |  −9.00 | 20.50 |         |       −1.50 |    −20.00 |
    | and what is too much is its    |  10.00 | −10.50 | 20.50 |         |             |    −20.00 |
    """
    bookings.agency_funds(bank.ledger, 1_000, key="funds", about=bank)
    paper.next("pays in 10")
    CashReceipt.take(agreement, by=lucia, desk=desk, cents=2_000, client_id=uuid.uuid4())
    paper.next("at the desk")
    trip = CashTrip.begin(desk, by=lucia, cents=2_000, client_id=uuid.uuid4())
    paper.next("carried")
    for _time in range(2):
        trip.take_back(by=caseworker(), reason="Non sono partiti")
    paper.next("taken back")
    assert not CashTrip.objects.under_way().exists()
    CashCount.take(desk, by=lucia, counted=1_900, note="Manca un euro", client_id=uuid.uuid4())
    paper.next("19.00")
    cover_difference(by=lucia, cents=100)
    paper.next("bears")
    with pytest.raises(NotPossible):
        cover_difference(by=lucia, cents=100)
    CashCount.take(desk, by=lucia, counted=2_050, note="Troppo", client_id=uuid.uuid4())
    paper.next("20.50")
    cover_difference(by=lucia, cents=-150)
    paper.next("too much")
