"""The pages of gatherings, and what they do with what makes no sense."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from community.mutual_aid.gatherings.models import Gathering
from community.testing import gathering_in
from portal.testing.factories import OrganizationFactory, UserFactory, tenant_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def supper():
    return gathering_in(5, seats=3, items=(("Torta", 2),))


@pytest.fixture
def anna(supper):
    return tenant_of(supper.building, display_name="Anna Bianchi")


def send(client, gathering, verb, **data):
    return client.post(reverse("community:gathering_step", args=[gathering.pk, verb]), data)


def page(answer):
    return answer.content.decode()


def test_one_answers_and_says_what_one_brings(client, supper, anna):
    client.force_login(anna)

    assert send(client, supper, "vengo", companions="1").status_code == 302
    assert send(client, supper, "porto", item=supper.items.get().pk, number="1").status_code == 302

    assert supper.answer_of(anna).companions == 1
    assert supper.items.get().contributions.get().number == 1


def test_only_who_invites_sees_who_comes(client, supper, anna):
    supper.answer(by=anna)
    client.force_login(tenant_of(supper.building))
    assert "Anna Bianchi" not in page(client.get(supper.get_absolute_url()))

    client.force_login(supper.organizer)
    assert "Anna Bianchi" in page(client.get(supper.get_absolute_url()))


@pytest.mark.parametrize("companions", ["-1", "0.2", "1e9", "1000000000", "x"])
def test_a_wrong_number_of_others_is_said_at_the_field_and_nothing_is_answered(
    client, supper, anna, companions
):
    client.force_login(anna)

    answer = send(client, supper, "vengo", companions=companions)

    assert answer.status_code == 422
    assert f'value="{companions}"' in page(answer)
    assert supper.answer_of(anna) is None


def test_too_many_are_told_how_many_one_may_bring(client, supper, anna):
    client.force_login(anna)

    assert send(client, supper, "vengo", companions="9").status_code == 409


@pytest.mark.parametrize("number", ["-1", "0.2", "1e9", "x", "", "51"])
def test_a_wrong_number_of_things_changes_nothing(client, supper, anna, number):
    supper.answer(by=anna)
    client.force_login(anna)

    answer = send(client, supper, "porto", item=supper.items.get().pk, number=number)

    assert answer.status_code == 422
    assert 'role="alert"' in page(answer)
    assert not supper.items.get().contributions.exists()


def test_what_is_forged_or_not_theirs_is_missing(client, supper, anna):
    supper.answer(by=supper.organizer)
    answer = supper.answers.get()
    client.force_login(anna)

    assert send(client, supper, "porto", item="²", number="1").status_code == 404
    assert send(client, supper, "porto", item="999999", number="1").status_code == 404
    assert send(client, supper, "non-vengo").status_code == 404
    assert send(client, supper, "annulla").status_code == 404
    assert send(client, supper, "presente", answer=answer.pk).status_code == 404
    assert send(client, supper, "unheard-of").status_code == 404
    assert client.get(reverse("community:gathering_change", args=[supper.pk])).status_code == 404


def told(**changes):
    return {
        "client_id": str(uuid.uuid4()),
        "name": "Merenda in cortile",
        "occasion": "meal",
        "day": (timezone.localdate() + timedelta(days=3)).isoformat(),
        "begins": "16:30",
        "ends": "18:30",
        "place": "Cortile",
        "companions": "2",
        **changes,
    }


def new(client, anna, **changes):
    client.force_login(anna)
    choice = client.get(reverse("community:gathering_new")).context["form"].fields["audience"].initial
    return client.post(reverse("community:gathering_new"), told(**{"audience": choice, **changes}))


def test_a_neighbour_invites_and_sending_twice_invites_once(client, anna):
    form = {"client_id": str(uuid.uuid4()), "item_1": "Torta", "wanted_1": "2"}
    for _time in range(2):
        assert new(client, anna, **form).status_code == 302

    gathering = Gathering.objects.get(name="Merenda in cortile")
    assert (gathering.organizer, gathering.items.get().wanted) == (anna, 2)
    assert timezone.localtime(gathering.starts_at).hour == 16


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": ""}, "name"),
        ({"occasion": "war"}, "occasion"),
        ({"day": "2026-02-30"}, "day"),
        ({"day": "2020-01-01"}, "day"),
        ({"day": "2099-01-01"}, "day"),
        ({"begins": "25:00"}, "begins"),
        ({"ends": ""}, "ends"),
        ({"seats": "0"}, "seats"),
        ({"seats": "1e9"}, "seats"),
        ({"companions": "-1"}, "companions"),
        ({"place": ""}, "place"),
        ({"audience": "building:0"}, "audience"),
        ({"wanted_1": "3"}, "item_1"),
        ({"item_1": "Torta", "wanted_1": "1000"}, "wanted_1"),
        ({"item_1": "Torta", "item_2": "torta"}, "item_2"),
        ({"text": "x" * 100_000}, "text"),
    ],
)
def test_what_makes_no_sense_is_said_at_the_field_and_nothing_is_lost(client, anna, wrong, field):
    answer = new(client, anna, **wrong)

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert ("Merenda in cortile" in page(answer)) is (field != "name")
    assert not Gathering.objects.filter(name="Merenda in cortile").exists()


def test_past_midnight_is_the_next_day(client, anna):
    assert new(client, anna, begins="22:00", ends="01:00").status_code == 302

    gathering = Gathering.objects.get(name="Merenda in cortile")
    assert gathering.ends_at - gathering.starts_at == timedelta(hours=3)


def test_only_who_answers_for_an_organization_gives_hours(client, anna):
    assert new(client, anna, credit="120").status_code == 302
    assert Gathering.objects.get(name="Merenda in cortile").credit == 0

    host, coordinator = OrganizationFactory(), UserFactory()
    host.areas.add(anna.household_memberships.get().household.tenancies.get().dwelling.building.municipality)
    host.add(coordinator, by=None, is_coordinator=True)
    assert new(client, coordinator, name="Giornata", credit="120", host=host.pk).status_code == 302
    assert Gathering.objects.get(name="Giornata").credit == 120


def test_a_thing_that_somebody_brings_stays_on_the_list(client, supper, anna):
    supper.answer(by=anna)
    supper.items.get().bring(2, by=anna)
    client.force_login(supper.organizer)
    address = reverse("community:gathering_change", args=[supper.pk])
    choice = f"building:{supper.building_id}"

    gone = client.post(address, told(audience=choice))
    fewer = client.post(address, told(audience=choice, item_1="Torta", wanted_1="1"))
    more = client.post(address, told(audience=choice, item_1="Torta salata", wanted_1="3"))

    assert list(gone.context["form"].errors) == ["item_1"]
    assert list(fewer.context["form"].errors) == ["wanted_1"]
    assert more.status_code == 302
    assert supper.items.get().name == "Torta salata"


def test_it_goes_into_a_calendar_without_anybodys_name(client, supper, anna):
    supper.answer(by=anna)
    client.force_login(anna)

    file = client.get(reverse("community:gathering_calendar", args=[supper.pk])).content.decode()

    assert "SUMMARY:Cena in cortile" in file
    assert "Anna" not in file


def test_a_list_costs_the_same_with_many_gatherings(client, supper, anna):
    def cost():
        client.get(reverse("community:gatherings"))
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("community:gatherings"))
        return len(queries)

    client.force_login(anna)
    before = cost()
    for days in range(1, 12):
        gathering_in(days, building=supper.building).answer(by=anna)

    assert cost() == before
