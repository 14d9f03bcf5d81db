"""Whoever knocks too often waits, and nobody waits because of somebody else."""

import uuid
from dataclasses import replace

import pytest
import time_machine
from django_tasks_db.models import DBTaskResult

from portal.people import devices, limits
from portal.people.adapter import AccountAdapter
from portal.people.joining.mail import tell_code
from portal.testing.factories import UserFactory

from .doors import PASSWORD, ask_for_code, delivered, sign_in, texted, who

pytestmark = pytest.mark.django_db

STRANGER, HOME = {"REMOTE_ADDR": "203.0.113.9"}, {"REMOTE_ADDR": "198.51.100.7"}


def at_most(rate):
    return int(rate.split("/")[0])


@pytest.fixture(autouse=True)
def one_morning():
    """No window of a limit ends within a test."""
    with time_machine.travel("2026-11-23 09:01Z", tick=False) as clock:
        yield clock


@pytest.fixture
def victim():
    return UserFactory(email="victim@abitare.example", phone="+390200000111", password=PASSWORD)


@pytest.fixture
def own_phone(client, victim):
    """A device that the victim has signed in with, and out."""
    device = type(client)()
    sign_in(device, victim.email, **HOME)
    device.post("/account/logout/")
    return device


def test_whoever_tries_passwords_is_stopped(client, victim):
    for _attempt in range(5):
        sign_in(client, victim.email, "wrong", **STRANGER)
    answer = sign_in(client, victim.email, PASSWORD, **STRANGER)
    assert answer.status_code == 200
    assert who(client) is None


def test_and_the_person_they_tried_comes_in_from_their_own_place(client, victim):
    for _attempt in range(50):
        sign_in(client, victim.email, "wrong", **STRANGER)
    sign_in(client, victim.email, PASSWORD, **HOME)
    assert who(client) == victim.pk


def test_nobody_can_use_up_somebody_elses_codes(client, victim):
    for _attempt in range(20):
        ask_for_code(client, victim.email, **STRANGER)
    assert len(delivered()) == at_most(limits.CODES.each)
    assert ask_for_code(client, victim.email, **HOME)


@pytest.mark.parametrize(
    ("door", "field"), [("/account/login/code/", "login"), ("/account/password/reset/", "login")]
)
def test_one_place_cannot_have_us_write_to_everybody(client, door, field):
    asked = at_most(limits.CODES.place)
    for number in range(asked):
        UserFactory(email=f"someone{number}@abitare.example")
    known = UserFactory(email="known@abitare.example")
    answers = {
        client.post(door, {field: f"someone{number}@abitare.example"}, **STRANGER).status_code
        for number in range(asked)
    }
    assert answers == {302}
    sent = len(delivered())
    refused = client.post(door, {field: known.email}, **STRANGER)
    assert refused.context["form"].errors[field] == [AccountAdapter.error_messages["too_many_codes"]]
    assert len(delivered()) == sent
    client.post(door, {field: known.email}, **HOME)
    assert delivered()[-1].to == [known.email]


def test_good_passwords_use_nothing_up(client, victim):
    for _attempt in range(10):
        sign_in(client, victim.email, PASSWORD, **HOME)
        client.post("/account/logout/")
    sign_in(client, victim.email, PASSWORD, **HOME)
    assert who(client) == victim.pk


def test_good_passwords_do_not_wipe_out_the_wrong_ones(client, victim):
    """Otherwise somebody with an account of their own could guess for ever."""
    own = UserFactory(email="own@abitare.example", password=PASSWORD)
    for _attempt in range(5):
        sign_in(client, victim.email, "wrong", **STRANGER)
        sign_in(client, own.email, PASSWORD, **STRANGER)
        client.post("/account/logout/")
    sign_in(client, victim.email, PASSWORD, **STRANGER)
    assert who(client) is None


def test_one_place_that_tries_many_addresses_is_stopped(client, victim):
    for number in range(at_most(limits.PASSWORDS.place)):
        sign_in(client, f"someone{number}@abitare.example", "wrong", **STRANGER)
    sign_in(client, victim.email, PASSWORD, **STRANGER)
    assert who(client) is None


def test_an_invented_forwarded_for_is_no_new_place(client, victim):
    for number in range(6):
        sign_in(client, victim.email, "wrong", headers={"X-Forwarded-For": f"192.0.2.{number}"}, **STRANGER)
    sign_in(client, victim.email, PASSWORD, headers={"X-Forwarded-For": "192.0.2.77"}, **STRANGER)
    assert who(client) is None


@pytest.mark.parametrize("proxies", [0, 1])
def test_nor_for_whoever_asks_for_codes(client, victim, settings, proxies):
    """With a proxy of ours in front, what it wrote counts, and not what the client had written before it."""
    settings.PORTAL_TRUSTED_PROXIES = proxies
    for number in range(20):
        ask_for_code(client, victim.email, headers={"X-Forwarded-For": f"192.0.2.{number}, 203.0.113.9"})
    assert len(delivered()) == at_most(limits.CODES.each)


# -- those who live behind one address with a stranger -----------------------------------------------------------


def test_a_neighbour_on_the_same_connection_uses_up_none_of_the_passwords_of_my_phone(
    client, victim, own_phone
):
    for _attempt in range(at_most(limits.PASSWORDS.place) + 10):
        sign_in(client, victim.email, "wrong", **HOME)
    sign_in(own_phone, victim.email, **HOME)
    assert who(own_phone) == victim.pk


@pytest.mark.parametrize("login", ["victim@abitare.example", "+390200000111"])
def test_nor_of_the_codes(client, own_phone, login):
    for _attempt in range(at_most(limits.CODES.each) + 1):
        client.post("/account/login/code/", {"login": login}, **HOME)
    for number in range(at_most(limits.CODES.place)):
        client.post("/account/login/code/", {"login": f"other{number}@abitare.example"}, **HOME)
    assert ask_for_code(client, login, **HOME) is None
    assert ask_for_code(own_phone, login, **HOME)


def test_nor_of_what_is_written_to_me_in_a_day(client, victim, own_phone):
    for place in range(at_most(limits.CODE_MAILS.each)):
        client.post("/account/login/code/", {"login": victim.email}, REMOTE_ADDR=f"192.0.2.{place}")
    assert ask_for_code(client, victim.email, **STRANGER) is None
    assert ask_for_code(own_phone, victim.email, **STRANGER)


def test_my_phone_guesses_no_more_than_a_stranger_may(victim, own_phone):
    for _attempt in range(5):
        sign_in(own_phone, victim.email, "wrong", **HOME)
    sign_in(own_phone, victim.email, **HOME)
    assert who(own_phone) is None


def test_the_phone_that_opens_one_account_counts_as_a_strangers_at_another(client, own_phone):
    other = UserFactory(email="other@abitare.example", password=PASSWORD)
    for _attempt in range(5):
        sign_in(client, other.email, "wrong", **HOME)
    sign_in(own_phone, other.email, **HOME)
    assert who(own_phone) is None


def test_a_phone_that_a_family_shares_is_known_for_each_of_them(client, victim, own_phone):
    wife = UserFactory(email="wife@abitare.example", password=PASSWORD)
    sign_in(own_phone, wife.email, **HOME)
    own_phone.post("/account/logout/")
    for person in (victim, wife):
        for _attempt in range(5):
            sign_in(client, person.email, "wrong", **HOME)
        sign_in(own_phone, person.email, **HOME)
        assert who(own_phone) == person.pk
        own_phone.post("/account/logout/")


def test_the_devices_cookie_names_nobody_and_no_script_reads_it(victim, own_phone, settings):
    cookie = own_phone.cookies[devices.COOKIE]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert bool(cookie["secure"]) == settings.SESSION_COOKIE_SECURE
    assert int(cookie["max-age"]) > 300 * 86_400
    assert set(cookie.value) <= set("0123456789abcdef.")


def test_where_sessions_travel_encrypted_only_so_does_the_devices_cookie(client, victim, settings):
    settings.SESSION_COOKIE_SECURE = True
    sign_in(client, victim.email, secure=True)
    assert client.cookies[devices.COOKIE]["secure"]


def sessions_ended(person):
    person.end_sessions()


def a_new_password(person):
    person.set_password("cinque tigli in fila")
    person.save(update_fields=["password"])


@pytest.mark.parametrize("what", [sessions_ended, a_new_password])
def test_a_stolen_device_is_a_strangers_once_the_sessions_have_ended(rf, victim, own_phone, what):
    request = rf.get("/")
    request.COOKIES = {devices.COOKIE: own_phone.cookies[devices.COOKIE].value}
    assert devices.device_of(request, victim)
    what(victim)
    assert devices.device_of(request, victim) is None


@pytest.mark.parametrize(
    "forged",
    [
        "",
        "x",
        "0" * 32,
        f"{'0' * 32}.{'0' * 32}",
        f"{'0' * 32}." + ".".join(["0" * 32] * 6),
        "é" * 65,
        "0" * 10_000,
    ],
    ids=["none", "no-cookie", "no-mark", "invented", "too-many", "letters", "long"],
)
def test_a_forged_device_is_a_strangers(client, victim, forged):
    for _attempt in range(5):
        sign_in(client, victim.email, "wrong", **HOME)
    device = type(client)()
    device.cookies[devices.COOKIE] = forged
    answer = sign_in(device, victim.email, **HOME)
    assert answer.status_code == 200
    assert who(device) is None


# -- places ------------------------------------------------------------------------------------------------------


def test_whoever_owns_a_48_does_not_guess_from_each_of_its_65536_networks(client, victim):
    for number in range(at_most(limits.PASSWORDS.each) * limits.WIDER):
        sign_in(client, victim.email, "wrong", REMOTE_ADDR=f"2001:db8:1:{number:x}::1")
    sign_in(client, victim.email, REMOTE_ADDR="2001:db8:1:ffff::1")
    assert who(client) is None
    sign_in(client, victim.email, REMOTE_ADDR="2001:db8:2::1")
    assert who(client) == victim.pk


def test_and_a_carriers_customers_share_a_larger_allowance(client, victim):
    for number in range(at_most(limits.PASSWORDS.place)):
        sign_in(client, f"someone{number}@abitare.example", "wrong", REMOTE_ADDR="2001:db8:1:1::1")
    sign_in(client, victim.email, REMOTE_ADDR="2001:db8:1:2::1")
    assert who(client) == victim.pk


def test_codes_that_are_answered_use_nothing_up_of_what_a_place_may(client, monkeypatch):
    """A whole carrier's customers sign in in ten minutes."""
    monkeypatch.setattr("portal.people.forms.CODES", replace(limits.CODES, place="5/10m"))
    for number in range(12):
        person = UserFactory(email=f"someone{number}@abitare.example")
        phone = type(client)()
        code = ask_for_code(phone, person.email, **STRANGER)
        phone.post("/account/login/code/confirm/", {"code": code}, **STRANGER)
        assert who(phone) == person.pk


# -- what is written ---------------------------------------------------------------------------------------------


def test_mail_to_one_person_ends_for_the_day_and_whoever_asks_is_not_told(client, victim):
    for place in range(at_most(limits.CODE_MAILS.each)):
        client.post("/account/login/code/", {"login": victim.email}, REMOTE_ADDR=f"192.0.2.{place}")
    sent = len(delivered())
    assert sent == at_most(limits.CODE_MAILS.each)
    answer = client.post("/account/login/code/", {"login": victim.email}, **STRANGER)
    assert answer["Location"] == "/account/login/code/confirm/"
    assert len(delivered()) == sent


def test_text_messages_to_one_number_end_sooner(client, victim):
    for place in range(at_most(limits.CODE_TEXTS.each) + 10):
        client.post("/account/login/code/", {"login": "02 0000 0111"}, REMOTE_ADDR=f"192.0.2.{place}")
    assert len(texted()) == at_most(limits.CODE_TEXTS.each)
    assert ask_for_code(client, victim.email, **STRANGER)  # the other way is open


def test_one_place_uses_up_a_part_only_of_the_texts_to_a_number_and_the_holder_elsewhere_gets_theirs(
    client, one_morning
):
    """However long the stranger goes on: what is over their part does not count for all."""
    UserFactory(email=None, phone="+390200000112")
    for _half_hour in range(10):
        for _attempt in range(at_most(limits.CODES.each)):
            answer = client.post("/account/login/code/", {"login": "02 0000 0112"}, **STRANGER)
        one_morning.shift(1800)
    assert answer.context["form"].errors["login"] == [limits.ENOUGH_FROM_HERE]
    assert len(texted()) == at_most(limits.CODE_TEXTS.share)
    assert ask_for_code(type(client)(), "02 0000 0112", **HOME)


def test_nor_by_coming_from_each_network_of_their_own(client):
    UserFactory(email=None, phone="+390200000112")
    for number in range(20):
        stranger = {"REMOTE_ADDR": f"2001:db8:1:{number:x}::1"}
        client.post("/account/login/code/", {"login": "02 0000 0112"}, **stranger)
    assert len(texted()) == at_most(limits.CODE_TEXTS.share)
    assert ask_for_code(type(client)(), "02 0000 0112", REMOTE_ADDR="2001:db8:2::1")


def test_nor_by_going_to_another_door(client, one_morning):
    """My account, joining and signing in count together what goes to a number."""
    UserFactory(email=None, phone="+390200000112")
    for _number in range(8):
        wish = {"client_id": uuid.uuid4(), "name": "X", "wish": "neighbour", "language": "it"}
        client.post("/partecipa/", {**wish, "phone": "02 0000 0112"}, **STRANGER)
        client.post("/account/login/code/", {"login": "02 0000 0112"}, **STRANGER)
        one_morning.shift(3700)
    assert DBTaskResult.objects.filter(task_path=tell_code.module_path).count() == 2
    assert len(texted()) == 2
    assert ask_for_code(type(client)(), "02 0000 0112", **HOME)


def test_a_known_device_has_an_allowance_of_its_own_and_all_of_them_together_an_end(
    client, victim, monkeypatch
):
    few = replace(limits.CODE_TEXTS, each="3/d", share="2/d", devices="4/d")
    monkeypatch.setattr("portal.people.forms.CODE_TEXTS", few)
    phones = []
    for _phone in range(2):
        phones.append(type(client)())
        sign_in(phones[-1], victim.email, **HOME)
        phones[-1].post("/account/logout/")
    for _attempt in range(3):
        client.post("/account/login/code/", {"login": victim.phone}, **HOME)
    assert len(texted()) == 2
    got = [ask_for_code(phone, victim.phone, **HOME) is not None for phone in phones for _time in range(4)]
    assert got == [True, True, True, False, True, False, False, False]


@pytest.mark.parametrize(
    ("door", "field"), [("/account/login/code/", "login"), ("/account/password/reset/", "login")]
)
def test_whoever_used_up_what_their_own_device_may_order_is_told_and_nobody_else(
    client, victim, own_phone, monkeypatch, door, field
):
    for messages in ("CODE_MAILS", "RESET_MAILS"):
        few = replace(getattr(limits, messages), each="2/d", share="2/d", devices="3/d")
        monkeypatch.setattr(f"portal.people.forms.{messages}", few)
    other_phone = type(client)()
    sign_in(other_phone, victim.email, **HOME)
    other_phone.post("/account/logout/")

    def asks(browser, place, login=victim.email):
        answer = browser.post(door, {field: login}, **place)
        return answer.status_code if answer.status_code == 302 else answer.context["form"].errors[field]

    assert [asks(own_phone, HOME) for _time in range(2)] == [302, 302]
    # Wherever it is.
    assert asks(own_phone, HOME) == asks(own_phone, STRANGER) == [limits.ENOUGH_FROM_THIS_DEVICE]
    # Their other phone is not told what all of them have used up.
    assert [asks(other_phone, HOME) for _time in range(2)] == [302, 302]
    assert len(delivered()) == 3
    assert asks(client, STRANGER) == 302
    # Nor does the phone tell of an account that it has not opened.
    UserFactory(email="another@abitare.example")
    known, unknown = (
        [asks(own_phone, HOME, f"{name}@abitare.example") for _time in range(4)]
        for name in ("another", "nobody")
    )
    assert known == unknown == [302, 302, [limits.ENOUGH_FROM_HERE], [limits.ENOUGH_FROM_HERE]]


def test_whether_a_number_is_known_the_limits_do_not_tell(client, victim):
    said = []
    for login in (victim.phone, "+390200000199"):
        browser = type(client)()
        answers = [browser.post("/account/login/code/", {"login": login}, **STRANGER) for _time in range(6)]
        said.append([(a.status_code, a.headers.get("Location")) for a in answers])
    assert said[0] == said[1]


def test_one_place_cannot_have_us_pay_for_ever(client, monkeypatch):
    allowed = 20
    monkeypatch.setattr("portal.people.forms.CODE_TEXTS", replace(limits.CODE_TEXTS, place=f"{allowed}/d"))
    for number in range(allowed + 5):
        UserFactory(email=None, phone=f"+39020000{number:04}")
        client.post("/account/login/code/", {"login": f"020000{number:04}"}, **STRANGER)
    assert len(texted()) == allowed


def test_a_code_that_was_never_sent_opens_nothing(client, victim):
    for place in range(at_most(limits.CODE_MAILS.each)):
        client.post("/account/login/code/", {"login": victim.email}, REMOTE_ADDR=f"192.0.2.{place}")
    client.post("/account/login/code/", {"login": victim.email}, **STRANGER)
    assert "user_id" not in str(dict(client.session))
    assert str(victim.pk) not in str(client.session.get("account_login", {}).get("user_pk"))


# -- guessing codes ----------------------------------------------------------------------------------------------


def test_a_code_tried_a_thousand_times(client, victim):
    code = ask_for_code(client, victim.email, **STRANGER)
    wrong = (f"{number:04}-{number:04}" for number in range(1001))
    for guess in [guess for guess in wrong if guess != code][:1000]:
        client.post("/account/login/code/confirm/", {"code": guess}, **STRANGER)
    client.post("/account/login/code/confirm/", {"code": code}, **STRANGER)
    assert who(client) is None
    assert ask_for_code(client, victim.email, **HOME)


def test_guesses_at_ever_new_codes_meet_few(client, victim):
    """From as many places as there are guesses: what is written to one person in a day bounds it."""
    real = 0
    for number in range(40):
        place = {"REMOTE_ADDR": f"192.0.2.{number}"}
        real += ask_for_code(client, victim.email, **place) is not None
        for _guess in range(5):
            client.post("/account/login/code/confirm/", {"code": "0000-0000"}, **place)
    assert real == at_most(limits.CODE_MAILS.each)


def test_whoever_guesses_behind_my_address_takes_none_of_my_tries(client, victim):
    own = UserFactory(email="own@abitare.example")
    for _code in range(20):
        ask_for_code(client, own.email, **HOME)
        for _attempt in range(5):
            client.post("/account/login/code/confirm/", {"code": "0000-0000"}, **HOME)
    mine = type(client)()
    code = ask_for_code(mine, victim.email, **HOME)
    mine.post("/account/login/code/confirm/", {"code": code}, **HOME)
    assert who(mine) == victim.pk


def test_a_session_that_is_played_back_has_no_tries_of_its_own(client, victim):
    """allauth counts in the session: whoever sends many at once, or an old one again, would begin anew."""
    code = ask_for_code(client, victim.email, **STRANGER)
    before = dict(client.session)
    for _attempt in range(5):
        client.post("/account/login/code/confirm/", {"code": "0000-0000"}, **STRANGER)
    session = client.session
    session.update(before)
    session.save()
    client.post("/account/login/code/confirm/", {"code": code}, **STRANGER)
    assert who(client) is None


def test_the_tries_of_a_code_do_not_begin_anew_while_it_lives(client, victim, one_morning):
    """Whichever round minute falls into its ten, with a session that is played back."""
    one_morning.move_to("2026-11-23 09:59:58Z")
    code = ask_for_code(client, victim.email, **STRANGER)
    before = dict(client.session)
    for _attempt in range(5):
        client.post("/account/login/code/confirm/", {"code": "0000-0000"}, **STRANGER)
    one_morning.shift(4)
    session = client.session
    session.update(before)
    session.save()
    client.post("/account/login/code/confirm/", {"code": code}, **STRANGER)
    assert who(client) is None
