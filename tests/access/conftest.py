import pytest

from tests.harness.database import demo

from .world import World


# One for all modules here: what one has asked, another need not ask again.
@pytest.fixture(scope="package")
def world(django_db_setup, django_db_blocker):
    """The demo; requests are asked through `world.ask`, which takes back what they change."""
    with demo(django_db_blocker):
        yield World()
