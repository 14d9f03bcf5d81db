import pytest

from portal.testing.factories import UserFactory


@pytest.fixture
def paola(client):
    """An editor, at the client's screen."""
    person = UserFactory(roles=["portal.editor"])
    client.force_login(person)
    return person
