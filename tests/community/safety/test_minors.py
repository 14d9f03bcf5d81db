"""Whoever is under 18 takes part once an adult of the household says yes, and until they do not any more."""

import pytest
from bs4 import BeautifulSoup
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from community.mutual_aid.things.words import LoanState
from community.safety.models import ParentalApproval
from community.safety.rules import needs_parent
from community.testing import gathering_in, loan_of, minor_of, post_by, shift_in, thing_of
from portal.events.models import Event
from portal.extensions import NotificationKind, find
from portal.testing.factories import BuildingFactory, UserFactory, adult_of, tenant_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def mother():
    return tenant_of(BuildingFactory())


@pytest.fixture
def son(mother):
    return minor_of(mother)


def test_a_minor_waits_for_a_parents_word(client, mother, son):
    assert needs_parent(son)
    assert not needs_parent(mother)
    client.force_login(mother)
    assert son.display_name in client.get(reverse("community:minors")).content.decode()

    client.post(reverse("community:minor_step", args=[son.pk, "give"]))
    assert not needs_parent(son)

    client.post(reverse("community:minor_step", args=[son.pk, "withdraw"]))
    assert needs_parent(son)
    client.post(reverse("community:minor_step", args=[son.pk, "give"]))
    assert not needs_parent(son)


def test_any_adult_of_the_household_withdraws_it(mother, son):
    father = adult_of(mother.household_memberships.get().household)
    ParentalApproval.give(son, by=mother)

    ParentalApproval.withdraw(son, by=father)

    assert needs_parent(son)


def test_it_ends_when_the_parent_leaves_the_household(mother, son):
    household = mother.household_memberships.get().household
    father = adult_of(household)
    ParentalApproval.give(son, by=mother)
    household.remove(mother, by=None)

    assert needs_parent(son)
    ParentalApproval.give(son, by=father)
    assert not needs_parent(son)


def test_a_minor_asks_at_home_and_the_adults_hear_once(client, mother, son):
    father = adult_of(mother.household_memberships.get().household)
    client.force_login(son)
    assert reverse("community:minor_ask") in client.get(reverse("community:minors")).content.decode()
    for _time in range(2):
        client.post(reverse("community:minor_ask"))
    assert reverse("community:minor_ask") not in client.get(reverse("community:minors")).content.decode()

    kind = find(NotificationKind, "community.approval.asked")
    event = Event.objects.get(kind=kind.key)
    assert set(kind.recipients(event)) == {mother, father}
    assert son.display_name not in kind.title(event)
    client.force_login(mother)
    assert client.post(reverse("community:minor_ask")).status_code == 404
    account = client.get(reverse("portal:account")).content.decode()
    assert reverse("community:minors") in account
    assert reverse("community:calendar_link") in account
    ParentalApproval.give(son, by=mother)
    with pytest.raises(PermissionDenied):
        ParentalApproval.ask(by=son)


def test_nobody_else_says_yes(client, mother, son):
    for person in (son, UserFactory(), tenant_of(BuildingFactory()), minor_of(mother)):
        with pytest.raises(PermissionDenied):
            ParentalApproval.give(son, by=person)
        client.force_login(person)
        assert client.post(reverse("community:minor_step", args=[son.pk, "give"])).status_code == 404
    assert needs_parent(son)


def test_a_minor_who_comes_of_age_needs_nobody(mother, son):
    son.household_memberships.update(is_adult=True)
    assert not needs_parent(son)


def test_where_a_minor_cannot_take_part_one_tap_asks_at_home_and_leads_back(client, mother, son):
    house = apps.get_model("portal", "Building").objects.home_of(mother).get()
    neighbour = tenant_of(house)
    pages = [
        f"/en{thing.get_absolute_url()}"
        for thing in (
            post_by(neighbour),
            thing_of(neighbour),
            shift_in(3, building=house),
            gathering_in(building=house),
        )
    ]
    for person, is_asked in ((son, True), (mother, False), (neighbour, False)):
        client.force_login(person)
        for page in [*pages, "/en/aiuto/cose/"]:
            found = BeautifulSoup(client.get(page).content, "html.parser").select_one("#ask-at-home")
            assert (found is not None) == is_asked, page

    client.force_login(son)
    form = BeautifulSoup(client.get(pages[0]).content, "html.parser").select_one("#ask-at-home form")
    answer = client.post(form["action"], {"next": form.select_one("[name=next]")["value"]})
    assert answer["Location"] == pages[0]
    assert BeautifulSoup(client.get(pages[1]).content, "html.parser").select_one("#ask-at-home form") is None
    elsewhere = client.post(form["action"], {"next": "https://example.org/"})
    assert elsewhere["Location"].endswith("/aiuto/ragazzi/")


def test_parents_see_what_their_child_has_borrowed_and_reserved_and_nobody_elses(client, mother, son):
    house = apps.get_model("portal", "Building").objects.home_of(mother).get()
    keeper = tenant_of(house)
    child_of_keeper = minor_of(keeper)
    loan_of(thing_of(keeper, name="Scala"), son, first=-3, last=-1, state=LoanState.PICKED_UP)
    loan_of(thing_of(keeper, name="Tenda"), son, first=2, last=3)
    loan_of(thing_of(keeper, name="Gioco"), son, first=-3, last=-1, state=LoanState.RETURNED)
    loan_of(thing_of(keeper, name="Torcia"), child_of_keeper)
    client.force_login(mother)

    page = BeautifulSoup(client.get("/en/aiuto/ragazzi/").content, "html.parser").select_one("main .whole")

    assert [line.get_text() for line in page.select("strong")] == ["Scala", "Tenda"]
    assert page.select_one(".badge--danger") is not None
