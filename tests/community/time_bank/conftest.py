import pytest

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
    """An organization that works where the house stands."""
    parish = OrganizationFactory(name="Parrocchia")
    parish.areas.add(house.municipality)
    return parish


@pytest.fixture
def carla(parish):
    """Coordinates the parish."""
    carla = UserFactory()
    parish.add(carla, by=None, is_coordinator=True)
    return carla
