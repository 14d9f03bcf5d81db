"""Verbs of the staff that open accounts ask for a fresh proof, and whoever was typing meanwhile loses nothing."""

import html
import re
import uuid
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from portal.people.invitations.models import Invitation
from portal.people.models import Household
from portal.testing.factories import UserFactory
from tests.portal.proof.browsers import forget, step_up_now

from .invitations.letters import newcomer

pytestmark = pytest.mark.django_db

CSV = "famiglia,nome,lingua\nFamiglia Riva,Anna Riva,it\n"


@pytest.fixture
def marta(client):
    """Signed in some hours ago."""
    person = UserFactory(display_name="Marta Colombo", roles=["portal.administrator"])
    client.force_login(person)
    forget(client, "portal_step_up_until")
    return person


@pytest.fixture
def samira():
    return newcomer(display_name="Samira Haddad", email="samira@abitare.example")


def asks_once_more(response):
    return response.status_code == 302 and "/account/conferma/?next=" in response.headers["Location"]


def kept_on(response):
    """What the page sends once more."""
    found = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', response.content.decode())
    return {name: html.unescape(value) for name, value in found if name != "csrfmiddlewaretoken"}


def pages(person):
    return {
        "the register": f"/admin/people/edit/{person.pk}/",
        "roles": f"/persone/{person.pk}/ruoli/",
        "a letter": f"/persone/inviti/{person.pk}/lettera/",
        "a list": "/persone/famiglie/importa/",
        "a household": "/persone/famiglie/nuova/",
        "a new entry of the register": "/admin/people/new/",
    }


PAGES = ["the register", "roles", "a letter", "a list", "a household", "a new entry of the register"]


@pytest.mark.parametrize("page", PAGES)
def test_it_is_asked_before_anything_is_shown(client, marta, samira, page):
    assert asks_once_more(client.get(pages(samira)[page]))
    step_up_now(client)
    assert client.get(pages(samira)[page]).status_code == 200


def test_what_is_missing_is_missing_before_any_question(client, marta):
    for path in ("/persone/999999/ruoli/", "/persone/inviti/999999/lettera/", "/admin/people/edit/999999/"):
        assert client.get(path).status_code == 404
        assert client.post(path, {"x": "y"}).status_code == 404
    client.force_login(UserFactory(roles=["portal.editor"]))
    for path in ("/persone/famiglie/importa/", "/persone/inviti/lettere/"):
        assert client.post(path, {"x": "y"}).status_code == 404


def test_an_address_that_was_typed_meanwhile_arrives_after_the_proof(client, marta, samira):
    step_up_now(client)
    path = pages(samira)["the register"]
    client.post(path, {"why": "correct"})
    typed = {
        "display_name": 'Samira "Sam" <Haddad>', "email": "new@abitare.example", "phone": "", "contact_phone": "",
        "language": "ar", "is_active": "on",
    }  # fmt: skip
    forget(client, "portal_step_up_until")

    held = client.post(path, typed)

    assert held.status_code == 403
    assert "no-store" in held.headers["Cache-Control"]
    assert kept_on(held) == typed
    samira.refresh_from_db()
    assert samira.email == "samira@abitare.example"
    # Sent too early it is held again; after the proof it goes through.
    assert kept_on(client.post(path, typed)) == typed
    step_up_now(client)
    client.post(path, kept_on(held) | {"display_name": "Samira Haddad"})
    samira.refresh_from_db()
    assert (samira.email, samira.language) == ("new@abitare.example", "ar")


@pytest.mark.parametrize("action", ["give", "take"])
def test_a_role_is_neither_given_nor_taken_by_who_holds_the_phone(client, marta, samira, action):
    if action == "take":
        samira.give_role("portal.editor", by=None)
    before = samira.has_role("portal.editor")

    held = client.post(pages(samira)["roles"], {"role": "portal.editor", "action": action})

    assert held.status_code == 403
    assert type(samira).objects.get(pk=samira.pk).has_role("portal.editor") is before
    step_up_now(client)
    client.post(pages(samira)["roles"], kept_on(held))
    assert type(samira).objects.get(pk=samira.pk).has_role("portal.editor") is not before


@pytest.mark.parametrize("path", ["one", "many"])
def test_no_letter_is_made(client, marta, samira, path):
    address = pages(samira)["a letter"] if path == "one" else "/persone/inviti/lettere/"

    held = client.post(address, {"client_id": uuid.uuid4(), "person": samira.pk})

    assert held.status_code == 403
    assert not Invitation.objects.exists()
    step_up_now(client)
    assert client.post(address, kept_on(held)).status_code == 200
    assert Invitation.objects.get().person == samira


def test_a_file_cannot_be_sent_again_and_whoever_chose_it_reads_so(client, marta):
    address = "/en/persone/famiglie/importa/"

    held = client.post(address, {"file": SimpleUploadedFile("list.csv", CSV.encode(), "text/csv")})
    asked = client.get(held.headers["Location"])

    assert asks_once_more(asked)
    [back] = parse_qs(urlsplit(asked.headers["Location"]).query)["next"]
    step_up_now(client)
    page = client.get(back)
    assert page.status_code == 200
    assert b"choose the file again" in page.content
    assert b"choose the file again" not in client.get(address).content
    assert not Household.objects.filter(name="Famiglia Riva").exists()


def test_a_list_that_was_looked_at_is_confirmed_after_the_proof(client, marta):
    held = client.post("/persone/famiglie/importa/", {"client_id": uuid.uuid4(), "list": CSV})

    assert held.status_code == 403
    assert kept_on(held)["list"] == CSV
    assert not Household.objects.filter(name="Famiglia Riva").exists()
