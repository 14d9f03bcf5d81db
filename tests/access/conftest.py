import pytest

from tests.harness import templates
from tests.harness.database import _pointed_at

from .world import World


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """The demo, on a copy of its own; requests are asked through `world.ask`, which takes back what they change."""
    with templates.copied("demo") as copy, _pointed_at(copy, django_db_blocker), django_db_blocker.unblock():
        yield World()
