"""For whom the desk has to print: who has neither address nor phone, and whose paper has run out."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from portal.people.papers.cards import without_a_paper
from portal.people.papers.models import SignInSheet
from portal.proof import changes
from portal.testing.factories import UserFactory
from tests.portal.people.invitations.letters import come_in, letter_for, newcomer

pytestmark = pytest.mark.django_db


@pytest.fixture
def carmela():
    """In by a letter, with "the desk prints codes"."""
    return UserFactory(display_name="Carmela Russo", email=None, last_login=timezone.now())


def printed(person, by):
    return SignInSheet.print_for(person, by=by, client_id=uuid.uuid4())


def test_whoever_chose_the_desk_at_the_first_sign_in_is_on_its_list(client, elena):
    person = newcomer(display_name="Nadia Salem")
    come_in(type(client)(), letter_for(person)[1])

    client.force_login(elena)
    for page in (reverse("portal:day"), "/persone/fogli/"):
        told = client.get(page).content.decode()
        assert "Nadia Salem" in told
        assert f"/persone/{person.pk}/foglio/" in told


def test_a_good_paper_takes_her_off_it_until_it_has_run_out(elena, carmela):
    assert list(without_a_paper()) == [carmela]
    sheet, codes = printed(carmela, elena)
    assert list(without_a_paper()) == []

    for code in codes:
        sheet.open_with(code)
    assert list(without_a_paper()) == [carmela], "all codes are used"

    sheet, _codes = printed(carmela, elena)
    SignInSheet.objects.filter(pk=sheet.pk).update(valid_until=timezone.now() - timedelta(minutes=1))
    assert list(without_a_paper()) == [carmela], "too old"

    sheet, _codes = printed(carmela, elena)
    sheet.revoke(by=elena)
    assert list(without_a_paper()) == [carmela], "lost"


@pytest.mark.parametrize(
    "fields",
    [
        {"email": "carmela@abitare.example"},
        {"phone": "+390200000777"},
        {"last_login": None},
        {"is_active": False},
        {"roles": ["portal.editor"]},
    ],
    ids=["an address", "a phone", "never in", "closed", "a role"],
)
def test_who_is_not_on_it(fields):
    UserFactory(**{"email": None, "last_login": timezone.now(), **fields})

    assert not without_a_paper().exists()


def test_a_passkey_is_a_way_in(carmela):
    changes.add_passkey(carmela, name="Telefono", credential={"id": "x"})

    assert not without_a_paper().exists()


@pytest.mark.parametrize("role", [None, "portal.editor", "portal.auditor"])
def test_nobody_else_reads_the_list(client, carmela, role):
    client.force_login(UserFactory(roles=[role] if role else []))

    assert "Carmela Russo" not in client.get(reverse("portal:day")).content.decode()
    assert client.get("/persone/fogli/").status_code == 404


def test_a_long_list_comes_page_by_page(client, elena):
    for number in range(30):
        UserFactory(display_name=f"Persona {number:02}", email=None, last_login=timezone.now())
    client.force_login(elena)

    first, second = (client.get(f"/persone/fogli/?page={page}").content.decode() for page in (1, 2))
    assert "Persona 00" in first
    assert "Persona 29" in second
    assert "Persona 29" not in first
    assert client.get("/persone/fogli/?page=x").status_code == 200
    assert "Persona 05" not in client.get(reverse("portal:day")).content.decode()
