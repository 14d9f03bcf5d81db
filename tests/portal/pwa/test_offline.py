"""What a phone may keep: the pages and parts that say so, of the sign-in that sees them; the rest is never marked."""

import re

import pytest

from portal.extensions import DashboardCard, declared
from portal.testing.factories import DeskFactory, UserFactory

pytestmark = pytest.mark.django_db

BACKEND = "portal.people.backends.EmailBackend"
KEEP, FOR = "X-Portal-Offline", "X-Portal-For"
# Nobody adds to these without having thought of who else may hold the phone (THREATS.md).
PAGES_KEPT = {"portal:casa", "portal:place", "manutenzione:report"}
CARDS_KEPT = {"portal.my_home", "manutenzione.my_reports"}


@pytest.fixture
def anna(client):
    person = UserFactory()
    client.force_login(person, backend=BACKEND)
    return person


def test_no_card_is_kept_that_does_not_say_so(client, anna, declare):
    def card(key, **more):
        return DashboardCard(
            key=key, template="portal/components/missing.html", context=lambda request: {}, **more
        )

    declare(card("tests.secret"))
    html = client.get("/casa/").content.decode()
    assert 'class="card"' in html
    assert "<!--keep-->" not in html

    declare(card("tests.open", offline=True))
    kept = re.findall(r"<!--keep-->(.*?)<!--/keep-->", client.get("/casa/").content.decode(), re.S)
    assert len(kept) == 1


def test_the_cards_that_a_phone_keeps_are_these():
    kept = {card.key for card in declared(DashboardCard) if card.offline}
    assert {key for key in kept if not key.startswith("tests.")} == CARDS_KEPT
    assert not [key for key in kept if key.startswith(("risparmio.", "community."))]


def test_my_home_is_kept_and_the_rest_of_what_is_mine_is_not(client, anna):
    assert client.get("/casa/").headers[KEEP] == "keep"
    for path in ("/notifiche/", "/account/", "/manutenzione/", "/", "/account/logout/"):
        assert KEEP not in client.get(path).headers, path


def test_a_step_of_an_emergency_is_kept_and_the_form_is_not(client, anna):
    for query in ("", "?danger=gas", "?danger=lift"):
        assert client.get(f"/manutenzione/segnala/{query}").headers[KEEP] == "keep"
    assert KEEP not in client.get("/manutenzione/segnala/?danger=no").headers


def test_what_is_kept_holds_no_form_and_no_token(client, anna):
    for path in ("/casa/", "/manutenzione/segnala/", "/manutenzione/segnala/?danger=gas"):
        html = client.get(path).content.decode()
        for part in re.findall(r"<!--keep-->(.*?)<!--/keep-->", html, re.S):
            assert "<form" not in part
            assert "csrf" not in part
        assert html.count("<!--keep-->") == html.count("<!--/keep-->")


def test_somebodys_text_opens_no_part_to_be_kept(client):
    client.force_login(UserFactory(display_name="<!--keep-->Anna<!--/keep-->"), backend=BACKEND)
    assert "<!--keep-->" not in client.get("/casa/").content.decode()


def test_an_answer_says_of_which_sign_in_it_is(client, anna):
    first = client.get("/casa/").headers[FOR]
    assert client.get("/notifiche/").headers[FOR] == first

    other = type(client)()
    other.force_login(anna, backend=BACKEND)
    assert other.get("/casa/").headers[FOR] not in (first, "nobody")
    assert type(client)().get("/account/login/").headers[FOR] == "nobody"


def test_a_new_password_leaves_the_phone_what_it_keeps(client, anna):
    anna.set_password("quattro tigli in fila")
    anna.save()
    client.force_login(anna, backend=BACKEND)
    before = client.get("/casa/").headers[FOR]
    new = "cinque tigli in fila"
    client.post(
        "/account/password/change/",
        {"password1": new, "password2": new},
    )

    assert client.get("/casa/").headers[FOR] == before


def test_a_session_that_ended_elsewhere_is_nobodys(client, anna):
    client.get("/casa/")
    anna.end_sessions()

    answer = client.get("/casa/", follow=True)
    assert answer.headers[FOR] == "nobody"


@pytest.mark.parametrize("path", ["/account/logout/", "/ar/account/logout/"])
def test_signing_out_has_the_browser_forget(client, anna, path):
    assert "Clear-Site-Data" not in client.get(path).headers

    answer = client.post(path)

    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert answer.status_code == 302


def test_who_signs_out_of_the_administration_is_forgotten_as_well(client):
    client.force_login(UserFactory(roles=["portal.administrator"]), backend=BACKEND)
    assert client.post("/admin/logout/").headers["Clear-Site-Data"] == '"cache", "storage"'


def test_somebody_who_is_not_signed_in_cannot_be_made_to_forget(client):
    assert "Clear-Site-Data" not in client.post("/account/logout/").headers


# -- the page without a connection ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("prefix", "language"), [("", "it"), ("/ar", "ar")])
def test_it_says_whom_to_call_and_what_to_do(client, prefix, language):
    DeskFactory(phone="02 0000 0101")
    html = client.get(f"{prefix}/senza-rete/").content.decode()

    assert f'lang="{language}"' in html
    for number in ("tel:112", "tel:0200000101"):
        assert number in html
    assert html.count("<details") == 5
    assert "<script" not in html
    assert "<form" not in html


def test_it_knows_the_numbers_of_ones_own_building(client, anna):
    from portal.testing.factories import BuildingFactory, TenancyFactory

    building = BuildingFactory(gas_emergency_phone="02 0000 0777")
    tenancy = TenancyFactory(dwelling__building=building)
    tenancy.household.add(anna, by=None)

    assert "02 0000 0777" in client.get("/senza-rete/").content.decode()
    assert "02 0000 0777" not in type(client)().get("/senza-rete/").content.decode()


def test_the_worker_is_asked_for_anew_and_looks_after_everything(client):
    answer = client.get("/sw.js")

    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert answer.headers["Cache-Control"] == "no-cache"
    assert "importScripts(" in answer.content.decode()
    assert "Vary" not in answer.headers or "Cookie" not in answer.headers["Vary"]


def test_a_release_is_another_worker(client, settings, monkeypatch):
    from django.contrib.staticfiles.storage import staticfiles_storage

    before = client.get("/sw.js").content
    monkeypatch.setattr(staticfiles_storage, "manifest_hash", "another", raising=False)

    assert client.get("/sw.js").content != before
