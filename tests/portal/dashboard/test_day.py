"""My day: the figures for who reads them, the way to write for who writes, and a way on for everybody else."""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from portal.dashboard.indicators import PERIOD
from portal.extensions import DashboardCard, Indicator, declared
from portal.pages.models import NewsIndexPage
from portal.testing.factories import UserFactory
from tests.portal.pages.tree import home, write

pytestmark = pytest.mark.django_db


def _day(client) -> BeautifulSoup:
    return BeautifulSoup(client.get(f"/en{reverse('portal:day')}").content, "html.parser").main


@pytest.mark.parametrize(
    ("role", "reads"),
    [("portal.auditor", True), ("portal.administrator", True), ("portal.caseworker", False)],
)
def test_what_it_adds_up_to_is_for_those_who_read_the_figures(client, monkeypatch, role, reads):
    asked = []

    def lent(since, until):
        asked.append((since, until))
        return 7 - 4 * (len(asked) - 1)

    keys = Indicator(key="keys.lent", label="Keys lent", value=lent)
    monkeypatch.setattr("portal.dashboard.indicators.declared", lambda kind: [keys])
    client.force_login(UserFactory(roles=[role]))

    day = _day(client)
    _day(client)  # within ten minutes nobody counts again

    assert ("Keys lent" in day.get_text()) is reads
    if reads:
        rows = [
            [cell.get_text(strip=True) for cell in row.select("th, td")] for row in day.select("tbody tr")
        ]
        assert rows == [["last 30 days", "7"], ["30 days before", "3"]]
        (since, until), (before, then) = asked
        assert (then, until - since, then - before) == (since, PERIOD, PERIOD)
    else:
        assert asked == []


def test_a_figure_of_too_few_people_is_not_a_zero(client, monkeypatch):
    asked = []

    def exits(since, until):
        asked.append(since)
        return None if len(asked) == 1 else 0

    left = Indicator(key="keys.exits", label="Exits", value=exits, unit="cents")
    monkeypatch.setattr("portal.dashboard.indicators.declared", lambda kind: [left])
    client.force_login(UserFactory(roles=["portal.auditor"]))
    for _again in range(2):
        cells = [cell.get_text(strip=True) for cell in _day(client).select("tbody td")]
        assert cells == ["too few to show", "€0.00"]
    assert len(asked) == 2, "and that it is none is remembered"


def test_an_editor_begins_a_piece_of_news_from_the_day(client):
    index = write(NewsIndexPage, home(), "Notizie")
    client.force_login(UserFactory(roles=["portal.editor"]))

    begin = _day(client).select_one("a[href*='/newspage/']")

    assert begin["href"] == f"/admin/pages/add/portal/newspage/{index.pk}/"
    assert client.get(begin["href"]).status_code == 200
    for link in _day(client).select(".card__list a"):
        assert client.get(link["href"]).status_code == 200


def test_who_writes_no_pages_is_not_sent_to_write_any(client):
    write(NewsIndexPage, home(), "Notizie")
    client.force_login(UserFactory(roles=["portal.caseworker"]))

    assert not _day(client).select("a[href*='/newspage/']")


def test_an_empty_day_still_leads_somewhere(client, monkeypatch):
    """No app that is installed has a card for their work: an app of a site's own may have roles and no card."""
    others = [card for card in declared(DashboardCard) if card.place != "day"]
    monkeypatch.setattr("portal.dashboard.views.declared", lambda kind: others)
    client.force_login(UserFactory(roles=["manutenzione.operator"]))

    ways = [a["href"] for a in _day(client).select(".door a")]

    assert "/en/notifiche/" in ways
    assert "/en/casa/oggi/" not in ways
    assert {way: client.get(way).status_code for way in ways} == dict.fromkeys(ways, 200)
