"""Whoever is under 18 takes part once an adult of the household says yes, and until they do not any more."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from community.safety.models import ParentalApproval
from community.safety.rules import needs_parent
from community.testing import minor_of
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
