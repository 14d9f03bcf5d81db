"""A paper from the desk, for whoever has neither an e-mail address nor a phone."""

import re
import time
import uuid
from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from portal.access.step_up import STEP_UP_UNTIL
from portal.events import history_of
from portal.notifications.models import Notification
from portal.people import limits
from portal.people.codes import readable
from portal.people.papers import models as papers
from portal.people.papers.models import HoldsARole, SignInCode, SignInSheet
from portal.testing.factories import HouseholdFactory, UserFactory
from tests.portal.people.doors import PASSWORD, sign_in, who
from tests.portal.people.test_unknown_people import cost
from tests.portal.proof.browsers import step_up_now

pytestmark = pytest.mark.django_db

DOOR = "/account/login/foglio/"
STRANGER, HOME = {"REMOTE_ADDR": "203.0.113.9"}, {"REMOTE_ADDR": "198.51.100.7"}


@pytest.fixture
def carmela():
    return UserFactory(display_name="Carmela Russo", email=None, language="ar")


@pytest.fixture
def elena():
    return UserFactory(display_name="Elena Marchetti", roles=["portal.caseworker"])


@pytest.fixture
def desk(client, elena):
    """The caseworker's browser, who proved who she is a moment ago."""
    client.force_login(elena)
    step_up_now(client)
    return client


@pytest.fixture
def printed(carmela, elena):
    return SignInSheet.print_for(carmela, by=elena, client_id=uuid.uuid4())


@pytest.fixture
def visitor(client):
    return type(client)()


def write(browser, sheet, code, **extra):
    return browser.post(DOOR, {"number": getattr(sheet, "number", sheet), "code": code}, **extra)


# -- from the desk to the first sign-in --------------------------------------------------------------------------


def test_what_the_desk_prints_signs_the_person_in(desk, carmela, visitor):
    page = desk.post(f"/persone/{carmela.pk}/foglio/", {"client_id": uuid.uuid4()}).content.decode()
    number, *codes = re.findall(r"\d{4}-\d{4}(?=</bdi></strong>)", page)
    assert len(codes) == papers.CODES
    answer = visitor.post(DOOR, {"number": number, "code": codes[2]})
    assert answer["Location"] == "/ar/casa/"
    assert who(visitor) == carmela.pk
    visitor.get("/ar/casa/")
    assert visitor.session[STEP_UP_UNTIL] > time.time(), "whoever has no other means has just used this one"


def test_the_paper_is_in_the_persons_language(desk, carmela):
    page = desk.post(f"/persone/{carmela.pk}/foglio/", {"client_id": uuid.uuid4()}).content.decode()
    assert re.search(r'<article[^>]*lang="ar"[^>]*dir="rtl"', page)
    assert "/ar/account/login/foglio/" in page
    assert (
        "no-store"
        in desk.post(f"/persone/{carmela.pk}/foglio/", {"client_id": uuid.uuid4()})["Cache-Control"]
    )


def test_each_code_is_good_once(printed, carmela, client):
    sheet, codes = printed
    for code in codes:
        browser = type(client)()
        write(browser, sheet, code)
        assert who(browser) == carmela.pk
        again = type(client)()
        assert write(again, sheet, code).context["form"].non_field_errors()
        assert who(again) is None
    assert sheet.codes_left() == 0


def test_written_with_arabic_digits_and_however_spaced(printed, carmela, visitor):
    sheet, codes = printed
    eastern = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
    visitor.post(
        DOOR, {"number": f" {readable(sheet.number)} ", "code": " ".join(codes[0]).translate(eastern)}
    )
    assert who(visitor) == carmela.pk


def test_the_person_is_led_where_they_wanted_to_go_and_nowhere_else(printed, visitor, client):
    sheet, codes = printed
    fields = {"number": sheet.number, "code": codes[0]}
    assert visitor.post(DOOR, {**fields, "next": "/en/account/"})["Location"] == "/ar/account/"
    assert visitor.get(f"{DOOR}?next=//evil.example/")["Location"] == "/ar/casa/"
    other = type(client)()
    assert (
        other.post(DOOR, {**fields, "code": codes[1], "next": "//evil.example/"})["Location"] == "/ar/casa/"
    )


def test_the_sign_in_page_knows_the_paper(visitor):
    assert "/account/login/foglio/?next=/casa/" in visitor.get(
        "/account/login/?next=/casa/"
    ).content.decode().replace("%2F", "/")


@pytest.mark.parametrize("page", ["/account/login/", "/account/login/code/", "/account/password/reset/"])
@pytest.mark.parametrize("sender", ["portal.tasks.sms.MemorySender", ""], ids=["text messages", "none"])
def test_whoever_has_a_paper_alone_finds_its_door_from_every_page_that_asks_for_an_address(
    visitor, settings, page, sender
):
    settings.PORTAL_SMS_SENDER = sender
    main = visitor.get(page).content.decode().split("<main")[1].split("</main")[0]
    assert main.count('href="/account/login/foglio/"') == 1


# -- what a paper is worth ---------------------------------------------------------------------------------------


def test_it_ends_by_itself(printed, visitor):
    sheet, codes = printed
    with time_machine.travel(sheet.valid_until + timedelta(seconds=1), tick=False):
        write(visitor, sheet, codes[0])
    assert who(visitor) is None


def test_a_lost_one_is_worth_nothing_once_the_desk_says_so(desk, printed, carmela, visitor):
    sheet, codes = printed
    desk.post(f"/persone/{carmela.pk}/foglio/annulla/")
    desk.post(f"/persone/{carmela.pk}/foglio/annulla/")
    write(visitor, sheet, codes[0])
    assert who(visitor) is None
    kinds = [event.kind for event in history_of(carmela, confidential=True)]
    assert kinds == ["portal.person.paper_printed", "portal.person.paper_revoked"]


def test_so_is_the_one_before(printed, carmela, elena, visitor):
    sheet, codes = printed
    SignInSheet.print_for(carmela, by=elena, client_id=uuid.uuid4())
    write(visitor, sheet, codes[0])
    assert who(visitor) is None
    assert carmela.sign_in_sheets.filter(revoked_at=None).count() == 1


def test_two_good_papers_of_one_person_cannot_be(printed, carmela):
    with pytest.raises(IntegrityError), transaction.atomic():
        SignInSheet.objects.create(person=carmela, valid_until=timezone.now())


def a_role(person):
    person.give_role("portal.editor", by=None)


def a_closed_account(person):
    person.close_account(by=None)


def the_keys_of_the_installation(person):
    person.is_superuser = True
    person.save(update_fields=["is_superuser"])


@pytest.mark.parametrize("given", [a_role, a_closed_account, the_keys_of_the_installation])
def test_whoever_holds_a_role_gets_none_and_comes_in_by_none(desk, printed, carmela, elena, visitor, given):
    sheet, codes = printed
    given(carmela)
    write(visitor, sheet, codes[0])
    assert who(visitor) is None
    assert sheet.codes_left() == papers.CODES
    with pytest.raises(HoldsARole):
        SignInSheet.print_for(carmela, by=elena, client_id=uuid.uuid4())
    assert desk.get(f"/persone/{carmela.pk}/foglio/").status_code == 404
    assert carmela.display_name not in desk.get("/persone/fogli/?q=carmela").content.decode()


def test_who_printed_it_is_kept_in_confidence_and_the_person_told(printed, carmela, elena, committing):
    assert [(e.kind, e.actor) for e in history_of(carmela, confidential=True)] == [
        ("portal.person.paper_printed", elena)
    ]
    assert not history_of(carmela).exists()
    with committing():
        SignInSheet.print_for(carmela, by=elena, client_id=uuid.uuid4())
    told = Notification.objects.filter(person=carmela)
    assert {notification.event.kind for notification in told} == {"portal.person.paper_printed"}


def test_neither_number_nor_code_can_be_read_in_the_database(printed):
    _sheet, codes = printed
    kept = "".join(SignInCode.objects.values_list("digest", flat=True))
    assert not any(code in kept for code in codes)


def test_another_installations_secret_opens_nothing(printed, visitor, settings):
    sheet, codes = printed
    settings.SECRET_KEY = "another one, as after a theft of the database alone"
    write(visitor, sheet, codes[0])
    assert who(visitor) is None


# -- the desk ----------------------------------------------------------------------------------------------------


def test_an_order_that_comes_twice_prints_once(desk, carmela):
    order = {"client_id": uuid.uuid4()}
    desk.post(f"/persone/{carmela.pk}/foglio/", order)
    again = desk.post(f"/persone/{carmela.pk}/foglio/", order)
    assert again.status_code == 302
    assert SignInSheet.objects.get().is_live


@pytest.mark.parametrize("order", ["", "x", "0" * 10_000])
def test_an_order_without_a_number_of_its_own_prints_nothing(desk, carmela, order):
    assert desk.post(f"/persone/{carmela.pk}/foglio/", {"client_id": order}).status_code == 200
    assert not SignInSheet.objects.exists()


@pytest.mark.parametrize("role", [None, "portal.editor", "portal.auditor"])
def test_nobody_else_prints(client, carmela, role):
    client.force_login(UserFactory(roles=[role] if role else []))
    for path in ("/persone/fogli/", f"/persone/{carmela.pk}/foglio/"):
        assert client.get(path).status_code == 404
    assert client.post(f"/persone/{carmela.pk}/foglio/", {"client_id": uuid.uuid4()}).status_code == 404
    assert not SignInSheet.objects.exists()


def test_whoever_prints_proves_first_who_they_are(client, carmela, elena, monkeypatch):
    from django.http import HttpResponseRedirect

    monkeypatch.setattr(
        "portal.people.papers.views.ask_to_step_up", lambda request: HttpResponseRedirect("/once-more/")
    )
    client.force_login(elena)
    for method in ("get", "post"):
        answer = getattr(client, method)(f"/persone/{carmela.pk}/foglio/", {"client_id": uuid.uuid4()})
        assert answer["Location"] == "/once-more/"
    assert client.get(f"/persone/{elena.pk}/foglio/").status_code == 404  # before any question
    assert not SignInSheet.objects.exists()


def test_namesakes_are_told_apart(desk):
    for place, email in (("Famiglia Russo", None), ("Famiglia Bianchi", "carmela.russo@abitare.example")):
        HouseholdFactory(name=place).add(UserFactory(display_name="Carmela Russo", email=email), by=None)
    page = desk.get("/persone/fogli/?q=carmela").content.decode()
    assert "Famiglia Russo" in page
    assert "Famiglia Bianchi" in page
    assert "c•••@abitare.example" in page
    assert "carmela.russo" not in page


# -- guessing ----------------------------------------------------------------------------------------------------


def wrong(codes, number):
    guess = f"{number:08}"
    return guess if guess not in codes else "99999999"


@pytest.mark.once  # what is counted stands in the cache
def test_a_code_tried_a_thousand_times(printed, visitor):
    """By somebody who has seen the number alone, from as many places as they like."""
    sheet, codes = printed
    with time_machine.travel(timezone.now().replace(hour=9), tick=False):
        for number in range(1000):
            write(visitor, sheet, wrong(codes, number), REMOTE_ADDR=f"192.0.{number // 250}.{number % 250}")
        write(visitor, sheet, codes[0], **STRANGER)
    assert who(visitor) is None
    assert sheet.codes_left() == papers.CODES


def test_a_device_that_the_person_has_used_has_its_own_tries(printed, carmela, visitor, client):
    sheet, codes = printed
    mine = type(client)()
    write(mine, sheet, codes[0])
    mine.post("/account/logout/")
    for number in range(20):
        write(visitor, sheet, wrong(codes, number))
    write(mine, sheet, codes[1])
    assert who(mine) == carmela.pk


def test_whoever_guesses_at_all_papers_uses_up_nobodys(printed, carmela, visitor, client):
    sheet, codes = printed
    for number in range(limits_of_a_place() + 5):
        write(visitor, f"{number:08}", "00000000", **STRANGER)
    assert write(visitor, sheet, codes[0], **STRANGER).status_code == 200
    elsewhere = type(client)()
    write(elsewhere, sheet, codes[0], **HOME)
    assert who(elsewhere) == carmela.pk


def limits_of_a_place():
    return int(limits.PAPERS.place.split("/")[0])


def test_a_paper_that_exists_and_one_that_does_not_cost_the_same(printed, client):
    sheet, codes = printed
    sheet_of_closed, _codes = SignInSheet.print_for(UserFactory(email=None), by=None, client_id=uuid.uuid4())
    sheet_of_closed.person.close_account(by=None)

    def attempt(number):
        shapes, *rest, page = cost(client, DOOR, number=number, code=wrong(codes, 1))
        return shapes, *rest, page.replace(number, "")

    known = attempt(sheet.number)
    assert known[2] == 200
    assert attempt("00000000" if sheet.number != "00000000" else "11111111") == known
    assert attempt(sheet_of_closed.number) == known


@pytest.mark.parametrize(
    "nonsense",
    ["", "1234", "123456789", "abcdefgh", "1234-567x", "𝟙𝟚𝟛𝟜", "\x00" * 8, "1" * 10_000],
    ids=["none", "short", "long", "letters", "one-letter", "fancy", "nothing", "huge"],
)
def test_what_is_no_code_is_told_so_next_to_the_field(visitor, nonsense):
    answer = visitor.post(DOOR, {"number": nonsense, "code": nonsense})
    assert answer.status_code == 200
    assert set(answer.context["form"].errors) == {"number", "code"}


def test_a_signed_in_person_needs_no_door(client):
    person = UserFactory(password=PASSWORD)
    sign_in(client, person.email)
    assert client.get(DOOR)["Location"] == "/casa/"


@pytest.mark.parametrize("verb", ["sign_out_everywhere", "close_account"])
def test_a_stolen_bags_papers_are_worth_nothing_once_the_desk_has_signed_the_person_out(
    printed, carmela, elena, visitor, verb
):
    sheet, codes = printed
    getattr(carmela, verb)(by=elena)
    carmela.open_account(by=elena)
    write(visitor, sheet, codes[0])
    assert who(visitor) is None


def test_whoever_signs_their_other_devices_out_keeps_their_paper(printed, carmela, visitor):
    sheet, codes = printed
    carmela.sign_out_everywhere(by=carmela)
    write(visitor, sheet, codes[0])
    assert who(visitor) == carmela.pk
