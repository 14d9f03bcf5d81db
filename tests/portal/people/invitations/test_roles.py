"""A letter opens an account whole: into those that hold a role only an administrator lets in."""

import uuid

import pytest
from django.core.exceptions import PermissionDenied

from portal.people.invitations.models import Invitation
from portal.testing.factories import UserFactory
from tests.portal.people.doors import who
from tests.portal.proof.browsers import app_of, step_up_now

from .letters import come_in, letter_for, newcomer, scan

pytestmark = pytest.mark.django_db

ROLES = ["portal.caseworker", "portal.auditor", "portal.administrator", "community.mediator"]


@pytest.fixture
def elena():
    return UserFactory(display_name="Elena", roles=["portal.caseworker"])


@pytest.fixture
def marta():
    return UserFactory(display_name="Marta", roles=["portal.administrator"])


@pytest.fixture(params=ROLES)
def colleague(request):
    """Somebody of the agency who lives in one of its homes and has not signed in yet."""
    person = newcomer(display_name="Paolo Neri")
    person.give_role(request.param, by=None)
    return person


def signed_in(client, person):
    client.force_login(person)
    step_up_now(client)
    return client


def test_a_caseworker_makes_no_letter_for_them(client, elena, colleague):
    with pytest.raises(PermissionDenied):
        letter_for(colleague, by=elena)
    desk = signed_in(client, elena)
    path = f"/persone/inviti/{colleague.pk}/lettera/"

    assert desk.get(path).status_code == 404
    assert desk.post(path, {"client_id": uuid.uuid4()}).status_code == 404
    several = desk.post("/persone/inviti/lettere/", {"client_id": uuid.uuid4(), "person": [colleague.pk]})
    assert several.status_code == 422
    assert "Paolo Neri" not in desk.get("/persone/inviti/").content.decode()
    assert not Invitation.objects.exists()


def test_an_administrator_does(client, marta, colleague):
    desk = signed_in(client, marta)
    assert "Paolo Neri" in desk.get("/persone/inviti/").content.decode()
    _letter, code = letter_for(colleague, by=marta)
    phone = type(client)()
    come_in(phone, code)
    assert who(phone) == colleague.pk


@pytest.mark.parametrize("role", ROLES)
def test_a_letter_from_before_the_role_is_worth_nothing(client, elena, marta, role):
    paolo = newcomer(display_name="Paolo Neri")
    letter, code = letter_for(paolo, by=elena)
    scan(client, code)  # and somebody has begun to come in with it
    paolo.give_role(role, by=marta)
    app_of(paolo)
    come_in(client, code)

    assert who(client) is None
    letter.refresh_from_db()
    assert letter.revoked_at
    assert paolo.authenticator_set.exists()
