"""The figures of mutual aid: what is too small is told nowhere, and cannot be reckoned from what is told."""

import csv
import uuid
from datetime import datetime, timedelta

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from community.mutual_aid.exchanges import indicators
from community.mutual_aid.exchanges.indicators import figures_of
from community.mutual_aid.exchanges.models import Exchange
from community.mutual_aid.exchanges.privacy import erase_exchanges
from community.mutual_aid.exchanges.words import State
from community.mutual_aid.periods import quarters
from community.mutual_aid.time_bank.accounts import credit_exchange, take_back
from community.mutual_aid.time_bank.privacy import erase_hours
from community.testing import exchange_in, take
from portal.testing.factories import MunicipalityFactory, OrganizationFactory, UserFactory
from portal.ui.words import plain
from tests.community.mutual_aid.members import member_of

pytestmark = pytest.mark.django_db

MAY = timezone.make_aware(datetime(2026, 5, 10, 9))


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel(datetime(2026, 9, 20, 12), tick=False):
        yield


def exchanged(town, pairs, minutes=60, at=MAY):
    people = [UserFactory() for _number in range(2 * pairs)]
    exchanges = Exchange.objects.bulk_create(
        Exchange(
            client_id=uuid.uuid4(),
            municipality=town,
            category="homework",
            giver=giver,
            receiver=receiver,
            minutes=minutes,
            booked_minutes=minutes,
            booked_at=at,
            state=State.CONFIRMED,
        )
        for giver, receiver in zip(people[::2], people[1::2], strict=True)
    )
    for one in exchanges:
        credit_exchange(one.giver, one.receiver, minutes, key=f"exchange:{one.pk}", about=one, at=at)
    return exchanges


@pytest.fixture
def towns():
    """Pero, where six people took part, and Rho, where four did."""
    pero, rho = MunicipalityFactory(name="Pero"), MunicipalityFactory(name="Rho")
    exchanged(pero, 3)
    exchanged(rho, 2, minutes=90)
    return pero, rho


def test_a_small_group_is_in_no_cell_and_in_no_sum(towns, client):
    pero, rho = towns
    told = figures_of(quarters(4))
    second = told.periods[-1]

    assert told.cells.keys() == {(second, pero)}
    assert (told.together[second].people, told.together[second].minutes) == (6, 180)
    assert told.municipalities == [pero, rho]

    client.force_login(UserFactory(roles=["portal.auditor"]))
    page = BeautifulSoup(client.get("/en/aiuto/cifre/").content, "html.parser")
    rows = [
        [cell.get_text(strip=True) for cell in row.select("th, td")]
        for row in page.select("#quarter tbody tr")
    ]
    assert rows == [
        ["Pero", "6", "3", "3 hours"],
        ["Rho", "fewer than five people"],
        ["All that are shown, together", "6", "3", "3 hours"],
    ]
    assert not page.select(".table-cards")  # a line for each municipality, on a phone too
    sent = b"".join(client.get("/en/aiuto/cifre/tabella/").streaming_content).decode("utf-8-sig")
    assert list(csv.reader(sent.splitlines(), delimiter=";"))[-2:] == [
        ["2026-04-01", "Pero", "6", "3", "180", ""],
        ["2026-04-01", "Rho", "", "", "", "fewer than five people"],
    ]


def test_the_page_says_why_all_together_are_fewer_than_the_towns_add_up_to(towns, client):
    pero, rho = towns
    once = "counts in both, and once in all together"
    client.force_login(UserFactory(roles=["portal.auditor"]))
    assert once not in client.get("/en/aiuto/cifre/").content.decode()

    of_pero = [one.giver for one in Exchange.objects.filter(municipality=pero)][:2]
    for person, one in zip(of_pero, exchanged(rho, 2), strict=True):
        credit_exchange(person, one.receiver, 60, key=f"again:{one.pk}", about=one, at=MAY)
    told = figures_of(quarters(4))
    cells = [told.cells[told.periods[-1], town].people for town in towns]
    assert told.together[told.periods[-1]].people == sum(cells) - 2
    assert once in client.get("/en/aiuto/cifre/").content.decode()


def test_a_pair_that_took_all_back_hides_no_others(towns):
    _pero, rho = towns
    (undone,) = exchanged(rho, 1)
    with time_machine.travel(MAY + timedelta(days=2), tick=False):
        take_back(f"exchange:{undone.pk}")

    told = figures_of(quarters(4))
    assert (told.periods[-1], rho) not in told.cells


def test_a_quarter_that_is_not_over_is_not_told(towns):
    exchanged(towns[0], 10, at=timezone.now() - timedelta(days=1))

    assert sum(cell.exchanges for cell in figures_of(quarters(4)).together.values()) == 3


def test_a_thank_you_moves_no_hour_into_another_quarter():
    with time_machine.travel(datetime(2026, 6, 30, 12), tick=False):
        exchange = exchange_in(State.CONFIRMED)
    take(exchange, "thank", by=exchange.receiver)

    exchange.refresh_from_db()
    assert exchange.state_since.month == 9
    assert exchange.booked_at.month == 6


def test_what_is_settled_later_counts_when_it_is_settled_and_a_quarter_that_is_over_stays(towns):
    """Also when somebody who took part is erased: otherwise two tables tell what one pair did."""
    pero, _rho = towns
    before = figures_of(quarters(4)).cells
    doubted = Exchange.objects.filter(municipality=pero).first()
    take(doubted, "dispute", by=doubted.receiver)
    take(doubted, "settle", by=UserFactory(roles=["portal.caseworker"]), minutes=30)
    exchanged(pero, 3, at=timezone.now())
    erase_exchanges(doubted.giver)
    erase_hours(doubted.giver)

    assert figures_of(quarters(4)).cells == before
    with time_machine.travel(datetime(2026, 10, 20, 12), tick=False):
        told = figures_of(quarters(4))
    third = told.cells[told.periods[-1], pero]
    # Of three new exchanges of an hour; of the doubted one an hour was taken back and half an hour booked.
    assert (third.exchanges, third.minutes) == (3, 150)
    assert {cell for key, cell in told.cells.items() if key[0] != told.periods[-1]} == set(before.values())


def test_the_figures_of_the_last_days_go_in_fives(towns):
    """From the figure of today and that of yesterday nobody reckons what one pair did."""
    since, until = MAY - timedelta(days=1), MAY + timedelta(days=1)

    assert indicators.people_active(since, until) == 10
    assert indicators.exchanges_confirmed(since, until) == 5
    assert indicators.minutes_given(since, until) == 300  # of 360


def test_the_figures_say_how_those_of_my_day_are_rounded_and_my_day_leads_there(client):
    client.force_login(UserFactory(roles=["portal.auditor"]))
    told = plain(client.get("/en/aiuto/cifre/").content.decode())
    assert "people and exchanges are rounded down to fives, and hours to steps of 2 hours" in told
    assert (
        'href="/en/aiuto/cifre/"'
        in BeautifulSoup(client.get("/en/casa/oggi/").content, "html.parser").main.decode()
    )
    client.force_login(UserFactory(roles=["portal.caseworker"]))
    assert "Read them" not in client.get("/en/casa/oggi/").content.decode()


def test_who_reads_them(client):
    public, association = OrganizationFactory(kind="public"), OrganizationFactory()
    for person, status in (
        *(
            (UserFactory(roles=[f"portal.{role}"]), 200)
            for role in ("auditor", "administrator", "caseworker")
        ),
        (member_of(public, is_coordinator=True), 200),
        (member_of(public), 404),
        (member_of(association, is_coordinator=True), 404),
        (UserFactory(roles=["portal.editor"]), 404),
    ):
        client.force_login(person)
        assert client.get("/aiuto/cifre/").status_code == status
        assert client.get("/aiuto/cifre/tabella/").status_code == status


def test_many_exchanges_cost_as_many_queries_as_few(client, towns):
    client.force_login(UserFactory(roles=["portal.auditor"]))

    def cost():
        client.get("/aiuto/cifre/")
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/aiuto/cifre/").status_code == 200
        return len(captured)

    before = cost()
    exchanged(towns[0], 40)
    assert cost() == before <= 15
