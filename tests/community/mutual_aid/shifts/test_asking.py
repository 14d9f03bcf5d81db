"""Whoever runs a shift asks somebody to come: whom they may ask, and who hears of it."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from community.safety.models import Block, Mute
from community.testing import shift_in, shift_plan
from portal.events import history_of
from portal.testing.factories import UserFactory, tenant_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def shift():
    return shift_in(3)


@pytest.fixture
def regular(shift):
    """Makes somebody who lives there and has a place in the plan's shift of another day."""
    other = shift.plan.shifts.get(day=shift.day + timedelta(days=1))
    shift.plan.roles.update(places=20)

    def regular(**told):
        person = tenant_of(shift.plan.building, **told)
        other.sign_up(shift.plan.roles.get(), by=person)
        return person

    return regular


def page_of(shift):
    return reverse("community:shift_ask", args=[shift.pk])


def told(shift):
    found = apps.get_model("portal", "Notification").objects.filter(event__kind="community.shift.asked")
    return set(found.values_list("person", flat=True))


def test_a_regular_who_is_free_is_asked_once_and_hears_of_it(client, shift, regular, committing):
    anna = regular(display_name="Anna Bianchi")
    client.force_login(shift.plan.organizer)
    assert page_of(shift) in client.get(shift.get_absolute_url()).content.decode()
    assert "Anna Bianchi" in client.get(page_of(shift)).content.decode()

    with committing():
        for _time in range(2):
            assert client.post(page_of(shift), {"person": anna.pk}).status_code == 302

    assert told(shift) == {anna.pk}
    assert history_of(shift).filter(kind="community.shift.asked").count() == 1
    assert 'name="person"' not in client.get(page_of(shift)).content.decode()


def test_only_who_may_come_and_is_free_is_in_the_list(client, shift, regular):
    free, apart, busy, there = (regular() for _ in range(4))
    tenant_of(shift.plan.building)  # lives there, and nobody here knows them
    Block.put_up(by=apart, against=shift.plan.organizer)
    other = shift_plan(building=shift.plan.building).shifts.get(day=shift.day)
    other.sign_up(other.plan.roles.get(), by=busy)
    shift.sign_up(shift.plan.roles.get(), by=there)

    assert set(shift.could_come(by=shift.plan.organizer)) == {free}
    client.force_login(shift.plan.organizer)
    statuses = {
        person: client.post(page_of(shift), {"person": person.pk}).status_code for person in (apart, busy)
    }
    assert statuses == {apart: 404, busy: 409}
    for forged in ({}, {"person": "x"}, {"person": UserFactory().pk}):
        assert client.post(page_of(shift), forged).status_code == 404
    client.force_login(there)
    assert client.get(page_of(shift)).status_code == 404


def test_whoever_has_muted_the_one_who_asks_hears_nothing(client, shift, regular, committing):
    anna = regular()
    Mute.objects.create(person=anna, other=shift.plan.organizer)
    with committing():
        shift.ask(anna, by=shift.plan.organizer)

    assert told(shift) == set()


def test_a_shift_that_is_off_asks_nobody(client, shift, regular):
    anna = regular()
    shift.call_off(by=shift.plan.organizer)
    client.force_login(shift.plan.organizer)

    assert 'name="person"' not in client.get(page_of(shift)).content.decode()
    assert client.post(page_of(shift), {"person": anna.pk}).status_code == 409


def test_the_list_costs_the_same_with_many_people(client, shift, regular):
    def cost():
        client.get(page_of(shift))
        with CaptureQueriesContext(connection) as queries:
            client.get(page_of(shift))
        return len(queries)

    regular()
    client.force_login(shift.plan.organizer)
    few = cost()
    for _person in range(8):
        regular()

    assert cost() == few <= 15
