"""Who is told of a fact: each once by each channel, whatever happens on the way."""

import pytest

from portal.events.dispatch import drain
from portal.notifications import sink
from portal.notifications.models import Notification
from portal.testing.factories import UserFactory

pytestmark = pytest.mark.django_db


def rows(event):
    return sorted(Notification.objects.filter(event=event).values_list("person", "channel"))


@pytest.fixture
def anna():
    return UserFactory()


@pytest.fixture
def bruno():
    return UserFactory()


def test_a_reader_is_told_in_the_portal_and_by_mail(told, anna, bruno):
    event = told(anna, bruno)
    drain()

    assert rows(event) == [(bruno.pk, "email"), (bruno.pk, "inbox")]


def test_who_has_no_address_is_told_in_the_portal_only(told, anna):
    carla = UserFactory(email=None)
    event = told(anna, carla)
    drain()

    assert rows(event) == [(carla.pk, "inbox")]


def test_nobody_is_told_what_they_did_themselves(told, anna, bruno):
    event = told(anna, [anna, bruno])
    drain()

    assert {person for person, _ in rows(event)} == {bruno.pk}


def test_who_has_gone_is_not_told(told, anna):
    gone = UserFactory(is_active=False)
    event = told(anna, gone)
    drain()

    assert rows(event) == []


def test_an_event_that_comes_twice_tells_once(told, anna, bruno, mailoutbox):
    from portal.tasks.worker import work_off

    event = told(anna, bruno)
    drain()
    sink.receive(event)
    work_off()
    sink.receive(event)
    work_off()

    assert len(rows(event)) == 2
    assert len(mailoutbox) == 1


def test_who_is_found_the_second_time_only_is_told_then(told, anna, bruno):
    carla = UserFactory(is_active=False)
    event = told(anna, [bruno, carla])
    drain()
    carla.open_account(by=None)
    sink.receive(event)

    assert {person for person, _ in rows(event)} == {bruno.pk, carla.pk}


def test_a_fact_of_no_interest_tells_nobody(declare, note_kind, anna):
    from portal.events import record

    event = record(note_kind, anna)
    drain()

    assert rows(event) == []


def test_the_database_keeps_one_row_for_event_person_and_channel(told, anna, bruno):
    from django.db import IntegrityError, transaction

    event = told(anna, bruno)
    drain()

    with pytest.raises(IntegrityError), transaction.atomic():
        Notification.objects.create(event=event, person=bruno, channel="inbox")


def test_one_event_costs_the_same_queries_for_one_reader_and_for_many(
    told, anna, django_assert_max_num_queries
):
    many = UserFactory.create_batch(30, email=None)
    event = told(anna, many)

    with django_assert_max_num_queries(6):
        sink.receive(event)
