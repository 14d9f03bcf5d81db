"""A line of one's hours says with whom and for what, as far as the exchange's own page does."""

import pytest

from community.mutual_aid.exchanges.models import Exchange
from community.mutual_aid.exchanges.words import State
from community.testing import anew, exchange_in, two_neighbours
from portal.testing.factories import OrganizationFactory
from portal.ui.words import plain
from tests.portal.pages.tree import seen

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair():
    return two_neighbours("Samira Haddad", "Marco Bianchi")


def lines_of(client, person, path="/en/aiuto/ore/") -> list[str]:
    client.force_login(person)
    return [
        plain(line.get_text(strip=True))
        for line in seen(client, path).select("table.table-cards tbody td:nth-of-type(1)")
    ]


def test_each_reads_with_whom_and_for_what(client, pair):
    exchange_in(State.CONFIRMED, author=pair[0], asker=pair[1], category="errands")

    assert lines_of(client, pair[0]) == ["You helped Marco Bianchi · Shopping and errands"]
    assert lines_of(client, pair[1]) == ["Samira Haddad helped you · Shopping and errands"]


def test_of_whoever_is_gone_no_name_stands_there(client, pair):
    exchange_in(State.CONFIRMED, author=pair[0], asker=pair[1], category="errands")
    Exchange.objects.update(receiver=None, asked_by=None)

    assert lines_of(client, pair[0]) == ["An exchange: Shopping and errands"]


def test_the_statement_of_an_organization_names_nobody(client, pair):
    """Whoever coordinates it later reads its hours; with whom, each exchange's page says to whom it may."""
    organization = OrganizationFactory()
    organization.add(pair[0], by=None, is_coordinator=True)
    exchange = exchange_in(State.DONE, author=anew(pair[0]), asker=pair[1])
    Exchange.objects.update(giver_organization=organization)
    Exchange.objects.get(pk=exchange.pk).confirm(by=pair[1], minutes=60)

    assert lines_of(client, anew(pair[0]), f"/en/aiuto/ore/enti/{organization.pk}/") == ["An exchange"]


def test_a_statement_asks_as_often_with_many(client, pair, django_assert_max_num_queries):
    exchange_in(State.CONFIRMED, author=pair[0], asker=pair[1])
    client.force_login(pair[0])
    client.get("/aiuto/ore/")
    with django_assert_max_num_queries(15) as few:
        client.get("/aiuto/ore/")
    for _again in range(4):
        exchange_in(State.CONFIRMED, author=pair[0], asker=pair[1])
    with django_assert_max_num_queries(len(few)):
        page = seen(client, "/aiuto/ore/")
    assert len(page.select("table.table-cards tbody tr")) == 5
