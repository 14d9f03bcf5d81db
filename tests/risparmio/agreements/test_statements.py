"""A statement of any period: on the page, as a PDF and as a table; whose it is, and who has to say why they look."""

import csv
import io
import uuid
from dataclasses import replace
from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from portal.access.models import ConfidentialRead
from portal.access.step_up import STEP_UP_BY, STEP_UP_UNTIL
from portal.testing.factories import BuildingFactory, DeskFactory, OrganizationFactory, UserFactory, tenant_of
from portal.ui.pdf import can_print_pdf
from risparmio.agreements.last_lines import last_lines
from risparmio.agreements.models import SavingsAgreement
from risparmio.agreements.statement import SavingsStatement
from risparmio.agreements.statement_forms import last_month
from risparmio.bank.importing import take
from risparmio.book import bookings
from risparmio.book.accounts import book_of_money, open_bank
from risparmio.book.models import BankAccount
from risparmio.payments.models import CashReceipt, Payout
from risparmio.payments.words import Purpose
from risparmio.testing import agreement_of, approver, caseworker, treasurer
from tests.risparmio.statements import OURS, swift

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
IBAN = "DE89370400440532013000"


@pytest.fixture
def samira():
    return tenant_of(BuildingFactory(), display_name="Samira Hassan")


@pytest.fixture
def agreement(samira):
    return agreement_of(samira)


def stepped_up(client, person):
    client.force_login(person)
    session = client.session
    session[STEP_UP_UNTIL], session[STEP_UP_BY] = int(timezone.now().timestamp()) + 3600, person.pk
    session.save()
    return client


def page(agreement, kind="statement", **query):
    with override("en"):
        address = reverse(f"risparmio:{kind}", args=[agreement.pk])
    return f"{address}?{'&'.join(f'{name}={value}' for name, value in query.items())}" if query else address


def read(client, *args, **query):
    return BeautifulSoup(client.get(page(*args, **query)).content, "html.parser")


def words(soup):
    return " ".join(soup.get_text(" ").split())


def cells(soup):
    return [
        tuple(words(cell) for cell in row.select("th, td"))
        for row in soup.select(".statement__lines tbody tr")
    ]


def transfer(agreement, cents, days_ago, key=None):
    day = TODAY - timedelta(days=days_ago)
    key = key or f"t{uuid.uuid4()}"
    return bookings.transfer_in(open_bank(1), agreement.ledger, cents, key=key, about=agreement, day=day)


def paid_out(agreement, samira, cents=3_000, purpose=Purpose.FURNITURE):
    payout = Payout.request(
        agreement,
        by=samira,
        client_id=uuid.uuid4(),
        cents=cents,
        purpose=purpose,
        payee="Samira Hassan",
        iban=IBAN,
    )
    payout.approve(by=approver())
    payout.order(by=treasurer())
    return payout


# -- what it says -----------------------------------------------------------------------------------------------------


def test_it_adds_up_in_any_period(agreement, samira):
    transfer(agreement, 5_000, 40)
    transfer(agreement, 5_000, 10)
    bookings.agency_funds(open_bank(1), 10_000, key="funds", about=agreement)
    bookings.agency_matches(agreement.ledger, 1_000, key="match", about=agreement)
    paid_out(agreement, samira)

    whole = SavingsStatement.of(agreement)
    late = SavingsStatement.of(agreement, TODAY - timedelta(days=20), TODAY)

    sums = ("opening", "paid_in", "added", "taken_out", "closing")
    assert [getattr(whole, name) for name in sums] == [0, 10_000, 1_000, 3_000, 8_000]
    assert [getattr(late, name) for name in sums] == [5_000, 5_000, 1_000, 3_000, 8_000]
    assert [line.cents for line in late.lines] == [5_000, 1_000, -3_000]
    assert [line.balance for line in late.lines] == [10_000, 11_000, 8_000]
    empty = SavingsStatement.of(agreement, TODAY - timedelta(days=9), TODAY - timedelta(days=1))
    assert (empty.opening, empty.lines, empty.closing) == (10_000, [], 10_000)


def test_cash_taken_back_and_a_payout_that_came_back_count_against_what_they_were(agreement, samira):
    transfer(agreement, 5_000, 3)
    desk = DeskFactory()
    receipt = CashReceipt.take(agreement, by=caseworker(), desk=desk, cents=2_000, client_id=uuid.uuid4())
    receipt.take_back(by=caseworker(), reason="Contato male")
    payout, lucia = paid_out(agreement, samira), treasurer()
    payout.confirm(open_bank(1), by=lucia, key="out", day=TODAY)
    payout.come_back(open_bank(1), by=lucia, key="back", day=TODAY)

    told_now = SavingsStatement.of(agreement)

    assert (told_now.paid_in, told_now.taken_out, told_now.closing) == (5_000, 0, 5_000)
    with override("en"):
        lines = SavingsStatement.of(agreement).lines
    assert [(line.words, line.receipt, line.payout) for line in lines] == [
        ("Transfer", None, None),
        ("Cash at the desk", receipt, None),
        ("Taken back: Cash at the desk", receipt, None),
        ("Payout: furniture and moving", None, payout),
        ("Came back from the bank", None, payout),
    ]


def test_who_else_paid_is_not_named_but_for_the_organization_that_supports_them(agreement, samira):
    account = BankAccount.objects.create(name="Conto", holder="Agenzia", iban=OURS, is_paid_into=True)
    day = TODAY - timedelta(days=1)
    lines = [
        (5_000, "HASSAN SAMIRA", agreement.reference),
        (2_000, "CARITAS AMBROSIANA", agreement.reference),
    ]
    told = [(day, cents, f"/NAME/{who}/REMI/{text}") for cents, who, text in lines]
    take(account, swift(told, opening=0, before=day, until=day), by=treasurer())
    agreement.lines.filter(cents=5_000).update(counterparty="HASSAN SAMIRA")
    agreement.lines.filter(cents=2_000).update(counterparty="CARITAS AMBROSIANA")

    with override("en"):
        said = [(line.words, line.cents) for line in SavingsStatement.of(agreement).lines]

    assert said == [("Transfer", 5_000), ("Transfer, paid by somebody else", 2_000)]
    agreement.supporter = OrganizationFactory(name="Caritas Ambrosiana")
    with override("en"):
        said = [line.words for line in SavingsStatement.of(agreement).lines]
    assert said == ["Transfer", "Transfer, paid by Caritas Ambrosiana"]


def test_the_last_lines_are_the_end_of_a_whole_statement(agreement):
    for days_ago in (3, 30, 1, 12, 7, 7):
        transfer(agreement, 100 * days_ago, days_ago)
    receipt = CashReceipt.take(
        agreement, by=caseworker(), desk=DeskFactory(), cents=2_000, client_id=uuid.uuid4()
    )

    agreement = SavingsAgreement.objects.with_household().get()
    held = agreement.held
    with CaptureQueriesContext(connection) as asked:
        last = last_lines(agreement, 4, held=held)

    told = list(reversed(SavingsStatement.of(agreement).lines))[:4]
    assert told[0].receipt == receipt
    assert last == [replace(line, receipt=None) for line in told], "in the same words"
    assert len(asked) == 4
    assert last_lines(agreement_of(), 5, held=0) == []


def test_an_entry_of_a_kind_that_nobody_has_words_for_is_a_booking(client, agreement, samira):
    """It is no reason to show a household nothing of its savings."""
    bank = open_bank(9)
    postings = [(bank, 100), (agreement.ledger, -100)]
    book_of_money().post(key="other", kind="risparmio.other", postings=postings, about=agreement)
    with override("en"):
        address = reverse("risparmio:mine")
    assert "A booking" in stepped_up(client, samira).get(address).content.decode()


# -- the page ---------------------------------------------------------------------------------------------------------


def test_the_household_reads_it_line_by_line(client, agreement, samira):
    transfer(agreement, 5_000, 2)
    receipt = CashReceipt.take(
        agreement, by=caseworker(), desk=DeskFactory(), cents=2_000, client_id=uuid.uuid4()
    )
    stepped_up(client, samira)

    soup = read(client, agreement)

    assert [row[1:] for row in cells(soup)] == [
        ("Transfer", "€50.00", "", "€50.00"),
        (f"Cash at the desk · receipt {receipt}", "€20.00", "", "€70.00"),
    ]
    assert words(soup.select_one(".statement__closing")) == "There was at the end €70.00"


def test_a_period_of_ones_own(client, agreement, samira):
    transfer(agreement, 5_000, 40)
    transfer(agreement, 2_000, 3)
    stepped_up(client, samira)
    since = TODAY - timedelta(days=5)

    soup = read(client, agreement, dal=since.isoformat(), al=TODAY.isoformat())

    assert [row[2:] for row in cells(soup)] == [("€20.00", "", "€70.00")]
    assert soup.find("input", {"name": "dal"})["value"] == since.isoformat()
    year = read(client, agreement, dal=f"{TODAY.year}-01-01", al=TODAY.isoformat())
    assert words(year.select_one("nav.filters [aria-current]")) == "This year"


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ({"dal": "ieri"}, "Choose the day in the calendar."),
        ({"al": "2026-02-30"}, "Choose the day in the calendar."),
        ({"dal": "0001-01-01"}, "This is very long ago. Is the year right?"),
        ({"al": "9999-12-31"}, "This day is still to come. Choose today or an earlier one."),
        ({"dal": "2026-03-02", "al": "2026-03-01"}, "The last day comes before the first one."),
    ],
)
def test_days_that_are_none_are_said_next_to_the_field(client, agreement, samira, query, error):
    stepped_up(client, samira)
    answer = client.get(page(agreement, **query))
    soup = BeautifulSoup(answer.content, "html.parser")

    assert answer.status_code == 422
    assert error in words(soup.select_one(".field--wrong"))
    assert error in words(soup.select_one(".form-errors"))
    assert [soup.find("input", {"name": name})["value"] for name in query] == list(query.values())
    for kind in ("statement_pdf", "statement_csv"):
        back = client.get(page(agreement, kind, **query))
        assert (back.status_code, back["Location"].partition("?")[0]) == (302, page(agreement))


def test_a_long_one_is_in_pages_with_as_many_questions_and_whole_to_print(client, agreement, samira):
    transfer(agreement, 100, 1)
    stepped_up(client, samira)
    client.get(page(agreement))
    with CaptureQueriesContext(connection) as short:
        client.get(page(agreement))
    for _time in range(59):
        transfer(agreement, 100, 1)

    with CaptureQueriesContext(connection) as long:
        soup = read(client, agreement)

    assert len(long) == len(short) <= 15
    assert len(cells(soup)) == 50
    assert len(cells(read(client, agreement, page=2))) == 10
    assert len(cells(read(client, agreement, intero=1))) == 60


def test_as_a_table_it_is_whole(client, agreement, samira):
    transfer(agreement, 5_000, 3)
    receipt = CashReceipt.take(
        agreement, by=caseworker(), desk=DeskFactory(), cents=2_050, client_id=uuid.uuid4()
    )
    paid_out(agreement, samira)
    stepped_up(client, samira)

    answer = client.get(page(agreement, "statement_csv"))
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))

    assert rows == [
        ["Day", "What it was", "Receipt", "Came in", "Went out", "Then there was"],
        ["", "There was before", "", "", "", "0,00"],
        [(TODAY - timedelta(days=3)).isoformat(), "Transfer", "", "50,00", "", "50,00"],
        [TODAY.isoformat(), "Cash at the desk", str(receipt), "20,50", "", "70,50"],
        [TODAY.isoformat(), "Payout: furniture and moving", "", "", "30,00", "40,50"],
    ]
    assert "no-store" in answer["Cache-Control"]


def test_it_begins_with_the_last_whole_month_once_the_agreement_has_run_for_so_long(
    client, agreement, samira
):
    stepped_up(client, samira)
    first, last = last_month(TODAY)
    assert client.get(page(agreement)).context["statement"].first is None, "it began today"
    SavingsAgreement.objects.filter(pk=agreement.pk).update(starts_on=first)

    told = client.get(page(agreement)).context["statement"]
    file = client.get(page(agreement, "statement_csv"))["Content-Disposition"]

    assert (told.first, told.last) == (first, last)
    assert f"savings-{agreement.number}-{first:%Y-%m}.csv" in file
    assert client.get(page(agreement, dal="", al="")).context["statement"].first is None
    assert last_month(date(2026, 1, 15)) == (date(2025, 12, 1), date(2025, 12, 31))


@pytest.mark.skipif(not can_print_pdf(), reason="the system's libraries for PDF are missing")
def test_as_a_pdf_in_the_language_that_is_asked_for(client, agreement, samira):
    from pypdf import PdfReader

    transfer(agreement, 5_000, 3)
    stepped_up(client, samira)

    def text_of(**query):
        answer = client.get(page(agreement, "statement_pdf", **query))
        assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
        return " ".join(
            " ".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages).split()
        )

    assert "50.00" in text_of()
    assert "50,00" in text_of(lingua="it")
    assert "50.00" in text_of(lingua="xx")


# -- whose it is ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["statement", "statement_pdf", "statement_csv"])
def test_to_whoever_may_not_it_is_missing(client, agreement, kind):
    neighbour, editor = tenant_of(BuildingFactory()), UserFactory(roles=["portal.editor"])
    child = UserFactory()
    agreement.household.add(child, by=None, is_adult=False)
    assert client.get(page(agreement, kind)).status_code == 302  # to sign in
    for person in (neighbour, editor, child):
        client.force_login(person)
        assert client.get(page(agreement, kind)).status_code == 404


@pytest.mark.parametrize("kind", ["statement", "statement_pdf", "statement_csv"])
def test_whoever_holds_the_phone_proves_who_they_are(client, agreement, samira, kind):
    client.force_login(samira)
    answer = client.get(page(agreement, kind))
    assert answer.status_code == 302
    with override("en"):
        assert answer["Location"].startswith(reverse("portal:step_up"))


@pytest.mark.parametrize(
    "role", ["portal.caseworker", "risparmio.treasurer", "risparmio.approver", "portal.auditor"]
)
@pytest.mark.parametrize("kind", ["statement", "statement_csv"])
def test_staff_say_why_and_it_is_written_down_for_all_adults(client, agreement, samira, role, kind):
    omar = UserFactory()
    agreement.household.add(omar, by=None)
    transfer(agreement, 5_000, 3)
    staff = UserFactory(roles=[role])
    stepped_up(client, staff)

    asked = client.get(page(agreement, kind))
    assert b"This is confidential" in asked.content
    assert b"50.00" not in asked.content
    client.post(page(agreement, kind), {"why": "contract"})

    assert client.get(page(agreement, kind)).status_code == 200
    reads = ConfidentialRead.objects.filter(reader=staff)
    assert {(one.about_id, one.reason) for one in reads} == {(samira.pk, "contract"), (omar.pk, "contract")}


def test_whoever_has_left_reads_it_no_more(client, agreement, samira):
    omar = UserFactory()
    agreement.household.add(omar, by=None)
    agreement.household.remove(samira, by=None)
    for person, status in ((samira, 404), (omar, 200)):
        stepped_up(client, person)
        assert client.get(page(agreement)).status_code == status


def test_its_days_are_those_of_rome(agreement):
    """An entry of half past eleven at night in London is of the next day."""
    from datetime import UTC, datetime

    at = datetime(2026, 3, 9, 23, 30, tzinfo=UTC)
    bookings.transfer_in(open_bank(1), agreement.ledger, 700, key="night", about=agreement, at=at)
    assert SavingsStatement.of(agreement, date(2026, 3, 10), date(2026, 3, 10)).paid_in == 700
