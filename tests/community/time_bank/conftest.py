import pytest

from community.safety.models import Steward
from portal.testing.factories import BuildingFactory, OrganizationFactory, UserFactory, tenant_of


@pytest.fixture
def house():
    return BuildingFactory()


@pytest.fixture
def anna(house):
    return tenant_of(house)


@pytest.fixture
def bruno(house):
    return tenant_of(house)


@pytest.fixture
def parish(house):
    """An organization that works where the house stands, and answers for mutual aid there."""
    parish = OrganizationFactory(name="Parrocchia")
    parish.areas.add(house.municipality)
    Steward.objects.create(municipality=house.municipality, organization=parish)
    return parish


@pytest.fixture
def carla(parish):
    """Coordinates the parish."""
    carla = UserFactory()
    parish.add(carla, by=None, is_coordinator=True)
    return carla
