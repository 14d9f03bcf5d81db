import pytest

from community.testing import mediation_coordinator, mediation_in, mediator
from portal.testing.factories import UserFactory


@pytest.fixture(autouse=True)
def keys_folder(settings, tmp_path):
    settings.PORTAL_KEYS = tmp_path / "keys"
    return settings.PORTAL_KEYS


@pytest.fixture
def amal():
    """Who asks."""
    return UserFactory(display_name="Amal")


@pytest.fixture
def bruno():
    """The other side."""
    return UserFactory(display_name="Bruno")


@pytest.fixture
def marta():
    """The mediator."""
    return mediator(display_name="Marta")


@pytest.fixture
def carla():
    """Who coordinates the mediators."""
    return mediation_coordinator(display_name="Carla")


@pytest.fixture
def case_in(amal, bruno, marta, carla):
    """`case_in("mediating")`: a case of theirs in that state."""
    return lambda state, **told: mediation_in(
        state, first=amal, other=bruno, by=marta, coordinator=carla, **told
    )
