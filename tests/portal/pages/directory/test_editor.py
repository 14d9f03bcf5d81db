"""An editor writes a resource with its places and hours, and is told what cannot be."""

import pytest
from bs4 import BeautifulSoup
from wagtail.test.utils.form_data import inline_formset, nested_form_data, streamfield

from portal.pages.directory.models import ResourcePage
from portal.testing.factories import UserFactory

from .house import directory, in_english, place, provider, resource

pytestmark = pytest.mark.django_db


@pytest.fixture
def paola(client):
    # Editors hand it in; what is tested here is what goes out.
    person = UserFactory(roles=["portal.editor", "portal.administrator"])
    client.force_login(person)
    return person


def hours(days, opens, closes, weeks=()) -> dict:
    return {
        "days": tuple(days), "weeks": weeks, "opens": opens, "closes": closes, "valid_from": "", "valid_to": "",
    }  # fmt: skip


def form(*rows, **fields) -> dict:
    """What the editor's form sends for a resource at one place with those hours."""
    there = {
        "place": place().pk, "phone": "", "note_0": "", "note_1": "", "note_2": "", "hours": inline_formset(rows),
    }  # fmt: skip
    return nested_form_data(
        {
            "title": "Pacco", "slug": "pacco", "search_description": "Cibo", "body": streamfield([]), "who": "",
            "how": "", "cost_note": "", "documents": "", "provider": provider().pk, "status": "active",
            "needs": ("food",), "languages": ("it", "ar"), "cost": "free", "age_from": "", "age_to": "",
            "municipalities": (), "assured_on": "2026-01-10", "places": inline_formset([there]),
            "comments": inline_formset([]), "action-publish": "action-publish", **fields,
        }
    )  # fmt: skip


def send(client, data, parent=None):
    parent = parent or directory()
    return client.post(f"/admin/pages/add/portal/resourcepage/{parent.pk}/", data)


def test_a_resource_is_published_with_its_hours(client, paola):
    answer = send(client, form(hours("02", "09:00", "12:30"), hours("4", "22:00", "02:00")))
    assert answer.status_code == 302
    page = ResourcePage.objects.listed().get()
    assert (page.needs, page.languages) == (["food"], ["it", "ar"])
    assert [(row.days, str(row.opens)) for row in page.places.get().hours.all()] == [
        (["0", "2"], "09:00:00"),
        (["4"], "22:00:00"),
    ]


def test_hours_of_given_weeks_stand_beside_those_of_others(client, paola):
    first, second = hours("0", "09:00", "12:00", ("1", "3")), hours("0", "10:00", "13:00", ("2", "-1"))
    assert send(client, form(first, second)).status_code == 302
    page = ResourcePage.objects.listed().get()
    assert [row.weeks for row in page.places.get().hours.all()] == [["1", "3"], ["2", "-1"]]
    # A draft keeps them.
    (again,) = page.save_revision().as_object().places.all()
    assert [row.weeks for row in again.hours.all()] == [["1", "3"], ["2", "-1"]]


@pytest.mark.parametrize(
    "rows",
    [
        [hours("0", "09:00", "09:00")],
        [hours("0", "09:00", "12:00"), hours("01", "11:00", "13:00")],
        [hours("0", "22:00", "02:00"), hours("1", "01:00", "03:00")],
        [hours("", "09:00", "12:00")],
        [hours("0", "09:00", "12:00", ("1", "3")), hours("0", "11:00", "13:00", ("3",))],
        [hours("0", "09:00", "12:00", ("5",))],
    ],
    ids=["empty", "meet", "meet after midnight", "no day", "meet once a month", "a fifth week"],
)
def test_hours_that_cannot_be_are_told_and_nothing_is_published(client, paola, rows):
    answer = send(client, form(*rows))
    assert answer.status_code == 200
    assert not ResourcePage.objects.exists()
    assert BeautifulSoup(answer.content, "html.parser").select(".error-message")


def test_a_resource_does_not_begin_as_a_translation(client, paola):
    assert send(client, form(), directory("en")).status_code == 200
    assert not ResourcePage.objects.exists()


def test_a_translation_has_words_and_no_facts_to_fill_in(client, paola):
    english = in_english(resource("Pacco"), "Parcel")
    page = BeautifulSoup(client.get(f"/admin/pages/{english.pk}/edit/").content, "html.parser")
    assert page.select_one("[name=who]")
    assert not page.select("[name=provider], [name^=places]")
