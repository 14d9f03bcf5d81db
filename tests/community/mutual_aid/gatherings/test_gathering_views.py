"""The pages of gatherings, and what they do with what makes no sense."""

import uuid
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from community.mutual_aid.gatherings.models import Answer, Gathering
from community.mutual_aid.gatherings.workflow import NotNow
from community.mutual_aid.time_bank.models import HoursAccount
from community.testing import credited, gathering_in
from portal.events import history_of
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
    shown = BeautifulSoup(page(client.get(supper.get_absolute_url())), "html.parser")
    assert shown.select_one("[name=companions]")["max"] == "3"
    assert "3" in shown.select_one(f"#{shown.select_one('[name=companions]')['aria-describedby']}").get_text()

    answer = send(client, supper, "vengo", companions="9")

    field = BeautifulSoup(page(answer), "html.parser").select_one(".field:has([name=companions])")
    assert (answer.status_code, field.select_one("input")["value"]) == (422, "9")
    assert "3" in field.select_one(".field__errors").get_text()


def test_no_room_for_so_many_is_said_at_the_field(client, supper, anna):
    supper.answer(by=anna)
    Gathering.objects.update(seats=2)
    client.force_login(anna)

    answer = send(client, supper, "vengo", companions="2")

    field = BeautifulSoup(page(answer), "html.parser").select_one(".field:has([name=companions])")
    assert (answer.status_code, field.select_one("input")["value"]) == (409, "2")
    assert field.select(".field__errors")
    assert supper.answer_of(anna).companions == 0


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
    assert send(client, supper, "confermo", answer=answer.pk).status_code == 404
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
    page = client.get(reverse("community:gathering_new"), follow=True)
    choice = page.context["form"].fields["audience"].initial
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


@pytest.fixture
def day():
    """A shared day that is over: an organization ran it, three neighbours said that they come."""
    host, coordinator = OrganizationFactory(), UserFactory()
    day = gathering_in(3, credit=120, host=host, organizer=coordinator)
    host.add(coordinator, by=None, is_coordinator=True)
    for _number in range(3):
        day.answer(by=tenant_of(day.building))
    Gathering.objects.filter(pk=day.pk).update(
        starts_at=timezone.now() - timedelta(hours=5), ends_at=timezone.now() - timedelta(hours=1)
    )
    return day


def sheet(day, **changes):
    """What the screen sends where nothing but `changes` was touched."""
    told = {"minutes": "120", "listed": [answer.pk for answer in day.answers.all()]}
    for answer in day.answers.all():
        told |= {f"there_{answer.pk}": "on", f"minutes_{answer.pk}": ""}
    told |= changes
    return {name: value for name, value in told.items() if value is not None}


def balances(day):
    return [HoursAccount.of(answer.person).balance for answer in day.answers.order_by("pk")]


def test_the_hours_of_a_shared_day_are_booked_in_one_go_and_once(client, day):
    address = reverse("community:gathering_presence", args=[day.pk])
    first, second, third = day.answers.order_by("pk")
    client.force_login(day.organizer)
    form = client.get(address).context["form"]
    assert all(row["there"].value() for row in form.rows)
    assert form["minutes"].value() == 120
    told = sheet(day, **{f"there_{second.pk}": None, f"minutes_{third.pk}": "60"})

    for _time in range(2):
        answer = client.post(address, told)
        assert answer.url == reverse("community:gathering_receipt", args=[day.pk])
        assert balances(day) == [120, 0, 60]
    assert [e.kind for e in history_of(day)].count("community.gathering.credited") == 1

    # Put right afterwards: what was booked is taken back, and booked as it should be.
    client.post(address, {**told, f"minutes_{first.pk}": "30", f"there_{second.pk}": "on"})
    assert balances(day) == [30, 120, 60]


def test_a_coordinator_finds_the_sheet_at_home_until_all_is_noted(client, day):
    sheet_of_the_day = reverse("community:gathering_presence", args=[day.pk])
    client.force_login(day.organizer)
    assert sheet_of_the_day in page(client.get("/casa/"))

    client.post(sheet_of_the_day, sheet(day))
    assert sheet_of_the_day not in page(client.get("/casa/"))


def test_the_receipt_says_whose_account_was_full(client, day):
    full = day.answers.order_by("pk").first()
    for _time in range(2):
        credited(full.person, minutes=600)
    client.force_login(day.organizer)
    answer = client.post(reverse("community:gathering_presence", args=[day.pk]), sheet(day), follow=True)

    assert answer.context["over_the_limit"] == [full]
    assert answer.context["total"] == 360
    assert HoursAccount.pot().balance == 120
    client.force_login(full.person)
    assert "went to the common pot" in page(client.get(f"/en/aiuto/eventi/{day.pk}/"))


@pytest.mark.parametrize("minutes", ["-1", "0.2", "1e9", "45", "x", "99999"])
def test_hours_that_make_no_sense_are_said_at_the_field_and_nothing_is_booked(client, day, minutes):
    client.force_login(day.organizer)
    address = reverse("community:gathering_presence", args=[day.pk])
    answer = day.answers.first()

    for field in ("minutes", f"minutes_{answer.pk}"):
        refused = client.post(address, sheet(day, **{field: minutes}))
        assert refused.status_code == 422
        assert list(refused.context["form"].errors) == [field]
    assert balances(day) == [0, 0, 0]


def test_who_runs_the_day_gets_hours_from_somebody_elses_word(client, day):
    mine = Answer.objects.create(gathering=day, person=day.organizer, state="coming")
    client.force_login(day.organizer)
    client.post(reverse("community:gathering_presence", args=[day.pk]), sheet(day))
    assert HoursAccount.of(day.organizer).balance == 0

    second = UserFactory()
    day.host.add(second, by=None, is_coordinator=True)
    client.force_login(second)
    assert day in Gathering.objects.to_note(second)
    client.post(reverse("community:gathering_presence", args=[day.pk]), sheet(day))
    assert HoursAccount.of(day.organizer).balance == 120

    client.force_login(day.organizer)
    client.post(
        reverse("community:gathering_presence", args=[day.pk]), sheet(day, **{f"minutes_{mine.pk}": "480"})
    )
    assert HoursAccount.of(day.organizer).balance == 120


def test_before_it_begins_nobody_was_there(client, supper, anna):
    supper.answer(by=anna)
    client.force_login(supper.organizer)
    address = reverse("community:gathering_presence", args=[supper.pk])

    assert "<form" not in page(client.get(address)).split("<main")[1].split("</main")[0]
    assert client.post(address, sheet(supper)).status_code == 409
    client.force_login(anna)
    assert client.get(address).status_code == 404
    assert client.get(reverse("community:gathering_receipt", args=[supper.pk])).status_code == 404


def test_the_sheet_costs_the_same_with_many_people(client, day):
    def cost(name):
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse(f"community:{name}", args=[day.pk]))
        return len(queries)

    client.force_login(day.organizer)
    names = ("gathering_presence", "gathering_receipt", "gathering")
    for name in names:
        cost(name)
    before = [cost(name) for name in names]
    for _number in range(8):
        Answer.objects.create(gathering=day, person=tenant_of(day.building), state="coming")

    assert [cost(name) for name in names] == before
    assert max(before) <= 15


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


def test_no_hours_stay_no_hours_whoever_saves_or_confirms_again(client, day):
    address = reverse("community:gathering_presence", args=[day.pk])
    first = day.answers.order_by("pk").first()
    client.force_login(day.organizer)
    client.post(address, sheet(day, **{f"minutes_{first.pk}": "0"}))
    assert client.get(address).context["form"][f"minutes_{first.pk}"].value() == 0

    runner = tenant_of(day.building)
    Gathering.objects.filter(pk=day.pk).update(organizer=runner)
    client.force_login(runner)
    client.post(address, sheet(day))
    assert send(client, day, "confermo", answer=first.pk).status_code == 302
    first.refresh_from_db()
    first.attend(by=runner)
    assert balances(day) == [0, 120, 120]

    Answer.objects.filter(pk=first.pk).update(to_pot=True, credited=120)
    receipt = client.get(reverse("community:gathering_receipt", args=[day.pk]))
    assert receipt.context["over_the_limit"] == []
    assert "common pot" not in page(receipt)


def test_what_others_have_said_is_not_theirs_to_change(day):
    answer = day.answers.first()
    answer.miss(by=day.organizer)
    answer.attend(by=answer.person)
    assert (answer.state, answer.is_vouched) == ("missed", True)


def test_what_has_begun_is_not_changed_and_what_is_off_stays_off(client, day, supper):
    client.force_login(day.organizer)
    assert client.get(reverse("community:gathering_change", args=[day.pk])).status_code == 409

    Gathering.objects.get(pk=supper.pk).call_off(by=supper.organizer)
    with pytest.raises(NotNow):
        supper.change(by=supper.organizer, name="Un'altra cena")
    supper.refresh_from_db()
    assert (supper.is_off, supper.name) == (True, "Cena in cortile")


def test_nobody_fills_the_list_with_invitations(client, anna):
    answers = [new(client, anna, name=f"Cena {number}") for number in range(21)]

    assert [answer.status_code for answer in answers] == [302] * 20 + [422]
    assert answers[-1].context["form"]["name"].value() == "Cena 20"


def test_a_day_at_the_end_of_all_days_is_an_error_next_to_the_field(client, supper):
    client.force_login(supper.organizer)
    told = {"day": "9999-12-31", "begins": "23:00", "ends": "01:00", "name": "Cena", "occasion": "meal"}

    answer = client.post(reverse("community:gathering_new"), told)

    assert answer.status_code == 422
    assert "day" in answer.context["form"].errors


def test_whoever_coordinates_something_else_leaves_the_host_as_it_is(client):
    host, other, person = OrganizationFactory(), OrganizationFactory(), UserFactory()
    other.add(person, by=None, is_coordinator=True)
    gathering = gathering_in(3, host=host, organizer=person)
    page = reverse("community:gathering_change", args=[gathering.pk])
    client.force_login(person)
    form = client.get(page).context["form"]
    told = {name: form[name].value() for name in form.fields if form[name].value() is not None}

    assert client.post(page, {**told, "name": "Altro nome"}).status_code == 302

    gathering.refresh_from_db()
    assert (gathering.name, gathering.host) == ("Altro nome", host)
