"""Each of the two reads an exchange by the other's name, and from where they stand: who offered has not asked."""

import uuid

import pytest
from django.utils import translation

from community.conversations.models import Conversation
from community.mutual_aid.exchanges.models import Exchange
from community.mutual_aid.exchanges.telling import told_to
from community.mutual_aid.exchanges.words import State
from community.testing import exchange_in, two_neighbours
from portal.testing.factories import UserFactory
from portal.ui.words import plain
from tests.portal.pages.tree import seen

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair():
    """Samira has something on the board, Marco answers."""
    return two_neighbours("Samira Haddad", "Marco Bianchi")


def english(exchange, reader) -> str:
    with translation.override("en"):
        return plain(told_to(exchange, reader))


@pytest.mark.parametrize(
    ("kind", "state", "to_author", "to_asker"),
    [
        ("offer", State.PROPOSED, "Marco asks you for help", "You asked Samira for help"),
        ("request", State.PROPOSED, "Marco offers you help", "You offered Samira your help"),
        ("request", State.DECLINED, "Marco offered you help", "You offered Samira your help"),
        ("request", State.SCHEDULED, "Marco helps you", "You help Samira"),
        ("offer", State.CONFIRMED, "You helped Marco", "Samira helped you"),
        ("offer", State.CANCELLED, "You were to help Marco", "Samira was to help you"),
    ],
)
def test_who_offers_and_who_asks(pair, kind, state, to_author, to_asker):
    exchange = exchange_in(state, author=pair[0], asker=pair[1], kind=kind)

    assert (english(exchange, pair[0]), english(exchange, pair[1])) == (to_author, to_asker)
    assert english(exchange, UserFactory()) == ""


def test_of_whoever_is_gone_nothing_is_told(pair):
    exchange = exchange_in(State.DECLINED, author=pair[0], asker=pair[1], kind="request")
    Exchange.objects.filter(pk=exchange.pk).update(giver=None, asked_by=None)

    assert english(Exchange.objects.get(pk=exchange.pk), pair[0]) == ""


@pytest.mark.parametrize(("state", "name"), [(State.PROPOSED, "Marco"), (State.SCHEDULED, "Marco Bianchi")])
def test_the_others_name_comes_first_wherever_it_is_listed(client, pair, state, name):
    """As much of it as they may know: the first name until both have said yes."""
    exchange = exchange_in(state, author=pair[0], asker=pair[1], kind="request", category="errands")
    Conversation.about(exchange).say(by=pair[1], client_id=uuid.uuid4(), text="Ciao")
    Conversation.about(exchange).read_by(pair[0], 1)
    client.force_login(pair[0])
    title = f"{name} · Shopping and errands"

    page = seen(client, f"/en{exchange.get_absolute_url()}")
    assert plain(page.h1.get_text(strip=True)) == title
    assert title in plain(page.title.get_text())
    assert title in plain(seen(client, "/en/aiuto/mie/").select_one("a[href*='/scambi/']").get_text())
    listed = seen(client, "/en/conversazioni/").select_one(".conversation-row__what")
    assert plain(listed.get_text()) == title
    assert plain(seen(client, listed["href"]).h1.get_text()) == title


def test_what_is_over_says_with_whom(client, pair):
    exchange_in(State.CONFIRMED, author=pair[0], asker=pair[1], category="errands")
    client.force_login(pair[0])

    line = plain(seen(client, "/en/aiuto/mie/?show=over").select_one("a[href*='/scambi/']").get_text(" "))
    assert "Marco Bianchi · Shopping and errands" in line
    assert "You helped Marco" in line
    assert "1 hour" in line


def test_the_list_of_conversations_asks_as_often_with_many(client, pair, django_assert_max_num_queries):
    def talk():
        exchange = exchange_in(State.SCHEDULED, author=pair[0], asker=pair[1])
        Conversation.about(exchange).say(by=pair[1], client_id=uuid.uuid4(), text="Ciao")
        Conversation.about(exchange).read_by(pair[0], 1)

    talk()
    client.force_login(pair[0])
    client.get("/conversazioni/")
    with django_assert_max_num_queries(15) as few:
        client.get("/conversazioni/")
    for _again in range(5):
        talk()
    with django_assert_max_num_queries(len(few)):
        page = seen(client, "/conversazioni/")
    assert len(page.select(".conversation-row")) == 6


def test_the_lists_of_conversations_agree_with_the_rule(pair):
    """Who has to agree to it looks at it, and takes no part in what the two say."""
    exchange = exchange_in(State.ACCEPTED, author=pair[0], asker=pair[1], category="children")
    assert exchange.state == State.TO_APPROVE
    Conversation.about(exchange).say(by=pair[1], client_id=uuid.uuid4(), text="Ciao")
    for person in (*pair, UserFactory(roles=["portal.caseworker"])):
        may = person.has_perm("community.discuss_exchange", exchange)
        assert Conversation.objects.visible_to(person).exists() == may
