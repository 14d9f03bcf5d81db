"""How somebody signs in: seen by them, changed after a fresh proof, told to them, never less than a role needs."""

import json
import re

import pytest
from allauth.mfa.models import Authenticator

from portal.access.second_factor import PROVED_BY
from portal.events.models import Event
from portal.notifications.models import Notification
from portal.proof import changes
from portal.proof.means import Means
from portal.proof.privacy import erase_factors, export_factors
from portal.testing.factories import UserFactory
from tests.portal.people.doors import PASSWORD

from .browsers import app_of, forget, paper_codes_of, prove_now, shown_by, sign_in_long_ago, step_up_now
from .soft_passkeys import SoftPasskey
from .test_second_step import GARBAGE, NAMES

pytestmark = pytest.mark.django_db

PAGE = "/account/accesso/"


@pytest.fixture
def anna():
    return UserFactory(email="anna@abitare.example", password=PASSWORD)


@pytest.fixture
def phone(client, anna):
    """Hers, and she has just proved that it is she."""
    sign_in_long_ago(client, anna)
    step_up_now(client)
    return client


def passkey_of(person, name="Laptop"):
    """A passkey that was added some time ago."""
    asked = {"publicKey": {"user": {"id": ""}, "rp": {"id": "localhost"}, "challenge": ""}}
    return changes.add_passkey(person, name=name, credential=json.loads(SoftPasskey().create(asked)))


def kinds_of(person):
    return [event.kind for event in Event.objects.filter(object_id=str(person.pk)).order_by("pk")]


def secret_on(page):
    return re.search(r'<code dir="ltr">([A-Z2-7 ]+)</code>', page.content.decode())[1].replace(" ", "")


NUMBER = "+390200000115"


@pytest.mark.parametrize(
    ("reached", "sender", "said", "offered"),
    [
        ({"phone": NUMBER}, True, "by text message to", ["email"]),
        ({"email": "anna@abitare.example"}, True, "anna@abitare.example", ["phone"]),
        ({"email": "anna@abitare.example", "phone": NUMBER}, True, "by text message to", []),
        ({}, True, "and no phone that is yours alone", ["email", "phone"]),
        ({"contact_phone": NUMBER}, True, "and no phone that is yours alone", ["email", "phone"]),
        ({"phone": NUMBER}, False, "we have no e-mail address of yours.", ["email"]),
        ({"email": "anna@abitare.example"}, False, "anna@abitare.example", []),
    ],
    ids=["phone", "e-mail", "both", "paper alone", "a family's phone", "no text messages", "e-mail alone"],
)
def test_with_a_code_says_where_it_goes_or_what_is_missing(client, settings, reached, sender, said, offered):
    settings.PORTAL_SMS_SENDER = settings.PORTAL_SMS_SENDER if sender else ""
    client.force_login(UserFactory(**{"email": None, **reached}))
    main = client.get(f"/en{PAGE}").content.decode().split("<main")[1]
    section = main.split("<h2>With a code</h2>")[1].split("</section>")[0]
    assert said in section
    assert re.findall(r"/account/recapiti/(\w+)/", section) == offered
    if "phone" in reached and sender:
        assert "We can send you no code" not in section


CHANGES = ["passkey/", "app/", "codici/", "passkey/{pk}/", "passkey/{pk}/togli/"]


@pytest.mark.parametrize("where", CHANGES)
@pytest.mark.parametrize("method", ["get", "post"])
def test_nothing_is_changed_without_a_fresh_proof(phone, anna, where, method):
    row = passkey_of(anna)
    forget(phone)
    before = Authenticator.objects.count()
    answer = getattr(phone, method)(PAGE + where.format(pk=row.pk), {"name": "Mine", "way": "make"})
    assert answer["Location"].startswith("/account/conferma/?next=")
    assert Authenticator.objects.count() == before
    row.refresh_from_db()
    assert row.wrap().name == "Laptop"


@pytest.mark.parametrize("where", ["passkey/{pk}/", "passkey/{pk}/togli/"])
def test_somebody_elses_passkey_is_missing_before_anything_is_asked(phone, where):
    row = passkey_of(UserFactory())
    forget(phone)
    assert phone.get(PAGE + where.format(pk=row.pk)).status_code == 404
    assert phone.get(PAGE + where.format(pk=999_999)).status_code == 404


def test_an_app_is_set_up_by_the_first_number_that_it_shows(phone, anna, committing):
    secret = secret_on(phone.get(PAGE + "app/"))
    assert secret_on(phone.get(PAGE + "app/")) == secret  # a reload wants no second scan
    with committing():
        answer = phone.post(PAGE + "app/", {"code": shown_by(secret)})
    assert answer["Location"] == PAGE + "codici/"
    assert Means.of(anna).app
    assert phone.session[PROVED_BY] == anna.pk
    assert kinds_of(anna)[-1] == "portal.proof.app_added"
    told = Notification.objects.filter(person=anna).values_list("channel", flat=True)
    assert set(told) == {"inbox", "email"}


def test_a_wrong_number_sets_nothing_up(phone, anna):
    phone.get(PAGE + "app/")
    answer = phone.post(PAGE + "app/", {"code": "abcdef"})
    assert answer.context["form"].errors
    assert not Means.of(anna).has_factor


def test_the_codes_on_paper_are_shown_until_they_are_kept_and_never_again(phone, anna):
    app_of(anna)
    prove_now(phone, anna)
    code = paper_codes_of(anna)[0]
    shown = f"{code[:4]}-{code[4:]}"
    for _look in range(2):
        page = phone.get("/en" + PAGE + "codici/").content.decode()
        assert shown in page
        assert "until you say that you have kept them" in page
    phone.post(PAGE + "codici/", {"way": "kept"})
    assert shown not in phone.get(PAGE + "codici/").content.decode()
    phone.post(PAGE + "codici/", {"way": "make"})
    assert code not in paper_codes_of(anna)
    assert "portal.proof.codes_made" in kinds_of(anna)


def test_with_the_last_factor_the_codes_on_paper_go_too(phone, anna):
    app_of(anna)
    prove_now(phone, anna)
    phone.post(PAGE + "app/togli/")
    assert not Authenticator.objects.filter(user=anna).exists()
    assert kinds_of(anna)[-1] == "portal.proof.app_removed"


def test_the_last_factor_of_whoever_must_have_one_stays(client):
    treasurer = UserFactory(roles=["risparmio.treasurer"])
    client.force_login(treasurer)
    step_up_now(client)
    app_of(treasurer)
    page = client.post(PAGE + "app/togli/", follow=True).content.decode()
    assert Means.of(treasurer).app
    assert "alert--error" in page or "alert--danger" in page
    passkey_of(treasurer)
    client.post(PAGE + "app/togli/")
    assert not Means.of(treasurer).app
    assert Means.of(treasurer).passkeys


def test_a_passkey_gets_another_name(phone, anna):
    row = passkey_of(anna)
    prove_now(phone, anna)
    phone.post(f"{PAGE}passkey/{row.pk}/", {"name": "  Il\u202e computer \n "})
    row.refresh_from_db()
    assert row.wrap().name == "Il computer"
    assert phone.post(f"{PAGE}passkey/{row.pk}/", {"name": " \u202e "}).context["form"].errors
    assert phone.post(f"{PAGE}passkey/{row.pk}/", {"name": "x" * 41}).context["form"].errors


@pytest.mark.parametrize("given", GARBAGE, ids=NAMES)
def test_what_is_no_new_passkey_is_refused(phone, anna, given):
    phone.get(PAGE + "passkey/")
    assert phone.post(PAGE + "passkey/", {"name": "x", "credential": given}).status_code == 200
    assert not Means.of(anna).has_factor


def test_nobody_has_more_passkeys_than_devices(anna):
    for number in range(changes.MOST_PASSKEYS):
        changes.add_passkey(anna, name=str(number), credential={})
    with pytest.raises(changes.TooMany):
        changes.add_passkey(anna, name="one more", credential={})


def test_a_proof_by_mail_from_before_the_passkey_no_longer_counts(phone, anna):
    """The thief who reads her mail on the phone has just proved it; then she adds a passkey on her laptop."""
    row = passkey_of(anna)
    row.created_at = row.created_at.replace(year=2999)
    row.save()
    answer = phone.get(PAGE + "passkey/")
    assert answer["Location"].startswith("/account/conferma/")
    page = phone.get("/account/conferma/")
    assert "code" not in page.context["forms"]
    assert not page.context["means"].code


def test_a_password_still_proves_it_for_whoever_needs_no_factor(phone, anna):
    passkey_of(anna)
    forget(phone)
    assert "password" in phone.get("/account/conferma/").context["forms"]
    phone.post("/account/conferma/", {"way": "password", "password": PASSWORD})
    assert phone.get(PAGE + "passkey/").status_code == 200


def test_for_whoever_needs_one_only_the_factor_proves_it(client):
    treasurer = UserFactory(roles=["risparmio.treasurer"], password=PASSWORD)
    secret = app_of(treasurer)
    sign_in_long_ago(client, treasurer)
    assert list(client.get("/account/conferma/").context["forms"]) == ["factor"]
    client.post("/account/conferma/", {"way": "password", "password": PASSWORD})
    client.post("/account/conferma/", {"way": "send"})
    assert PROVED_BY not in client.session
    answer = client.post(
        "/account/conferma/", {"way": "factor", "code": shown_by(secret), "next": "/account/"}
    )
    assert answer["Location"] == "/account/"
    assert client.session[PROVED_BY] == treasurer.pk


def test_the_export_names_what_there_is_and_no_secret_and_the_erasure_takes_it(anna):
    secret = app_of(anna)
    passkey_of(anna)
    told = str(list(export_factors(anna)))
    assert "totp" in told
    assert "Laptop" in told
    assert secret not in told
    assert not [code for code in paper_codes_of(anna) if code in told]
    assert erase_factors(anna) == 3
    assert not Authenticator.objects.exists()
