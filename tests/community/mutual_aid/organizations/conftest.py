import pytest

from community.safety.models import Steward
from portal.testing.factories import BuildingFactory, OrganizationFactory
from tests.community.mutual_aid.members import member_of


@pytest.fixture
def house():
    return BuildingFactory()


@pytest.fixture
def union(house):
    """An organization that answers for mutual aid where the house stands, for years."""
    union = OrganizationFactory(name="Vicini di Casa")
    union.areas.add(house.municipality)
    Steward.objects.create(municipality=house.municipality, organization=union)
    return union


@pytest.fixture
def lucia(union):
    """Coordinates it."""
    return member_of(union, display_name="Lucia Conti", is_coordinator=True)
