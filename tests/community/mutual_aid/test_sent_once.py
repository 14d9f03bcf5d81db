"""A form that a phone sends twice, or that somebody else has forged: plans of shifts and invitations alike."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from community.mutual_aid.gatherings.models import Gathering
from community.mutual_aid.shifts.models import ShiftPlan
from portal.testing.factories import BuildingFactory, OrganizationFactory, UserFactory

pytestmark = pytest.mark.django_db


def coordinator():
    host, person = OrganizationFactory(), UserFactory()
    host.areas.add(BuildingFactory().municipality)
    host.add(person, by=None, is_coordinator=True)
    return person


def plan():
    return {
        "client_id": str(uuid.uuid4()),
        "name": "Doposcuola",
        "work": "after_school",
        "weekdays": ["0"],
        "starts_at": "16:30",
        "minutes": "90",
        "first_day": timezone.localdate().isoformat(),
        "task_1": "Aiuta",
        "people_1": "3",
    }


def invitation():
    return {
        "client_id": str(uuid.uuid4()),
        "name": "Merenda",
        "occasion": "meal",
        "day": (timezone.localdate() + timedelta(days=3)).isoformat(),
        "begins": "16:30",
        "ends": "18:30",
        "place": "Cortile",
        "companions": "0",
        "item_1": "Torta",
        "wanted_1": "1",
    }


KINDS = pytest.mark.parametrize(
    ("model", "address", "words"),
    [(ShiftPlan, "shift_plan_new", plan), (Gathering, "gathering_new", invitation)],
)


@pytest.fixture
def send(client):
    def send(person, address, **told):
        client.force_login(person)
        page = client.get(reverse(f"community:{address}"), follow=True)
        choice = page.context["form"].fields["audience"].initial
        return client.post(reverse(f"community:{address}"), {"audience": choice, **told}, follow=True)

    return send


@KINDS
def test_an_id_that_is_anothers_leads_to_nothing_of_theirs(send, model, address, words):
    send(coordinator(), address, **{**words(), "name": "Cosa di Anna"})
    theirs = model.objects.get()

    answer = send(coordinator(), address, **{**words(), "client_id": str(theirs.client_id)})

    assert answer.status_code == 422
    assert answer.context["form"].non_field_errors()
    assert "Cosa di Anna" not in answer.content.decode()
    assert answer.context["form"]["client_id"].value() != str(theirs.client_id)
    assert model.objects.count() == 1


@KINDS
def test_whoever_goes_back_to_the_form_finds_what_came_of_it(client, send, model, address, words):
    """Without JavaScript: the address names the form, so that the browser's "Back" asks for the same one."""
    person = coordinator()
    client.force_login(person)
    form = client.get(reverse(f"community:{address}")).url
    shown = client.get(form).context["form"]
    told = {**words(), "client_id": shown["client_id"].value()}
    assert told["client_id"] in form

    first = send(person, address, **told)
    again = send(person, address, **told)
    back = client.get(form, follow=True)

    assert model.objects.count() == 1
    assert first.redirect_chain == again.redirect_chain == back.redirect_chain
    assert [message.level_tag for message in back.context["messages"]] == ["info"]


@KINDS
def test_other_words_in_a_form_that_was_sent_are_not_lost_without_a_word(send, model, address, words):
    person, told = coordinator(), words()
    send(person, address, **told)

    answer = send(person, address, **{**told, "text": "Con un testo."})

    shown = answer.context["form"]
    assert answer.status_code == 422
    assert told["name"] in str(shown.non_field_errors())
    assert model.objects.get().text == ""
    # Whoever means another one sends it again as it is.
    send(person, address, **{**told, "text": "Con un testo.", "client_id": shown["client_id"].value()})
    assert model.objects.count() == 2


CHANGED = pytest.mark.parametrize(
    ("model", "address", "words", "change"),
    [
        (ShiftPlan, "shift_plan_new", plan, "shift_plan"),
        (Gathering, "gathering_new", invitation, "gathering_change"),
    ],
)


@pytest.fixture
def tab(client, send):
    """A tab in which the form of something published lies open; sent, it gives the form that comes back."""

    def tab(row, change):
        page = reverse(f"community:{change}", args=[row.pk])
        shown = client.get(page).context["form"]

        def press(**told):
            nonlocal shown
            sent = {bound.html_name: _lies_there(bound) for bound in shown}
            answer = client.post(f"/en{page}", {**sent, **told})
            shown = answer.context["form"] if answer.context else None
            row.refresh_from_db()
            return shown

        return press

    return tab


def _lies_there(bound):
    value = bound.value()
    return "" if value is None or value is False else value


@CHANGED
def test_two_tabs_that_change_the_same_lose_nothing(send, tab, model, address, words, change):
    send(coordinator(), address, **words())
    row = model.objects.get()
    first, second = tab(row, change), tab(row, change)

    first(name="Altro nome")
    late = second(text="Dall'altra scheda")

    assert (row.name, row.text) == ("Altro nome", "")
    assert late.errors.keys() == {"__all__"}  # nobody has changed the same
    assert (late["name"].value(), late["text"].value()) == ("Altro nome", "Dall'altra scheda")
    assert second() is None
    assert (row.name, row.text) == ("Altro nome", "Dall'altra scheda")


@CHANGED
def test_what_both_tabs_have_changed_is_said_next_to_its_field(send, tab, model, address, words, change):
    send(coordinator(), address, **words())
    row = model.objects.get()
    first, second = tab(row, change), tab(row, change)

    first(name="Altro nome", text="Insieme")
    late = second(name="Ancora un altro", text="Insieme")

    assert late.errors.keys() == {"__all__", "name"}
    assert "Altro nome" in str(late.errors["name"])
    second()
    assert row.name == "Ancora un altro"


@CHANGED
@pytest.mark.parametrize("shown", ["", "null", "[" * 50_000, '{"weekdays": 1.5, "day": {}, "first_day": []}'])
def test_a_form_that_does_not_say_what_it_showed_tells_all_that_it_would_write_over(
    send, tab, model, address, words, change, shown
):
    send(coordinator(), address, **words())
    row = model.objects.get()
    first, second = tab(row, change), tab(row, change)

    first(name="Altro nome")
    late = second(text="Dall'altra scheda", shown=shown)

    assert late.errors.keys() == {"__all__", "name", "text"}
    assert late["text"].value() == "Dall'altra scheda"


def test_how_many_of_a_thing_stays_with_that_thing(send, tab):
    send(coordinator(), "gathering_new", **{**invitation(), "item_2": "Piatti", "wanted_2": "1"})
    row = Gathering.objects.get()
    first, second = tab(row, "gathering_change"), tab(row, "gathering_change")

    first(item_1="Piatti", item_2="", wanted_2="")
    late = second(wanted_1="5")

    assert late.errors.keys() == {"__all__", "item_1", "wanted_1"}
    assert (late["item_1"].value(), late["item_2"].value()) == ("Torta", "")


def test_a_task_that_the_other_tab_has_added_stays(send, tab):
    send(coordinator(), "shift_plan_new", **plan())
    row = ShiftPlan.objects.get()
    first, second = tab(row, "shift_plan"), tab(row, "shift_plan")

    first(task_2="Apre", people_2="1", weekdays=["0", "2"], last_day="2099-01-31")
    late = second(people_1="4")
    assert late.errors.keys() == {"__all__"}
    second()

    assert list(row.roles.values_list("name", "places")) == [("Aiuta", 4), ("Apre", 1)]
    assert (row.weekdays, str(row.last_day)) == (0b101, "2099-01-31")


def test_a_plan_that_was_ended_while_its_form_was_open_stays_ended(client, send):
    person, told = coordinator(), plan()
    send(person, "shift_plan_new", **told)
    row = ShiftPlan.objects.get()
    page = reverse("community:shift_plan", args=[row.pk])
    told |= {"audience": row.audience_key, "seen": client.get(page).context["form"]["seen"].value()}
    row.end(by=person)

    for _time in range(2):
        answer = client.post(page, told)
        assert (answer.status_code, bool(answer.context["form"].non_field_errors())) == (422, True)
        told["seen"] = answer.context["form"]["seen"].value()

    row.refresh_from_db()
    assert row.last_day == timezone.localdate()
    assert not row.shifts.filter(day__gt=row.last_day, cancelled_at=None).exists()


@KINDS
def test_the_same_at_another_time_is_another(send, model, address, words):
    person = coordinator()
    send(person, address, **words())
    later = {"starts_at": "18:00"} if model is ShiftPlan else {"begins": "17:00"}

    send(person, address, **{**words(), **later})

    assert model.objects.count() == 2


def test_what_stands_there_now_is_said_as_the_form_shows_it(send, tab):
    send(coordinator(), "shift_plan_new", **plan())
    row = ShiftPlan.objects.get()
    first, second = tab(row, "shift_plan"), tab(row, "shift_plan")
    first(name="Compiti", weekdays=["1", "4"], minutes="60", starts_at="17:00", last_day="2099-01-31")

    late = second(name="Altro", weekdays=["2"], minutes="30", starts_at="18:00", last_day="2098-01-31")

    said = {name: str(error[0]) for name, error in late.errors.items() if name != "__all__"}
    assert said == {
        "name": "Now it says here: \u2068Compiti\u2069",
        "weekdays": "Now it says here: Tue, Fri",
        "starts_at": "Now it says here: \u206817:00\u2069",
        "minutes": "Now it says here: 1 hour",
        "last_day": "Now it says here: \u206831 January 2099\u2069",
    }


@CHANGED
def test_few_fields_stand_open_and_each_has_a_name_of_its_own(client, send, model, address, words, change):
    person = coordinator()
    client.force_login(person)
    shown = client.get(reverse(f"community:{address}"), follow=True).context["form"]
    names = [str(bound.label) for bound in shown.visible_fields()]
    assert len(names) == len(set(names))
    assert shown.folded_fields
    assert not shown.is_unfolded
    # Whoever coordinates one organization speaks for it, until they say otherwise.
    assert shown["host"].value() == person.organization_memberships.get().organization_id

    last = {bound.name: "2" for bound in shown.folded_fields if bound.name.startswith(("people", "wanted"))}
    wrong = send(person, address, **{**words(), **last})
    assert wrong.context["form"].is_unfolded
    send(person, address, **words())
    row = model.objects.get()
    assert row.host is None
    kept = client.get(reverse(f"community:{change}", args=[row.pk])).context["form"]
    assert kept["host"].value() is None
