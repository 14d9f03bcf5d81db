"""Who decides on requests to join."""

import pytest

from portal.testing.factories import OrganizationFactory, UserFactory


@pytest.fixture
def elena():
    return UserFactory(display_name="Elena", roles=["portal.caseworker"])


@pytest.fixture
def vicini():
    """An organization with a coordinator, `vicini.lucia`."""
    organization = OrganizationFactory(name="Vicini di Casa", accepts_volunteers=True)
    organization.lucia = UserFactory(display_name="Lucia")
    organization.add(organization.lucia, by=None, is_coordinator=True)
    return organization
