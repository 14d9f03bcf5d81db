import pytest

from .world import World


@pytest.fixture(scope="module")
def world(demo_db):
    """The demo; requests are asked through `world.ask`, which takes back what they change."""
    return World()
