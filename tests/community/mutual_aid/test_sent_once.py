"""A form that a phone sends twice, or that somebody else has forged: plans of shifts and invitations alike."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone, translation

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
        "item_1": "Torta",
    }


KINDS = pytest.mark.parametrize(
    ("model", "address", "words"),
    [(ShiftPlan, "shift_plan_new", plan), (Gathering, "gathering_new", invitation)],
)


@pytest.fixture
def send(client):
    def send(person, address, **told):
        client.force_login(person)
        page = client.get(reverse(f"community:{address}"))
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
def test_back_and_send_again_is_published_once_and_said(send, model, address, words):
    """The page that "Back" shows is drawn anew, with another id in it."""
    person = coordinator()
    send(person, address, **words())

    with translation.override("en"):
        answer = send(person, address, **words())

    assert model.objects.count() == 1
    assert answer.redirect_chain
    assert [message.level_tag for message in answer.context["messages"]] == ["info"]


@KINDS
@pytest.mark.parametrize("same_id", [True, False])
def test_other_words_in_a_form_that_was_sent_are_not_lost_without_a_word(
    send, model, address, words, same_id
):
    person, told = coordinator(), words()
    send(person, address, **told)
    again = told if same_id else words()

    answer = send(person, address, **{**again, "text": "Con un testo."})

    assert answer.status_code == 422
    assert told["name"] in str(answer.context["form"].non_field_errors())
    assert model.objects.get().text == ""


@KINDS
def test_the_same_at_another_time_is_another(send, model, address, words):
    person = coordinator()
    send(person, address, **words())
    later = {"starts_at": "18:00"} if model is ShiftPlan else {"begins": "17:00"}

    send(person, address, **{**words(), **later})

    assert model.objects.count() == 2
