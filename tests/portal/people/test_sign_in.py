import pytest
import time_machine

from portal.people.asked import ASKED_AS, ASKED_COUNTED, ASKED_NUMBER
from portal.testing.factories import UserFactory

from .doors import PASSWORD, ask_for_code, code_in, delivered, sign_in, who

pytestmark = pytest.mark.django_db


@pytest.fixture
def samira():
    return UserFactory(email="samira@abitare.example", language="ar", password=PASSWORD)


@pytest.fixture
def elena():
    return UserFactory(email="elena@abitare.example", password=PASSWORD, roles=["portal.caseworker"])


def test_with_a_password_somebody_lands_at_home_in_their_own_language(client, samira):
    answer = sign_in(client, samira.email)
    assert answer["Location"] == "/ar/casa/"
    assert who(client) == samira.pk


def test_the_address_is_known_whatever_its_case(client, samira):
    assert sign_in(client, "Samira@Abitare.EXAMPLE")["Location"] == "/ar/casa/"


def test_staff_land_at_their_day(client, elena):
    assert sign_in(client, elena.email)["Location"] == "/casa/oggi/"


def test_signing_in_gives_the_session_a_new_name(client, samira):
    client.get("/account/login/")
    client.session["seen"] = True
    client.session.save()
    before = client.session.session_key
    sign_in(client, samira.email)
    assert client.session.session_key != before


def test_a_wrong_password_signs_nobody_in_and_says_what_to_do(client, samira):
    answer = sign_in(client, samira.email, "something else")
    assert answer.status_code == 200
    assert who(client) is None
    assert answer.context["form"].non_field_errors()


def test_a_closed_account_answers_as_an_unknown_one_does(client, samira):
    samira.close_account(by=None)
    closed = sign_in(client, samira.email)
    unknown = sign_in(client, "nobody@abitare.example")
    assert closed.context["form"].errors == unknown.context["form"].errors
    assert who(client) is None


def test_with_a_code_by_email(client, samira):
    code = ask_for_code(client, samira.email)
    assert delivered()[-1].to == [samira.email]
    assert code not in delivered()[-1].subject
    answer = client.post("/account/login/code/confirm/", {"code": code})
    assert answer["Location"] == "/ar/casa/"
    assert who(client) == samira.pk


@pytest.mark.parametrize("asked", ["samira@abitare.example", "nobody@abitare.example", "+390200000177"])
def test_nobody_who_is_in_has_somebody_elses_contact_in_their_session(client, samira, elena, asked):
    """They asked for a code, to an address that is another's, and then came in by their password."""
    ask_for_code(client, asked)
    assert asked in str(dict(client.session)), "until then it is needed"
    sign_in(client, elena.email)
    assert who(client) == elena.pk
    kept = dict(client.session)
    assert asked not in str(kept)
    assert not {ASKED_AS, ASKED_NUMBER, ASKED_COUNTED} & kept.keys()


def test_a_code_typed_with_arabic_digits_and_no_dash(client, samira):
    code = ask_for_code(client, samira.email).replace("-", "")
    typed = code.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    client.post("/account/login/code/confirm/", {"code": typed})
    assert who(client) == samira.pk


def test_a_code_works_only_where_it_was_asked_for(client, samira):
    code = ask_for_code(client, samira.email)
    thief = type(client)()
    thief.post("/account/login/code/confirm/", {"code": code})
    assert who(thief) is None


def test_five_wrong_codes_and_the_right_one_is_worth_nothing(client, samira):
    code = ask_for_code(client, samira.email)
    wrong = "0000-0000" if code != "0000-0000" else "1111-1111"
    for _attempt in range(5):
        client.post("/account/login/code/confirm/", {"code": wrong})
    client.post("/account/login/code/confirm/", {"code": code})
    assert who(client) is None


def test_a_code_is_good_for_ten_minutes(client, samira):
    with time_machine.travel("2026-11-23 09:00", tick=False) as clock:
        code = ask_for_code(client, samira.email)
        clock.shift(601)
        client.post("/account/login/code/confirm/", {"code": code})
        assert who(client) is None


def test_a_code_is_good_just_before(client, samira):
    with time_machine.travel("2026-11-23 09:00", tick=False) as clock:
        code = ask_for_code(client, samira.email)
        clock.shift(590)
        client.post("/account/login/code/confirm/", {"code": code})
        assert who(client) == samira.pk


def a_new_address(person):
    person.change_email("samira.new@abitare.example", by=None)


def a_new_password(person):
    person.set_password("cinque tigli in fila")
    person.save(update_fields=["password"])


def sessions_ended_from_elsewhere(person):
    person.end_sessions()


def a_closed_account(person):
    person.close_account(by=None)


@pytest.mark.parametrize(
    "meanwhile", [a_new_address, a_new_password, sessions_ended_from_elsewhere, a_closed_account]
)
def test_a_code_on_its_way_is_worth_nothing_after(client, samira, meanwhile):
    """Whoever reads the old mailbox, or holds the stolen phone, has asked for a code in time."""
    code = ask_for_code(client, samira.email)
    meanwhile(samira)
    answer = client.post("/account/login/code/confirm/", {"code": code})
    assert who(client) is None
    assert answer.context["form"].errors["code"]


@pytest.mark.parametrize("email", ["samira@abitare.example", "nobody@abitare.example"])
@pytest.mark.parametrize("code", ["-", " - ", "0000-0000", "é", "𝟜𝟚", "x" * 10_000])
def test_nothing_that_is_no_code_signs_anybody_in(client, samira, email, code):
    ask_for_code(client, email)
    answer = client.post("/account/login/code/confirm/", {"code": code})
    assert answer.status_code == 200
    assert who(client) is None


def test_somebody_without_an_address_is_found_by_no_empty_one(client):
    UserFactory(email=None, password=PASSWORD)
    sign_in(client, "")
    assert who(client) is None


@pytest.mark.parametrize("username", ["person-x", "demo.tenant"])
def test_the_opaque_username_opens_no_door(client, username):
    UserFactory(username=username, password=PASSWORD)
    sign_in(client, username)
    client.post("/account/login/", {"username": username, "password": PASSWORD})
    assert who(client) is None


# -- where to go afterwards ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "led_to"),
    [
        ("/casa/", "/ar/casa/"),
        ("/en/casa/", "/ar/casa/"),
        ("/ar/casa/?q=1", "/ar/casa/?q=1"),
        ("/photos/5f0f2a8e-0000-4000-8000-000000000000/", "/photos/5f0f2a8e-0000-4000-8000-000000000000/"),
        ("http://testserver/casa/", "http://testserver/ar/casa/"),
        ("http://testserver/en/casa/", "http://testserver/ar/casa/"),
    ],
)
def test_somebody_is_led_where_they_wanted_to_go_in_their_language(client, samira, wanted, led_to):
    assert sign_in(client, samira.email, address=f"/account/login/?next={wanted}")["Location"] == led_to


FOREIGN = [
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example/",
    "http:///evil.example/",
    "javascript:alert(1)",
    "http://localhost:9/",
    "https://testserver.evil.example/",
]


@pytest.mark.parametrize("foreign", FOREIGN)
def test_nobody_is_led_away_from_the_portal(client, samira, foreign):
    answer = client.post("/account/login/", {"login": samira.email, "password": PASSWORD, "next": foreign})
    assert answer["Location"] == "/ar/casa/"


@pytest.mark.parametrize("foreign", FOREIGN)
def test_nor_by_a_code_nor_when_signed_in_already_nor_by_signing_out(client, samira, foreign):
    code = ask_for_code(client, samira.email)
    assert (
        client.post("/account/login/code/confirm/", {"code": code, "next": foreign})["Location"]
        == "/ar/casa/"
    )
    assert client.get("/account/login/", {"next": foreign})["Location"] == "/ar/casa/"
    assert client.post("/account/logout/", {"next": foreign})["Location"] == "/"


def test_what_somebody_wanted_survives_the_way_over_a_code(client, samira):
    page = client.get("/account/login/?next=/en/account/").content.decode()
    assert "/account/login/code/?next=/en/account/" in page.replace("%2F", "/")
    client.post("/account/login/code/", {"login": samira.email, "next": "/en/account/"})
    answer = client.post(
        "/account/login/code/confirm/", {"code": code_in(delivered()[-1].body), "next": "/en/account/"}
    )
    assert answer["Location"] == "/ar/account/"


def test_signing_out_needs_a_click_and_leads_home_in_the_language_of_the_page(client, samira):
    sign_in(client, samira.email)
    client.get("/ar/account/logout/")
    assert who(client) == samira.pk
    assert client.post("/ar/account/logout/")["Location"] == "/ar/"
    assert who(client) is None


# -- getting in for the first time ---------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_signs_up_alone(client, method, django_user_model):
    fields = {"email": "new@abitare.example", "password1": PASSWORD, "password2": PASSWORD}
    answer = getattr(client, method)("/account/signup/", fields)
    assert answer.status_code == 200
    assert not django_user_model.objects.filter(email="new@abitare.example").exists()


def test_neither_by_email_does_an_account_appear(client, django_user_model):
    before = django_user_model.objects.count()
    ask_for_code(client, "new@abitare.example")
    client.post("/account/password/reset/", {"login": "new@abitare.example"})
    assert django_user_model.objects.count() == before
