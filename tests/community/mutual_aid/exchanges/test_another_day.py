"""The day and the place are written by one of the two: both read by whom, and what was said before."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.utils import timezone, translation

from community.mutual_aid.exchanges.appointing import in_words
from community.mutual_aid.exchanges.words import State
from community.safety.names import first_name
from community.testing import exchange_in, take, two_neighbours
from portal.events import history_of
from tests.portal.pages.tree import seen

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair():
    return two_neighbours()


def page_for(client, person, exchange):
    client.force_login(person)
    return seen(client, f"/en{exchange.get_absolute_url()}")


def news_to(person) -> str:
    """The newest notice of somebody, as they read it in English."""
    notice = (
        apps.get_model("portal", "Notification").objects.filter(person=person, channel="inbox").latest("pk")
    )
    with translation.override("en"):
        return notice.title


def test_another_day_says_by_whom_and_which_one_it_was(client, pair, committing):
    author, asker = pair
    exchange = exchange_in(State.SCHEDULED, author=author, asker=asker)
    before, after = exchange.starts_at, timezone.now() + timedelta(days=5)
    with committing():
        take(exchange, "schedule", by=asker, starts_at=after)
    with translation.override("en"):
        old, new = in_words(before), in_words(after)

    page = page_for(client, author, exchange)
    said = page.select_one("#appointed")
    assert f"{first_name(asker)} wrote another day." in said.get_text().replace("\u2068", "").replace(
        "\u2069", ""
    )
    assert said.select_one("s").get_text() == old
    assert new in page.select_one("#exchange").get_text()
    assert f"{new} (before: {old})" in page.select_one("#exchange-history").get_text()
    assert "agreed" not in page.main.get_text(), "one alone agrees on nothing"
    assert "You wrote another day." in page_for(client, asker, exchange).select_one("#appointed").get_text()
    notice = news_to(author)
    assert first_name(asker) in notice
    assert new in notice


def test_a_week_that_is_skipped_tells_the_next_day(pair, committing):
    start = timezone.localdate() + timedelta(days=1)
    exchange = exchange_in(
        State.SCHEDULED, author=pair[0], asker=pair[1], when="weekly", weekdays=1 << start.weekday()
    )
    with committing():
        take(exchange, "skip", by=pair[1])
    exchange.refresh_from_db()
    with translation.override("en"):
        assert in_words(exchange.starts_at) in news_to(pair[0])


def test_another_place_is_news_and_the_fact_holds_no_place(client, pair, committing):
    author, asker = pair
    exchange = exchange_in(State.SCHEDULED, author=author, asker=asker)
    with committing():
        take(exchange, "schedule", by=asker, starts_at=exchange.starts_at, place="Sala comune")

    said = page_for(client, author, exchange).select_one("#appointed")
    assert "wrote another place" in said.get_text()
    assert not said.select("s")
    assert "wrote another place" in news_to(author)
    assert "Sala" not in str([event.data for event in history_of(exchange)]) + news_to(author)


def test_a_fact_from_before_days_were_stated_is_still_told(client, pair, committing):
    with committing():
        exchange = exchange_in(State.SCHEDULED, author=pair[0], asker=pair[1])
    event = history_of(exchange).get(kind="community.exchange.scheduled")
    event.data = {key: event.data[key] for key in ("municipality", "giver", "receiver")}
    event.save()

    assert not page_for(client, pair[0], exchange).select("#appointed")
    assert "wrote day and place" in news_to(pair[0])
