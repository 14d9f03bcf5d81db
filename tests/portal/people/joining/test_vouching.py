"""A coordinator's word lets somebody in, as a member and no more; staff check them, or close the account."""

import re
import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from portal.access.models import ConfidentialRead
from portal.events.models import Event
from portal.extensions import NotificationKind, find
from portal.people.invitations.notice import VERSION
from portal.people.joining.models import (
    VOUCHES_A_DAY,
    AccountExists,
    AlreadyDecided,
    JoinRequest,
    VouchedEnough,
)
from portal.people.models import User
from portal.testing.factories import OrganizationFactory, UserFactory
from portal.ui.words import unbroken
from tests.portal.people.doors import ask_for_code, who

from .asking import TERESA, code_sent, form, told, waiting_request

pytestmark = pytest.mark.django_db


def asks(vicini, **fields):
    return waiting_request(**{"wish": "volunteer", "organization": vicini, **fields})


def fresh(person):
    return User.objects.get(pk=person.pk)


# -- the story -------------------------------------------------------------------------------------------------------


def test_from_the_request_to_the_check(client, elena, vicini):
    # At the door she reads what is kept about her, asks, and proves her address.
    door = client.get("/en/partecipa/").content.decode()
    assert "as long as you have an account here." in door
    client.post("/partecipa/", form(wish="volunteer", organization=vicini.pk))
    client.post("/partecipa/codice/", {"code": code_sent()})
    asked = JoinRequest.objects.waiting().get()

    # Lucia knows her: she is in.
    client.force_login(vicini.lucia)
    said = client.post(f"/en/enti/{vicini.pk}/richieste/{asked.pk}/vouch/", follow=True).content.decode()
    assert "Teresa Galli is in" in said
    teresa = User.objects.get(email=TERESA)
    assert "/account/login/" in told()[-1]
    member = vicini.members.current().get(person=teresa)
    assert (member.vouched_by, member.checked_at) == (vicini.lucia, None)
    notice = teresa.notice_acceptances.get()
    assert (notice.privacy_notice_version, notice.accepted_at) == (VERSION, asked.created_at)

    # She signs in by a code and sees her organization; nobody lets her near children yet.
    phone = type(client)()
    phone.post("/account/login/code/confirm/", {"code": ask_for_code(phone, TERESA)})
    assert who(phone) == teresa.pk
    assert phone.get(f"/enti/{vicini.pk}/").status_code == 200
    assert not teresa.may_help_sensitively()

    # Elena finds her on her day, and checks her.
    client.force_login(elena)
    assert "?show=check" in client.get(reverse("portal:day")).content.decode()
    page = client.get("/en/persone/richieste/?show=check").content.decode()
    assert "Teresa Galli" in page
    (back,) = re.findall(r'name="next" value="([^"]*)"', page)
    checked = client.post(f"/enti/{vicini.pk}/membri/{member.pk}/mark_checked/", {"next": back}, follow=True)
    assert checked.redirect_chain == [("/en/persone/richieste/?show=check", 302)], (
        "the list that she came from"
    )
    assert len(checked.context["messages"]) == 1
    assert fresh(teresa).may_help_sensitively()
    assert "Teresa Galli" not in client.get("/en/persone/richieste/?show=check").content.decode()
    assert "?show=check" not in client.get(reverse("portal:day")).content.decode()


def test_staff_are_told_without_a_name(elena, vicini):
    asks(vicini).vouch(by=vicini.lucia, yes=True)

    kind = find(NotificationKind, "portal.join_request.vouched")
    event = Event.objects.get(kind=kind.key)
    assert elena in kind.recipients(event)
    assert "Teresa" not in kind.title(event)
    assert kind.url(event) == "/persone/richieste/?show=check"


def test_staff_find_where_to_call_whom_they_have_to_check_and_leave_a_trace(client, elena, vicini):
    asked = asks(vicini, phone="+390200000155")
    asked.vouch(by=vicini.lucia, yes=True)
    page = f"/en/persone/richieste/{asked.pk}/recapiti/"
    client.force_login(elena)
    assert page in client.get("/en/persone/richieste/?show=check").content.decode()

    shown = client.get(page).content.decode()

    assert 'href="tel:+390200000155"' in shown
    assert unbroken("02 0000 0155") in shown
    assert TERESA in shown
    read = ConfidentialRead.objects.get()
    assert (read.reader, read.about, read.reason) == (elena, asked.person, "contact")
    # Of the request and not of the person: the register asks for itself why it is opened.
    assert (read.content_type.model, read.object_id) == ("joinrequest", str(asked.pk))

    # A coordinator knows them, and is shown no number; once they are checked, the register has it, for a reason.
    client.force_login(vicini.lucia)
    assert client.get(page).status_code == 404
    vicini.members.get(person=asked.person).mark_checked(by=elena)
    client.force_login(elena)
    assert client.get(page).status_code == 404


def test_who_said_so_stands_apart_from_what_was_said(client, elena, vicini):
    asks(vicini).vouch(by=vicini.lucia, yes=True)
    client.force_login(elena)

    for show in ("check", "decided"):
        page = client.get(f"/en/persone/richieste/?show={show}").content.decode()
        assert "said by <bdi>Lucia</bdi>" in page
    assert "decided by <bdi>Lucia</bdi>" in page


@pytest.mark.parametrize(
    "elsewhere", ["", "https://evil.example/", "//evil.example", "javascript:alert(1)", "\x00"]
)
def test_a_check_leads_to_no_address_but_ours(client, elena, vicini, elsewhere):
    member = vicini.members.create(person=UserFactory())
    client.force_login(elena)
    answer = client.post(f"/enti/{vicini.pk}/membri/{member.pk}/mark_checked/", {"next": elsewhere})
    assert answer["Location"] == f"/enti/{vicini.pk}/"


# -- staff do not want them in ---------------------------------------------------------------------------------------


def test_an_account_that_nobody_checked_is_closed_at_once(client, elena, vicini):
    asked = asks(vicini)
    asked.vouch(by=vicini.lucia, yes=True)
    teresa = asked.person
    phone = type(client)()
    phone.force_login(teresa)
    client.force_login(elena)

    question = client.get(f"/en/persone/richieste/{asked.pk}/close/")
    assert "Close the account of Teresa Galli?" in question.content.decode()
    assert fresh(teresa).is_active
    for _time in range(2):
        client.post(f"/persone/richieste/{asked.pk}/close/")

    assert not fresh(teresa).is_active
    assert not vicini.members.current().filter(person=teresa).exists()
    assert phone.get("/account/").status_code == 302
    assert Event.objects.filter(kind="portal.join_request.closed").count() == 1
    assert "closed since" in client.get("/en/persone/richieste/?show=decided").content.decode()


def test_who_is_checked_or_works_here_is_not_closed_by_this_door(elena, vicini):
    checked, works = asks(vicini), asks(vicini, email="bruno@abitare.example")
    for asked in (checked, works):
        asked.vouch(by=vicini.lucia, yes=True)
    vicini.members.get(person=checked.person).mark_checked(by=elena)
    works.person.give_role("portal.editor", by=None)

    for asked in (checked, works):
        with pytest.raises(AlreadyDecided):
            asked.close(by=elena)
        assert fresh(asked.person).is_active


def test_a_request_that_still_waits_has_no_account_to_close(elena, vicini):
    with pytest.raises(AlreadyDecided):
        asks(vicini).close(by=elena)


def test_no_coordinator_closes_an_account(client, vicini):
    asked = asks(vicini)
    asked.vouch(by=vicini.lucia, yes=True)
    client.force_login(vicini.lucia)

    assert client.post(f"/persone/richieste/{asked.pk}/close/").status_code == 404
    with pytest.raises(PermissionDenied):
        asked.close(by=vicini.lucia)


# -- how far the word goes -------------------------------------------------------------------------------------------


def test_without_an_organization_staff_decide(vicini, elena):
    asked = waiting_request()

    with pytest.raises(PermissionDenied):
        asked.vouch(by=vicini.lucia, yes=True)
    assert not User.objects.filter(email=TERESA).exists()
    asked.approve(by=elena)
    assert User.objects.filter(email=TERESA).exists()


def test_a_coordinator_elsewhere_and_one_who_has_left_let_nobody_in(vicini):
    asked, other = asks(vicini), OrganizationFactory()
    stranger = UserFactory()
    other.add(stranger, by=None, is_coordinator=True)
    vicini.remove(vicini.lucia, by=None)

    for person in (stranger, fresh(vicini.lucia)):
        with pytest.raises(PermissionDenied):
            asked.vouch(by=person, yes=True)
    assert not User.objects.filter(email=TERESA).exists()


def test_an_address_that_is_known_meanwhile_is_for_the_agency(client, vicini):
    asked = asks(vicini)
    UserFactory(email=TERESA)

    with pytest.raises(AccountExists):
        asked.vouch(by=vicini.lucia, yes=True)
    client.force_login(vicini.lucia)
    page = client.post(f"/en/enti/{vicini.pk}/richieste/{asked.pk}/vouch/", follow=True).content.decode()
    assert "The agency sees to it." in page
    assert TERESA not in page
    asked.refresh_from_db()
    assert (asked.is_waiting, asked.vouched) == (True, None)


def test_ten_a_day_and_tomorrow_again(client, vicini):
    for number in range(VOUCHES_A_DAY):
        asks(vicini, email=f"p{number}@abitare.example").vouch(by=vicini.lucia, yes=True)
    one_more = asks(vicini)

    with pytest.raises(VouchedEnough):
        one_more.vouch(by=vicini.lucia, yes=True)
    client.force_login(vicini.lucia)
    page = client.post(f"/en/enti/{vicini.pk}/richieste/{one_more.pk}/vouch/", follow=True).content.decode()
    assert "Come back tomorrow." in page
    assert not User.objects.filter(email=TERESA).exists()
    one_more.vouch(by=vicini.lucia, yes=False)  # a no is always heard

    JoinRequest.objects.filter(vouched=True).update(vouched_at=timezone.now() - timedelta(days=1, minutes=1))
    one_more.vouch(by=vicini.lucia, yes=True)
    assert User.objects.filter(email=TERESA).exists()


def test_the_limit_is_a_coordinators_own(vicini):
    davide = UserFactory()
    vicini.add(davide, by=None, is_coordinator=True)
    for number in range(VOUCHES_A_DAY):
        asks(vicini, email=f"p{number}@abitare.example").vouch(by=vicini.lucia, yes=True)

    asks(vicini).vouch(by=davide, yes=True)
    assert User.objects.filter(email=TERESA).exists()


# -- the notice ------------------------------------------------------------------------------------------------------


def test_whom_staff_let_in_has_read_the_notice_too(client, elena):
    client.post("/partecipa/", form())
    client.post("/partecipa/codice/", {"code": code_sent()})
    asked = JoinRequest.objects.waiting().get()

    teresa = asked.approve(by=elena)

    assert [n.privacy_notice_version for n in teresa.notice_acceptances.all()] == [VERSION]


def test_what_nobody_was_shown_nobody_has_read(elena):
    """A request from before the notice stood beside the form."""
    asked = JoinRequest.ask(
        client_id=uuid.uuid4(), name="Teresa Galli", email=TERESA, phone=None, wish="neighbour", organization=None,
        language="it",
    )  # fmt: skip
    teresa = asked.confirm(code_sent().replace("-", "")).approve(by=elena)

    assert not teresa.notice_acceptances.exists()


def test_what_the_browser_says_of_the_notice_is_not_heard(client):
    client.post("/partecipa/", form(notice_version="1999"))

    assert JoinRequest.objects.get().notice_version == VERSION


# -- the lists of staff ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("show", "said"),
    [
        ("", "has confirmed their e-mail or phone"),
        ("check", "Whom an organization has let in appears here"),
        ("decided", "Whoever was let in, or was not"),
    ],
)
def test_an_empty_list_says_what_appears_in_it(client, elena, show, said):
    client.force_login(elena)
    assert said in client.get(f"/en/persone/richieste/?show={show}").content.decode()


def test_what_is_decided_says_who_checked_them(client, elena, vicini):
    asked = asks(vicini)
    asked.vouch(by=vicini.lucia, yes=True)
    client.force_login(elena)
    decided = "/en/persone/richieste/?show=decided"
    assert "checked by" not in client.get(decided).content.decode()

    vicini.members.get(person=asked.person).mark_checked(by=elena)

    assert f"checked by <bdi>{elena}</bdi>" in client.get(decided).content.decode()
