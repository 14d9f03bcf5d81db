"""Every address of allauth, of its second factors and of Wagtail's own sign-in: none lets in but by our door."""

import re

import pytest
from allauth.account import urls as allauth_urls
from allauth.mfa import urls as mfa_urls
from django.urls import NoReverseMatch, get_resolver, reverse

from portal.testing.factories import UserFactory
from tests.portal.people.doors import PASSWORD, ask_for_code, sign_in, who

from .browsers import app_of, shown_by

pytestmark = pytest.mark.django_db

# What we serve of allauth's: everything else that its own lists name does not exist here.
SERVED = {
    "account_paper",  # our own, beside allauth's
    "account_change_password",
    "account_confirm_login_code",
    "account_inactive",
    "account_login",
    "account_logout",
    "account_request_login_code",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "account_set_password",
    "account_signup",
    "mfa_authenticate",
    "mfa_login_webauthn",
}


def names_in(patterns):
    for pattern in patterns:
        if hasattr(pattern, "url_patterns"):
            yield from names_in(pattern.url_patterns)
        elif pattern.name:
            yield pattern.name


STOCK = sorted({*names_in(allauth_urls.urlpatterns), *names_in(mfa_urls.urlpatterns)})
OURS = sorted(name for name in set(names_in(get_resolver().url_patterns)) if re.match("account_|mfa_", name))


@pytest.fixture
def anna():
    return UserFactory(email="anna@abitare.example", password=PASSWORD)


def test_of_allauths_addresses_we_serve_those_and_no_other():
    assert set(OURS) == SERVED
    for name in set(STOCK) - SERVED:
        with pytest.raises(NoReverseMatch):
            reverse(name)


def address(name):
    arguments = ["0", "0-0"] if name == "account_reset_password_from_key" else []
    return reverse(name, args=arguments)


KEYS = {
    "login": "anna@abitare.example",
    "email": "anna@abitare.example",
    "password": "wrong",
    "code": "000000",
}


@pytest.mark.parametrize("name", sorted(SERVED))
@pytest.mark.parametrize("method", ["get", "post"])
def test_no_served_address_lets_a_visitor_in(client, anna, name, method):
    app_of(anna)
    getattr(client, method)(
        address(name), {**KEYS, "credential": "{}", "password1": PASSWORD, "password2": PASSWORD}
    )
    assert who(client) is None


@pytest.mark.parametrize("first", ["password", "code"])
@pytest.mark.parametrize("name", sorted(SERVED))
@pytest.mark.parametrize("method", ["get", "post"])
def test_no_served_address_lets_in_whoever_has_only_passed_the_first_step(client, anna, first, name, method):
    app_of(anna)
    if first == "password":
        sign_in(client, anna.email)
    else:
        client.post("/account/login/code/confirm/", {"code": ask_for_code(client, anna.email)})
    wrong = {**KEYS, "credential": "{}", "password1": PASSWORD, "password2": PASSWORD}
    getattr(client, method)(address(name), {**wrong, "next": "/account/"})
    assert who(client) is None


STOCK_DOORS = [
    "/admin/login/",
    "/admin/password_reset/",
    "/admin/password_reset/confirm/1/x/",
    "/admin/",
    "/admin/account/",
    "/_util/login/",
    "/_util/authenticate_with_password/1/2/",
    "/documents/authenticate_with_password/1/",
    "/django-admin/",
    "/accounts/login/",
    "/account/2fa/",
    "/account/2fa/authenticate/",
    "/account/2fa/reauthenticate/",
    "/account/2fa/totp/activate/",
    "/account/2fa/recovery-codes/download/",
    "/account/2fa/webauthn/login/",
    "/account/2fa/webauthn/signup/",
    "/account/reauthenticate/",
    "/account/email/",
    "/account/3rdparty/",
]


@pytest.mark.parametrize("path", STOCK_DOORS)
def test_after_the_first_step_every_stock_door_is_as_shut_as_before(client, anna, path):
    app_of(anna)
    sign_in(client, anna.email)
    for answer in (
        client.get(path),
        client.post(path, {"username": anna.email, "password": PASSWORD, "code": "000000"}),
    ):
        assert answer.status_code in (302, 404, 405)
        if answer.status_code == 302:
            assert "/account/login/" in answer["Location"]
    assert who(client) is None


def test_after_the_first_step_no_page_and_no_socket_knows_anybody(client, anna):
    secret = app_of(anna)
    sign_in(client, anna.email)
    for path in ("/casa/", "/account/", "/account/accesso/", "/account/dispositivi/", "/account/conferma/"):
        assert client.get(path)["Location"].startswith("/account/login/")
    assert "_auth_user_id" not in client.session  # what the socket reads as well
    client.post("/account/login/conferma/", {"code": shown_by(secret)})
    assert who(client) == anna.pk


def test_a_new_password_by_mail_does_not_go_round_the_second_step(client, anna):
    from tests.portal.people.doors import delivered

    app_of(anna)
    client.post("/account/password/reset/", {"login": anna.email})
    link = next(word for word in delivered()[-1].body.split() if word.startswith("http"))
    form = client.get(link, follow=True).redirect_chain[-1][0]
    new = "cinque tigli in fila"
    client.post(form, {"password1": new, "password2": new})
    assert who(client) is None
    assert sign_in(client, anna.email, new)["Location"] == "/account/login/conferma/"
    assert who(client) is None
