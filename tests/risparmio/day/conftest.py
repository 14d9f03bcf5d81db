import pytest
from django.core.cache import cache

from portal.testing.clients import Browser
from portal.testing.factories import UserFactory
from risparmio.testing import approver, caseworker, treasurer
from tests.portal.proof.browsers import step_up_now
from tests.risparmio import booked


@pytest.fixture(autouse=True)
def nothing_is_remembered():
    cache.clear()


@pytest.fixture
def bank():
    return booked.bank_account()


@pytest.fixture
def lucia():
    return treasurer(display_name="Lucia")


@pytest.fixture
def dora():
    return booked.auditor(display_name="Dora")


@pytest.fixture
def agreement():
    return booked.saver()


@pytest.fixture
def people(agreement, lucia, dora):
    """Whoever might come by."""
    tenant = agreement.household.members.get().person
    return {
        "treasurer": lucia,
        "approver": approver(),
        "auditor": dora,
        "caseworker": caseworker(),
        "tenant": tenant,
        "stranger": UserFactory(),
    }


@pytest.fixture
def signed_in():
    """`signed_in(person)`: a browser in which they have just proved anew who they are."""

    def browser_of(person):
        client = Browser()
        client.force_login(person)
        step_up_now(client)
        return client

    return browser_of
