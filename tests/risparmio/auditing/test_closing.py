"""Closing a period: only who keeps the book, only days that are over, and only knowing what stands open."""

import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from portal.events import history_of
from portal.ledger import DayAhead, DayClosed
from portal.testing.factories import DeskFactory
from risparmio.auditing.closing import PeriodClosing, StandsOpen, close_period, in_the_way
from risparmio.auditing.views import last_month
from risparmio.bank.models import BankLine
from risparmio.bank.settling import settle
from risparmio.book.accounts import book_of_money
from risparmio.payments.tills import CashCount, CashTrip
from risparmio.testing import caseworker
from tests.risparmio.booked import cash, days_ago, told

pytestmark = pytest.mark.django_db
YESTERDAY = days_ago(1)


def codes(until=YESTERDAY):
    return [one.code for one in in_the_way(until, closed=book_of_money().closed_until())]


def test_a_period_in_which_all_is_known_is_closed_by_name(bank, agreement, lucia):
    told(bank, (days_ago(9), 5_000, f"RISPARMIO {agreement.reference}"))

    period = close_period(YESTERDAY, by=lucia)

    assert book_of_money().closed_until() == YESTERDAY
    assert (period.closed_by, period.acknowledged) == (lucia, [])
    fact = history_of(period, confidential=True).get()
    assert (fact.kind, fact.actor) == ("risparmio.period.closed", lucia)
    assert close_period(YESTERDAY, by=lucia) == period, "twice is once"


def test_who_may_not(people):
    for who, person in people.items():
        if who != "treasurer":
            with pytest.raises(PermissionDenied):
                close_period(YESTERDAY, by=person)
    assert book_of_money().closed_until() is None


def test_only_days_that_are_over_and_come_after_what_is_closed(lucia):
    with pytest.raises(DayAhead):
        close_period(timezone.localdate(), by=lucia)
    close_period(days_ago(3), by=lucia)
    with pytest.raises(DayClosed):
        close_period(days_ago(4), by=lucia)


def test_a_line_that_nobody_knows_stands_in_the_way_until_it_is_known_or_acknowledged(bank, agreement, lucia):
    told(bank, (days_ago(5), 3_000, "NON SI SA"))
    with pytest.raises(StandsOpen) as refused:
        close_period(YESTERDAY, by=lucia)
    assert [one.code for one in refused.value.obstacles] == [f"lines-{bank.pk}-1-3000"]
    assert book_of_money().closed_until() is None
    assert codes(days_ago(6)) == [], "it is not of those days"

    settle(BankLine.objects.get(), agreement, by=lucia)

    assert codes() == []


def test_who_acknowledges_knows_just_what_was_there(bank, lucia):
    told(bank, (days_ago(5), 3_000, "NON SI SA"))
    known = codes()
    told(bank, (days_ago(4), 100, "NEMMENO QUESTO"), opening=3_000, number=2)

    with pytest.raises(StandsOpen):
        close_period(YESTERDAY, by=lucia, acknowledged=known)
    period = close_period(YESTERDAY, by=lucia, acknowledged=codes())

    assert period.acknowledged == [f"lines-{bank.pk}-2-3100"]


def test_cash_is_counted_after_it_moved(agreement, lucia):
    desk = DeskFactory()
    cash(agreement, 2_000, desk, at=timezone.now() - timedelta(days=2))
    assert [code.split("-")[:2] for code in codes()] == [["till", str(desk.pk)]]

    CashCount.take(desk, by=caseworker(), counted=2_000, client_id=uuid.uuid4())
    assert codes() == []
    CashTrip.begin(desk, by=caseworker(), cents=2_000, client_id=uuid.uuid4())
    assert codes() == [], "carried away it is no less counted"


def test_cash_of_days_after_the_period_is_not_asked_for(agreement):
    cash(agreement, 2_000)
    assert codes() == []


def test_a_difference_between_bank_and_book(bank, agreement, lucia):
    told(bank, (days_ago(9), 5_000, f"RISPARMIO {agreement.reference}"), opening=700)
    (code,) = codes()
    assert code == f"difference-{bank.pk}-{days_ago(9):%Y%m%d}-700"
    assert codes(days_ago(11)) == []

    period = close_period(YESTERDAY, by=lucia, acknowledged=[code])

    assert period.acknowledged == [code]


# -- the page ---------------------------------------------------------------------------------------------------------

PAGE = "/en/risparmio/libro/chiusura/"


def test_the_page_names_what_stands_open_and_closes_once_it_is_acknowledged(bank, lucia, signed_in):
    told(bank, (days_ago(5), 3_000, "NON SI SA"))
    client = signed_in(lucia)
    page = client.get(f"{PAGE}?al={YESTERDAY}").content.decode()
    assert "nobody knows yet what 1 line is for" in page

    refused = client.post(PAGE, {"al": YESTERDAY})
    assert refused.status_code == 422
    assert "say for each of it that you know" in refused.content.decode()
    assert not PeriodClosing.objects.exists()

    done = client.post(PAGE, {"al": YESTERDAY, "so": codes()})
    assert (done.status_code, done.url) == (302, "/en/risparmio/libro/")
    assert "Lucia" in client.get(done.url).content.decode()


@pytest.mark.parametrize(
    ("day", "says"),
    [
        ("", "Choose a day"),
        ("2999-12-31", "not over yet"),
        ("ieri", "Enter a valid date"),
        ("0001-01-01", "too long ago"),
    ],
)
def test_a_day_that_cannot_be_closed(lucia, signed_in, day, says):
    answer = signed_in(lucia).post(PAGE, {"al": day, "so": "x"})

    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert book_of_money().closed_until() is None


def test_nothing_is_closed_by_a_form_that_says_no_day(lucia, signed_in):
    assert signed_in(lucia).post(PAGE).status_code == 422
    assert book_of_money().closed_until() is None


def test_a_day_before_what_is_closed(lucia, signed_in):
    close_period(days_ago(3), by=lucia)
    answer = signed_in(lucia).post(PAGE, {"al": days_ago(8)})

    assert answer.status_code == 422
    assert "are closed" in answer.content.decode()


def test_nobody_is_offered_to_close_what_is_closed(lucia, signed_in):
    client = signed_in(lucia)
    close_period(last_month(), by=lucia)

    page = client.get(PAGE)
    assert (page.status_code, "Close for ever" in page.content.decode()) == (200, False)
    assert "can be closed once it is over" in page.content.decode()

    page = client.get(f"{PAGE}?al={last_month()}")
    assert (page.status_code, "Close for ever" in page.content.decode()) == (422, False)


@pytest.mark.parametrize("who", ["approver", "auditor", "caseworker", "tenant", "stranger"])
def test_to_everybody_else_it_is_missing(people, signed_in, who):
    client = signed_in(people[who])
    assert client.get(PAGE).status_code == 404
    assert client.post(PAGE, {"al": YESTERDAY}).status_code == 404


def test_the_book_offers_closing_to_who_keeps_it_only(people, signed_in):
    for who in ("treasurer", "approver", "auditor"):
        page = signed_in(people[who]).get(reverse("risparmio:book")).content.decode()
        assert (reverse("risparmio:close_period") in page) == (who == "treasurer"), who
