import pytest

from community.testing import thing_of
from portal.testing.factories import BuildingFactory, tenant_of


@pytest.fixture
def building():
    return BuildingFactory()


@pytest.fixture
def keeper(building):
    return tenant_of(building, display_name="Carla Custode")


@pytest.fixture
def borrower(building):
    return tenant_of(building, display_name="Paolo Prestito")


@pytest.fixture
def neighbour(building):
    return tenant_of(building, display_name="Nora Vicina")


@pytest.fixture
def drill(keeper):
    return thing_of(keeper)
