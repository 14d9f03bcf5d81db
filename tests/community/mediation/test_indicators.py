"""The figures: of fewer than five cases none, and no case can be told from them."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from community.mediation import indicators
from community.mediation.destroying import destroy
from community.mediation.indicators import INDICATORS, figures_of
from community.mediation.models import Case
from community.mediation.words import Outcome, State
from community.mutual_aid.periods import quarters
from community.testing import mediation_in
from portal.testing.clients import Browser
from portal.testing.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("november")]


@pytest.fixture
def november():
    cache.clear()
    with time_machine.travel("2027-11-15 10:00+00:00", tick=False):
        yield


def closed(count, outcome=Outcome.AGREEMENT, *, asked=None, weeks=8, **told):
    """Cases that were asked for in July 2027, begun after three weeks and ended in one quarter."""
    asked = asked or datetime(2027, 7, 5, tzinfo=UTC)
    for _n in range(count):
        Case.objects.create(
            client_id=uuid4(),
            key=uuid4(),
            state=State.CLOSED,
            outcome=outcome,
            asked_at=asked,
            begun_at=asked + timedelta(weeks=3),
            closed_at=asked + timedelta(weeks=weeks),
            **told,
        )


def last_quarter():
    [figures] = figures_of(quarters(1))
    return figures


def test_of_fewer_than_five_nothing_is_told():
    closed(4, kept_after_1_at=datetime(2027, 9, 1, tzinfo=UTC))
    assert not last_quarter().tells_something


def test_what_is_told_of_five():
    closed(5, kept_after_1_at=datetime(2027, 9, 1, tzinfo=UTC))
    closed(2, Outcome.NONE)
    told = last_quarter()
    assert (told.asked, told.weeks_to_talk, told.weeks_to_end, told.kept_after_1) == (7, 3, 8, 5)
    assert told.ended[Outcome.AGREEMENT] == 5
    assert told.ended[Outcome.NONE] is None
    assert told.kept_after_3 is None


def test_no_hidden_number_is_what_is_left_of_a_sum():
    """How many ended in all is told nowhere: nobody takes the outcomes that are told from it."""
    closed(6)
    closed(1, Outcome.WITHDRAWN, asked=datetime(2027, 4, 5, tzinfo=UTC), weeks=20)
    told = last_quarter()
    assert told.asked == 6
    assert sum(number or 0 for number in told.ended.values()) == 6
    assert 7 not in (told.asked, *told.ended.values())


def test_a_quarter_that_is_not_over_is_not_told():
    closed(9, asked=datetime(2027, 10, 5, tzinfo=UTC), weeks=4)
    assert not any(figures.tells_something for figures in figures_of(quarters(8)))


def test_the_figures_of_the_last_days_go_in_fives():
    closed(9, asked=timezone.now() - timedelta(weeks=4), weeks=3)
    since, until = timezone.now() - timedelta(days=30), timezone.now()
    assert indicators.asked(since, until) == indicators.agreed(since, until) == 5
    assert indicators.kept_after_1(since, until) == indicators.kept_after_3(since, until) == 0
    assert {one.unit for one in INDICATORS} == {"count"}


def test_what_was_destroyed_stays_counted():
    for _n in range(5):
        case = mediation_in("follow_up")
        follow_up = case.follow_ups.get(months=1)
        follow_up.ask()
        for party in case.parties.all():
            follow_up.answer(by=party.person, kept={"1": "yes"})
        mediator = case.mediators.get().person
        Case.objects.get(pk=case.pk).finish(by=mediator, outcome=Outcome.AGREEMENT)
    since, until = timezone.now(), timezone.now() + timedelta(seconds=1)
    before = [one.value(since, until) for one in INDICATORS]

    for case in Case.objects.all():
        destroy(case)

    assert [one.value(since, until) for one in INDICATORS] == before == [5, 5, 5, 0]


def test_it_is_one_question_however_many_quarters(django_assert_num_queries):
    closed(5)
    with django_assert_num_queries(1):
        assert len(figures_of(quarters(8))) == 8


@pytest.mark.parametrize(
    ("roles", "status"),
    [
        (["portal.auditor"], 200),
        (["portal.administrator"], 200),
        (["community.mediation_coordinator"], 200),
        (["community.mediator"], 404),
        (["portal.caseworker"], 404),
        ([], 404),
    ],
)
def test_who_reads_them(roles, status):
    closed(5)
    client = Browser()
    client.force_login(UserFactory(roles=roles))
    with override("en"):
        page = client.get(reverse("community:mediation_figures"))
    assert page.status_code == status
    if status == 200:
        text = page.content.decode()
        assert "fewer than five" in text
        assert not any(str(case) in text for case in Case.objects.all())
