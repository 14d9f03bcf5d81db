"""What follows by itself: who is told, what runs out, what is closed, found, counted, copied and forgotten."""

import uuid
from datetime import timedelta

import pytest
from django.apps import apps
from django.utils import timezone

from community.mutual_aid.exchanges import indicators, privacy, schedules
from community.mutual_aid.exchanges.models import Exchange, Interest, Post
from community.mutual_aid.exchanges.search import find_posts
from community.mutual_aid.exchanges.words import PostState, State
from community.testing import anew, exchange_in, post_by, take, two_neighbours
from portal.testing.factories import BuildingFactory, UserFactory, tenant_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair():
    return two_neighbours()


def told(person) -> list[str]:
    """The kinds of what stands in somebody's inbox, newest first."""
    notifications = apps.get_model("portal", "Notification").objects.filter(person=person, channel="inbox")
    kinds = notifications.order_by("-pk").values_list("event__kind", flat=True)
    return [kind.removeprefix("community.") for kind in kinds]


# -- who is told ---


def test_each_hears_what_the_other_does(pair, committing):
    author, asker = pair
    with committing():
        exchange = exchange_in(State.SCHEDULED, author=author, asker=asker)
    with committing():
        take(exchange, "done", by=author)
    with committing():
        take(exchange, "confirm", by=asker)

    assert told(author) == ["exchange.confirmed", "exchange.scheduled", "exchange.proposed"]
    assert told(asker) == ["exchange.done", "exchange.accepted"]


def test_a_match_is_told_of_and_nobody_else_is(pair, committing):
    author, seeker = pair
    far = tenant_of(BuildingFactory())
    with committing():
        post_by(seeker, kind="request")
        post_by(far, kind="request")
    with committing():
        post_by(author)

    assert told(seeker) == ["post.published"]
    assert told(author) == told(far) == []


def test_staff_hears_what_waits_for_them(pair, committing):
    elena = UserFactory(roles=["portal.caseworker"])
    with committing():
        exchange = exchange_in(State.ACCEPTED, author=pair[0], asker=pair[1], category="children")
    with committing():
        take(exchange, "approve", by=elena)

    assert told(elena) == ["exchange.awaits_approval"]
    assert told(pair[1])[0] == "exchange.approved"


def test_a_stand_in_is_looked_for_among_those_who_offer_it(pair, committing):
    author, asker = pair
    third = tenant_of(author.household_memberships.get().household.tenancies.get().dwelling.building)
    post_by(third)
    start = timezone.now() + timedelta(hours=3)
    exchange = Exchange.propose(
        post_by(author, kind="request"), by=asker, client_id=uuid.uuid4(), starts_at=start
    )
    exchange.accept(by=author)
    with committing():
        take(exchange, "cancel", by=asker)

    assert told(author)[0] == "exchange.cancelled_late"
    assert "post.stand_in_wanted" in told(third)


# -- what runs out ---


def test_a_week_before_it_runs_out_its_author_is_asked_once(pair, committing):
    post = post_by(pair[0])
    schedules.remind()
    Post.objects.update(expires_on=timezone.localdate() + timedelta(days=7))
    with committing():
        schedules.remind()
        schedules.remind()

    assert told(pair[0]) == ["post.runs_out"]
    post.renew(by=pair[0])
    assert post.reminded_at is None


def test_what_has_run_out_leaves_the_board_and_comes_back_with_one_tap(pair):
    post = post_by(pair[0])
    Post.objects.update(expires_on=timezone.localdate() - timedelta(days=1))
    schedules.expire()
    schedules.expire()
    post.refresh_from_db()

    assert post.state == PostState.EXPIRED
    post.resume(by=pair[0])
    assert post.is_open


def test_a_question_without_an_answer_is_closed(pair):
    exchange = exchange_in(State.PROPOSED, author=pair[0], asker=pair[1])
    schedules.close_unanswered()
    assert Exchange.objects.get().state == State.PROPOSED
    Exchange.objects.update(state_since=timezone.now() - timedelta(days=15))
    schedules.close_unanswered()

    exchange.refresh_from_db()
    assert exchange.state == State.LAPSED


# -- found ---


def test_it_is_found_by_its_words_by_those_whom_it_is_meant_for(pair):
    post = post_by(pair[0], text="Ripetizioni di trigonometria")

    for person, urls in ((pair[0], [post.get_absolute_url()]), (pair[1], [post.get_absolute_url()])):
        assert [hit.url for hit in find_posts(person, "trigonometria", 5)] == urls
    assert find_posts(tenant_of(BuildingFactory()), "trigonometria", 5) == []


# -- counted ---


def test_a_small_group_is_not_shown():
    """By quarter and municipality: tests/community/mutual_aid/organizations/test_figures.py."""
    since, until = timezone.now() - timedelta(days=1), timezone.now() + timedelta(days=1)
    exchange_in(State.CONFIRMED)
    exchange_in(State.CONFIRMED)
    assert indicators.people_active(since, until) == indicators.exchanges_confirmed(since, until) == 0

    exchange_in(State.CONFIRMED)
    assert indicators.people_active(since, until) == 5  # of six
    assert indicators.minutes_given(since, until) == 150  # of 180


# -- forgotten ---


def test_whoever_is_erased_leaves_the_others_hours_and_no_name(pair):
    author, asker = pair
    over = exchange_in(State.CONFIRMED, author=author, asker=asker)
    live = exchange_in(State.PROPOSED, author=author, asker=asker, kind="request")
    Interest.say(asker, "give", ["homework"])
    for erase in (privacy.erase_exchanges, privacy.erase_posts, privacy.erase_interests):
        erase(author)

    over.refresh_from_db()
    live.refresh_from_db()
    assert (over.giver, over.receiver, over.booked_minutes, over.title) == (None, asker, 60, "")
    assert str(over)
    assert live.state == State.CANCELLED
    assert not Post.objects.filter(author=author).exists()
    assert Exchange.objects.with_people().get(pk=over.pk).shown_to(anew(asker))


def test_a_copy_names_nobody_else():
    building = BuildingFactory()
    samira, marco = (tenant_of(building, display_name=name) for name in ("Samira Haddad", "Marco Bellini"))
    exchange_in(State.CONFIRMED, author=samira, asker=marco)

    copy = str([*privacy.export_posts(samira), *privacy.export_exchanges(samira)])
    assert "booked_minutes" in copy
    assert "Marco" not in copy


def test_it_is_kept_as_long_as_it_is_said(pair):
    exchange_in(State.CONFIRMED, author=pair[0], asker=pair[1])
    exchange_in(State.DONE, author=pair[0], asker=pair[1])
    long_ago = timezone.now() - timedelta(days=4000)
    Exchange.objects.update(state_since=long_ago)
    Post.objects.update(created_at=long_ago, state=PostState.EXPIRED)

    assert privacy.expire_posts(timezone.now() - privacy.POSTS_KEPT) == 1
    assert privacy.expire_exchanges(timezone.now() - privacy.EXCHANGES_KEPT) == 1
    assert Exchange.objects.get().state == State.DONE
