"""From the letter to one's home, one question a page."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from portal.access.step_up import STEP_UP_UNTIL
from portal.people.codes import LIFE as CODE_LIFE
from portal.people.codes import TRIES, WRONG
from portal.people.invitations.first_sign_in import FIRST_CONTACT, PATIENCE, SESSION
from portal.people.invitations.models import LIFE, Invitation
from portal.people.mail import deliver_text_to, deliver_to
from portal.testing.factories import UserFactory
from tests.portal.people.doors import PASSWORD, sign_in, who

from .letters import answer, come_in, letter_for, newcomer, scan, sent_code

pytestmark = pytest.mark.django_db

WELCOME, HOME = "/benvenuto/", "/casa/"


def leads_to(response):
    return response.headers.get("Location")


@pytest.fixture
def letter():
    return letter_for(newcomer(display_name="Nadia Salm"))


def test_with_an_e_mail_address(client, letter):
    invitation, code = letter
    assert leads_to(scan(client, code, "/ar")) == "/ar/benvenuto/lingua/"
    assert leads_to(answer(client, "lingua", "/ar", language="en")) == "/en/benvenuto/nome/"
    assert "Nadia Salm" in client.get("/en/benvenuto/nome/").content.decode()
    assert leads_to(answer(client, "nome", "/en", name="Nadia Salem")) == "/en/benvenuto/accesso/"
    assert leads_to(answer(client, "accesso", "/en", way="email")) == "/en/benvenuto/recapito/"
    assert (
        leads_to(answer(client, "recapito", "/en", contact="Nadia@Abitare.example"))
        == "/en/benvenuto/codice/"
    )
    assert leads_to(answer(client, "codice", "/en", code=sent_code())) == "/en/benvenuto/password/"
    assert leads_to(answer(client, "password", "/en", password=PASSWORD)) == "/en/benvenuto/informativa/"
    assert who(client) is None
    assert Invitation.objects.carrying(code), "the letter is used up only by whoever is in"
    before = client.session.session_key

    assert leads_to(answer(client, "informativa", "/en")) == "/en/casa/"
    assert who(client) == invitation.person_id
    assert client.session.session_key != before
    assert client.session[STEP_UP_UNTIL] > timezone.now().timestamp()
    assert not {SESSION, FIRST_CONTACT.key} & set(client.session.keys())
    invitation.refresh_from_db()
    assert invitation.accepted_at
    person = invitation.person
    assert (person.display_name, person.language, person.email) == (
        "Nadia Salem",
        "en",
        "nadia@abitare.example",
    )
    assert person.last_login
    assert leads_to(sign_in(Client(), person.email)) == "/en/casa/"


def test_with_a_phone(client, letter):
    invitation, code = letter
    scan(client, code)
    answer(client, "lingua", language="it")
    answer(client, "nome", name="Nadia Salem")
    assert leads_to(answer(client, "accesso", way="phone")) == "/benvenuto/recapito/"
    assert leads_to(answer(client, "recapito", contact="02 0000 0144")) == "/benvenuto/codice/"
    assert leads_to(answer(client, "codice", code=sent_code(deliver_text_to))) == "/benvenuto/password/"
    assert leads_to(answer(client, "password", password="")) == "/benvenuto/informativa/"
    assert leads_to(answer(client, "informativa")) == HOME
    invitation.person.refresh_from_db()
    assert invitation.person.phone == "+390200000144"
    assert not invitation.person.has_usable_password()


def test_with_a_phone_and_a_password(client, letter):
    scan(client, letter[1])
    answer(client, "lingua", language="en")
    answer(client, "nome", "/en", name="Nadia Salem")
    answer(client, "accesso", "/en", way="phone")
    answer(client, "recapito", "/en", contact="02 0000 0144")
    answer(client, "codice", "/en", code=sent_code(deliver_text_to))
    page = client.get("/en/benvenuto/password/").content.decode()
    assert "by text message" in page
    assert "e-mail" not in page.split("<main")[1].split("</main")[0]
    assert answer(client, "password", "/en", password="0200000144").status_code == 422, "the number itself"
    answer(client, "password", "/en", password=PASSWORD)
    answer(client, "informativa", "/en")
    again = Client()
    assert leads_to(sign_in(again, "02 0000 0144")) == "/en/casa/"
    assert who(again) == letter[0].person_id


def test_with_neither(client, letter):
    invitation, code = letter
    assert leads_to(come_in(client, code)) == HOME
    assert who(client) == invitation.person_id


def test_without_a_provider_nobody_is_offered_text_messages(client, letter, settings):
    settings.PORTAL_SMS_SENDER = ""
    scan(client, letter[1])
    answer(client, "lingua", language="it")
    answer(client, "nome", name="Nadia Salem")
    assert b'value="phone"' not in client.get("/benvenuto/accesso/").content
    assert answer(client, "accesso", way="phone").status_code == 422


@pytest.mark.parametrize("page", ["nome", "accesso", "recapito", "codice", "password", "informativa"])
def test_nobody_jumps_ahead(client, letter, page):
    scan(client, letter[1])
    assert leads_to(client.get(f"/benvenuto/{page}/")) == "/benvenuto/lingua/"
    assert leads_to(answer(client, page, name="X", way="desk")) == "/benvenuto/lingua/"
    letter[0].refresh_from_db()
    assert letter[0].accepted_at is None


@pytest.mark.parametrize(
    "page", ["lingua", "nome", "accesso", "recapito", "codice", "password", "informativa"]
)
def test_nobody_comes_to_the_questions_without_a_letter(client, page):
    for response in (client.get(f"/benvenuto/{page}/"), answer(client, page)):
        assert leads_to(response) == "/benvenuto/?again=1"
    assert client.get("/benvenuto/?again=1").status_code == 200


def test_going_back_loses_nothing(client, letter):
    scan(client, letter[1])
    answer(client, "lingua", language="it")
    answer(client, "nome", name="نادية سالم")
    answer(client, "accesso", way="email")
    answer(client, "recapito", contact="nadia@abitare.example")
    assert "نادية سالم" in client.get("/benvenuto/nome/").content.decode()
    assert "nadia@abitare.example" in client.get("/benvenuto/recapito/").content.decode()
    # What is answered again need not be confirmed again.
    answer(client, "codice", code=sent_code())
    assert leads_to(answer(client, "nome", name="Nadia Salem")) == "/benvenuto/accesso/"
    assert leads_to(answer(client, "accesso", way="email")) == "/benvenuto/recapito/"
    assert leads_to(answer(client, "recapito", contact="nadia@abitare.example")) == "/benvenuto/password/"


def test_another_address_has_to_be_confirmed_anew(client, letter):
    scan(client, letter[1])
    answer(client, "lingua", language="it")
    answer(client, "nome", name="Nadia Salem")
    answer(client, "accesso", way="email")
    answer(client, "recapito", contact="nadia@abitare.example")
    first = sent_code()
    answer(client, "recapito", contact="victim@abitare.example")
    assert answer(client, "codice", code=first).status_code == 422
    assert leads_to(client.get("/benvenuto/informativa/")) == "/benvenuto/codice/"
    answer(client, "codice", code=sent_code())
    answer(client, "recapito", contact="third@abitare.example")
    assert leads_to(client.get("/benvenuto/password/")) == "/benvenuto/codice/"


def test_stopped_in_the_middle_one_scans_again_on_another_phone(client, letter):
    scan(client, letter[1])
    answer(client, "lingua", language="it")
    other = Client()
    assert leads_to(come_in(other, letter[1])) == HOME
    assert leads_to(answer(client, "nome", name="Late")) == "/benvenuto/?again=1"
    letter[0].person.refresh_from_db()
    assert letter[0].person.display_name == "Nadia Salem"


def test_in_a_second_tab_one_simply_goes_on(letter):
    """Its form was made before the sign-in, whose token has turned meanwhile."""
    browser = Client(enforce_csrf_checks=True)

    def send(address, **fields):
        browser.get(address)
        token = browser.cookies["csrftoken"].value
        return browser.post(address, {"csrfmiddlewaretoken": token, **fields})

    send(WELCOME, code=letter[1])
    send("/benvenuto/lingua/", language="it")
    send("/benvenuto/nome/", name="Nadia Salem")
    send("/benvenuto/accesso/", way="desk")
    old = browser.cookies["csrftoken"].value
    assert leads_to(send("/benvenuto/informativa/")) == HOME
    late = browser.post("/benvenuto/informativa/", {"csrfmiddlewaretoken": old})
    assert leads_to(late) == HOME
    assert leads_to(browser.get("/benvenuto/?again=1")) == HOME
    assert who(browser) == letter[0].person_id


def test_a_forged_form_is_refused(letter):
    browser = Client(enforce_csrf_checks=True)
    assert browser.post(WELCOME, {"code": letter[1]}).status_code == 403
    assert browser.post("/benvenuto/informativa/").status_code == 403


def test_a_tab_that_lost_the_race_leaves_the_other_ones_session(client, letter):
    """Its cookie is that of the session before the sign-in: the answer must not take away the new one."""
    scan(client, letter[1])
    answer(client, "lingua", language="it")
    answer(client, "nome", name="Nadia Salem")
    answer(client, "accesso", way="desk")
    old = client.cookies["sessionid"].value
    answer(client, "informativa")
    late = Client()
    late.cookies["sessionid"] = old
    response = answer(late, "informativa")
    assert leads_to(response) == "/benvenuto/?again=1"
    assert "sessionid" not in response.cookies


def test_another_letter_on_the_same_phone_begins_from_nothing(client, letter):
    scan(client, letter[1])
    answer(client, "lingua", language="it")
    answer(client, "nome", name="Nadia Salem")
    other, code = letter_for(newcomer(display_name="Sami Salem"))
    assert leads_to(scan(client, code)) == "/benvenuto/lingua/"
    answer(client, "lingua", language="it")
    page = client.get("/benvenuto/nome/").content.decode()
    assert "Sami Salem" in page
    assert "Nadia" not in page


def test_the_answers_do_not_wait_for_the_next_person_at_the_desk(client, letter, time_machine):
    time_machine.move_to(timezone.now(), tick=False)
    scan(client, letter[1])
    time_machine.shift(timedelta(seconds=PATIENCE + 1))
    assert leads_to(client.get("/benvenuto/lingua/")) == "/benvenuto/?again=1"
    assert leads_to(scan(client, letter[1])) == "/benvenuto/lingua/"


@pytest.mark.parametrize("happens", ["revoked", "expired"])
def test_a_letter_that_ends_in_the_middle(client, letter, happens):
    invitation, code = letter
    scan(client, code)
    answer(client, "lingua", language="it")
    if happens == "revoked":
        invitation.revoke(by=None)
    else:
        past = timezone.now() - timedelta(hours=80)
        Invitation.objects.filter(pk=invitation.pk).update(issued_at=past, expires_at=past + LIFE)
    assert leads_to(answer(client, "nome", name="Nadia Salem")) == "/benvenuto/?again=1"


def test_somebody_else_is_signed_in_on_this_device(client, letter):
    client.force_login(UserFactory(display_name="Sami Salem"))
    page = scan(client, letter[1])
    assert page.status_code == 200
    assert "Sami Salem" in page.content.decode()
    assert "Nadia" not in page.content.decode(), "whose letter it is, is nobody else's business"
    assert leads_to(scan(client, letter[1])) is None
    assert leads_to(client.post(WELCOME, {"code": letter[1], "sign_out": "1"})) == "/benvenuto/lingua/"
    assert who(client) is None


def test_whoever_came_in_with_it_scans_it_once_more(client, letter):
    come_in(client, letter[1])
    assert leads_to(scan(client, letter[1])) == HOME
    used = scan(Client(), letter[1])
    assert used.status_code == 422
    assert "data-error-summary" in used.content.decode()


# -- the code to an address -------------------------------------------------------------------------------------


@pytest.fixture
def asked(client, letter):
    """At the page that waits for the code."""
    scan(client, letter[1])
    answer(client, "lingua", language="it")
    answer(client, "nome", name="Nadia Salem")
    answer(client, "accesso", way="email")
    answer(client, "recapito", contact="nadia@abitare.example")
    return client


def test_a_code_works_for_ten_minutes(asked, time_machine):
    code = sent_code()
    time_machine.move_to(timezone.now() + timedelta(seconds=CODE_LIFE + 5))
    assert answer(asked, "codice", code=code).status_code == 422


def test_a_code_is_tried_five_times(asked):
    code = sent_code()
    for _try in range(TRIES):
        assert answer(asked, "codice", code="0000-0000").status_code == 422
    assert answer(asked, "codice", code=code).status_code == 422


def test_tries_that_come_at_once_count_too(asked):
    """Each sees the session as it was before the others."""
    code, before = sent_code(), dict(asked.session[FIRST_CONTACT.key])
    for _try in range(TRIES):
        answer(asked, "codice", code="0000-0000")
        session = asked.session
        session[FIRST_CONTACT.key] = dict(before)
        session.save()
    assert answer(asked, "codice", code=code).status_code == 422


@pytest.mark.parametrize("written", ["plain", "with a blank", "arabic"])
def test_a_code_is_read_however_it_is_written(asked, written):
    code = sent_code().replace("-", "")
    if written == "arabic":
        code = "".join("٠١٢٣٤٥٦٧٨٩"[int(digit)] for digit in code)
    elif written == "with a blank":
        code = f"{code[:3]} {code[3:]}"
    assert leads_to(answer(asked, "codice", code=code)) == "/benvenuto/password/"


def test_the_session_does_not_hold_the_code(asked):
    assert sent_code().replace("-", "") not in str(dict(asked.session.items()))


def test_codes_are_not_sent_without_end(asked):
    answers = [answer(asked, "recapito", contact="nadia@abitare.example").status_code for _time in range(6)]
    assert answers[0] == 302
    assert answers[-1] == 422


def test_that_others_have_had_enough_sent_there_is_not_told_and_no_code_is_right(client, letter, monkeypatch):
    for place in range(30):
        elsewhere = {"REMOTE_ADDR": f"198.51.100.{place}"}
        Client().post("/account/login/code/", {"login": "nadia@abitare.example"}, **elsewhere)
    monkeypatch.setattr("portal.people.codes.new_code", lambda: "12345678")
    scan(client, letter[1])
    answer(client, "lingua", language="it")
    answer(client, "nome", name="Nadia Salem")
    answer(client, "accesso", way="email")
    assert leads_to(answer(client, "recapito", contact="nadia@abitare.example")) == "/benvenuto/codice/"
    assert not DBTaskResult.objects.filter(task_path=deliver_to.module_path).exists()
    refused = answer(client, "codice", code="1234-5678")
    assert refused.context["form"].errors["code"] == [WRONG]
    assert leads_to(answer(client, "recapito", contact="nadia.salem@abitare.example")) == "/benvenuto/codice/"
    assert leads_to(answer(client, "codice", code=sent_code())) == "/benvenuto/password/"


def test_only_whoever_reads_an_address_learns_that_somebody_has_it(client, letter):
    UserFactory(email="taken@abitare.example")
    scan(client, letter[1])
    answer(client, "lingua", language="it")
    answer(client, "nome", name="Nadia Salem")
    answer(client, "accesso", way="email")
    assert leads_to(answer(client, "recapito", contact="taken@abitare.example")) == "/benvenuto/codice/"
    assert leads_to(answer(client, "codice", code=sent_code())) == "/benvenuto/recapito/?taken=1"
    page = client.get("/benvenuto/recapito/?taken=1").content.decode()
    assert "taken@abitare.example" in page
    assert "field--wrong" in page
    assert leads_to(client.get("/benvenuto/informativa/")) == "/benvenuto/codice/"


BAD_NAMES = {
    "nothing": "",
    "blanks": "   ",
    "turned round": "Nadia \u202eSalem",
    "unseen": "Nadia\u2800",
    "far too long": "N" * 10_000,
}


@pytest.mark.parametrize("name", BAD_NAMES.values(), ids=BAD_NAMES)
def test_a_name_that_nobody_can_read(client, letter, name):
    scan(client, letter[1])
    answer(client, "lingua", language="it")
    page = answer(client, "nome", name=name)
    assert page.status_code == 422
    assert "field--wrong" in page.content.decode()


@pytest.mark.parametrize("name", ["نادية سالم", "李娜", "Nadia 🌻", "Олена", "Ñuñez-O’Brien"])
def test_a_name_of_any_script(client, letter, name):
    scan(client, letter[1])
    answer(client, "lingua", language="it")
    assert leads_to(answer(client, "nome", name=name)) == "/benvenuto/accesso/"


@pytest.mark.parametrize("password", ["tiny", "password1234"])
def test_a_weak_password(asked, password):
    answer(asked, "codice", code=sent_code())
    page = answer(asked, "password", password=password)
    assert page.status_code == 422
    assert f'value="{password}"' not in page.content.decode()


def test_a_password_is_kept_as_a_hash_only(asked):
    answer(asked, "codice", code=sent_code())
    answer(asked, "password", password=PASSWORD)
    assert PASSWORD not in str(dict(asked.session.items()))


def test_the_notice_can_be_read_at_any_time(client):
    assert client.get("/informativa/").status_code == 200


def test_nothing_of_it_is_kept_by_the_browser(client, letter):
    for page in (client.get(WELCOME), scan(client, letter[1]), client.get("/benvenuto/lingua/")):
        assert "no-store" in page["Cache-Control"]
