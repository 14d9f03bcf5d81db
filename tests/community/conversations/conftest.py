import pytest

from community.conversations.models import Conversation
from manutenzione.testing import contractor, operator, ticket_in
from portal.testing.factories import tenant_of


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def desk():
    return operator(display_name="Olga Operatrice")


@pytest.fixture
def repairs():
    return contractor(display_name="Carlo Ripara")


@pytest.fixture
def ticket(desk, repairs):
    """Reported by somebody, taken on by the desk and given to somebody to repair."""
    ticket = ticket_in("triaged")
    ticket.assign(repairs, by=desk)
    return ticket


@pytest.fixture
def reporter(ticket):
    return ticket.reporter


@pytest.fixture
def neighbour(ticket):
    return tenant_of(ticket.building)


@pytest.fixture
def talk(ticket):
    return Conversation.about(ticket)
