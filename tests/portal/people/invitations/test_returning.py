"""Somebody who has lost phone and address comes back in: at the desk, with a document, and not behind their back."""

import io
import re
import uuid

import pytest
from django.core.exceptions import PermissionDenied
from django.template.loader import render_to_string
from django.utils import timezone

from portal.events.dispatch import drain
from portal.events.models import Event
from portal.extensions import NotificationKind, find
from portal.notifications.models import Notification
from portal.notifications.preferences import choose_for_all
from portal.people.invitations.letters import Letter, pdf
from portal.people.invitations.models import Invitation, NeverIn, NobodySeen, NotOpen
from portal.people.notifications import my_contacts
from portal.tasks.sms import MemorySender
from portal.tasks.worker import work_off
from portal.testing.factories import UserFactory
from portal.ui.pdf import can_print_pdf
from tests.portal.people.doors import delivered, texted, who
from tests.portal.proof.browsers import forget, step_up_now

from .letters import answer, come_in, letter_for, newcomer, scan

pytestmark = pytest.mark.django_db


@pytest.fixture
def elena():
    return UserFactory(display_name="Elena", roles=["portal.caseworker"])


@pytest.fixture
def carmela():
    """She has been signing in with an address and a phone that are both gone now."""
    return newcomer(
        display_name="Carmela Russo",
        email="carmela@abitare.example",
        phone="+390200000777",
        last_login=timezone.now(),
    )


@pytest.fixture
def desk(client, elena):
    client.force_login(elena)
    step_up_now(client)
    return client


def page_of(person):
    return f"/en/persone/{person.pk}/rientro/"


def order(**fields):
    return {"client_id": uuid.uuid4(), "document_seen": "on", **fields}


def codes_on(page):
    return [code.replace(" ", "") for code in re.findall(r'letter__code" dir="ltr">([^<]+)<', page)]


def kinds_about(person):
    return [e.kind for e in Event.objects.order_by("pk") if e.target == person and "invitation" in e.kind]


# -- the story -------------------------------------------------------------------------------------------------------


def test_the_desk_sees_her_and_she_comes_back_in(desk, elena, carmela):
    page = desk.get(page_of(carmela)).content.decode()
    assert "c•••@abitare.example" in page
    assert "carmela@abitare.example" not in page
    elsewhere = type(desk)()
    elsewhere.force_login(carmela)

    [code] = codes_on(desk.post(page_of(carmela), order()).content.decode())

    made = Invitation.objects.carrying(code)
    assert (made.person, made.issued_by) == (carmela, elena)
    assert made.document_seen_at is not None
    [fact] = Event.objects.filter(kind="portal.invitation.return_issued")
    assert (fact.actor, fact.data["document_seen"]) == (elena, True)
    # Told at once, before anybody has used it; and what told her holds no code.
    assert [mail.to for mail in delivered()] == [["carmela@abitare.example"]]
    assert [text.to for text in texted()] == ["+390200000777"]
    assert code not in delivered()[0].body + texted()[0].text

    phone = type(desk)()
    assert come_in(phone, code).headers["Location"] == "/casa/"
    assert who(phone) == carmela.pk
    assert elsewhere.get("/account/").status_code == 302, "what was signed in before is out"
    assert kinds_about(carmela)[-1] == "portal.invitation.came_back"
    # And at the end once more: this address opens nothing any more.
    assert [mail.to for mail in delivered()][1:] == [["carmela@abitare.example"]]


def test_she_is_written_to_once_at_each_contact_and_her_devices_tell_her_too(
    desk, carmela, mailoutbox, monkeypatch
):
    choose_for_all(carmela, "sms", is_on=True)
    monkeypatch.setattr("portal.notifications.push.channel.reached", lambda people: {carmela.pk})

    desk.post(page_of(carmela), order())
    drain()

    told = Notification.objects.filter(person=carmela, event__kind="portal.invitation.return_issued")
    assert sorted(row.channel for row in told) == ["inbox", "push"]
    assert all(row.is_urgent and row.due_at <= timezone.now() for row in told)
    work_off()
    assert [mail.to for mail in mailoutbox] == [["carmela@abitare.example"]]
    assert [text.to for text in MemorySender.outbox] == ["+390200000777"]


def test_the_news_of_it_leads_to_her_contacts():
    assert find(NotificationKind, "portal.invitation.return_issued").url is my_contacts


# -- bad paths -------------------------------------------------------------------------------------------------------


def test_without_the_desks_word_there_is_no_letter(desk, elena, carmela):
    refused = desk.post(page_of(carmela), {"client_id": uuid.uuid4()})

    assert refused.status_code == 422
    assert refused.context["form"].errors["document_seen"]
    with pytest.raises(NobodySeen):
        Invitation.issue_to_return(carmela, by=elena, client_id=uuid.uuid4(), document_seen=False)
    assert not carmela.invitations.exists()
    assert delivered() == []


def test_whoever_has_not_proved_who_they_are_is_asked_first(desk, carmela):
    forget(desk)

    assert desk.get(page_of(carmela)).headers["Location"].startswith("/en/account/conferma/?next=")
    held = desk.post(page_of(carmela), order())
    assert held.status_code == 403
    assert not carmela.invitations.exists()
    assert desk.get("/en/persone/999999/rientro/").status_code == 404


@pytest.mark.parametrize("role", [None, "portal.editor", "portal.auditor", "community.mediator"])
def test_nobody_else_makes_one(client, carmela, role):
    somebody = UserFactory(roles=[role] if role else [])
    client.force_login(somebody)
    step_up_now(client)

    assert client.get(page_of(carmela)).status_code == 404
    assert client.post(page_of(carmela), order()).status_code == 404
    with pytest.raises(PermissionDenied):
        Invitation.issue_to_return(carmela, by=somebody, client_id=uuid.uuid4(), document_seen=True)


def test_who_needs_more_than_one_proof_is_brought_back_by_an_administrator(client, desk):
    mediator = UserFactory(roles=["community.mediator"], last_login=timezone.now())
    assert desk.get(page_of(mediator)).status_code == 404
    assert desk.post(page_of(mediator), order()).status_code == 404

    client.force_login(UserFactory(roles=["portal.administrator"]))
    step_up_now(client)
    assert len(codes_on(client.post(page_of(mediator), order()).content.decode())) == 1


def test_nobody_makes_one_for_themselves_nor_for_whoever_keeps_the_installation(client):
    marta = UserFactory(roles=["portal.administrator"], last_login=timezone.now())
    keeper = UserFactory(is_superuser=True, last_login=timezone.now())
    client.force_login(marta)
    step_up_now(client)

    for person in (marta, keeper):
        assert client.post(page_of(person), order()).status_code == 404
    assert not Invitation.objects.exists()


def test_it_is_for_those_who_have_been_in_and_are_not_closed(desk, elena, carmela):
    new = newcomer()
    assert desk.get(page_of(new)).status_code == 404
    with pytest.raises(NeverIn):
        Invitation.issue_to_return(new, by=elena, client_id=uuid.uuid4(), document_seen=True)

    carmela.close_account(by=None)
    assert desk.get(page_of(carmela)).status_code == 404
    with pytest.raises(NotOpen):
        Invitation.issue_to_return(carmela, by=elena, client_id=uuid.uuid4(), document_seen=True)


def test_sent_twice_it_is_one_letter_and_she_is_told_once(desk, carmela):
    once = order()
    desk.post(page_of(carmela), once)
    again = desk.post(page_of(carmela), once, follow=True)

    assert codes_on(again.content.decode()) == []
    assert "made already" in again.content.decode()
    assert carmela.invitations.count() == 1
    assert len(delivered()) == 1


def test_a_newer_one_makes_the_older_worthless(desk, carmela):
    first, second = (codes_on(desk.post(page_of(carmela), order()).content.decode())[0] for _time in range(2))

    assert Invitation.objects.carrying(first) is None
    assert Invitation.objects.carrying(second).person == carmela


def test_the_desk_ends_her_sessions_and_with_them_the_letter(desk, elena, carmela):
    [code] = codes_on(desk.post(page_of(carmela), order()).content.decode())

    carmela.sign_out_everywhere(by=elena)

    assert Invitation.objects.carrying(code) is None


def test_the_way_there_stands_where_the_desk_looks(desk, carmela):
    assert page_of(carmela) in desk.get(f"/en/persone/inviti/{carmela.pk}/lettera/").content.decode()
    assert page_of(carmela) in desk.get(f"/en/persone/{carmela.pk}/foglio/").content.decode()
    fresh = newcomer()
    letter_for(fresh)
    assert page_of(fresh) not in desk.get(f"/en/persone/inviti/{fresh.pk}/lettera/").content.decode()


@pytest.mark.parametrize("role", ["portal.caseworker", "portal.administrator"])
def test_the_page_leads_back_to_one_that_whoever_is_there_may_see(client, carmela, role):
    client.force_login(UserFactory(roles=[role]))
    step_up_now(client)
    page = client.get(page_of(carmela)).content.decode()
    way = page.split('class="breadcrumbs"')[1].split("</nav>")[0]
    (above,) = re.findall(r'href="([^"]+)"', way)
    assert client.get(above).status_code == 200


# -- what the letter says ----------------------------------------------------------------------------------------------


def test_the_letter_says_that_one_comes_back_and_what_ends_by_it(desk, carmela):
    carmela.language = "en"
    carmela.save()
    page = desk.post(page_of(carmela), order()).content.decode()
    [code] = codes_on(page)
    letter = page.partition('<article class="letter"')[2].partition("</article>")[0]
    assert "Your way back into" in letter
    assert "all other devices are signed out" in letter
    assert "Your way into" not in letter
    assert "Choose your language and answer" not in letter

    phone = type(desk)()
    scan(phone, code, "/en")
    answer(phone, "lingua", "/en", language="en")
    answer(phone, "nome", "/en", name="Carmela Russo")
    answer(phone, "accesso", "/en", way="desk")
    assert "all other devices are signed out" in phone.get("/en/benvenuto/informativa/").content.decode()


def test_the_letter_of_a_newcomer_says_nothing_of_coming_back(client):
    made, code = letter_for(newcomer(language="en"))
    letter = render_to_string(
        "portal/people/invitations/one_letter.html", {"letter": Letter(made, code), "site_name": "Abitare"}
    )
    assert "Your way into Abitare" in letter
    assert "signed out" not in letter

    scan(client, code, "/en")
    answer(client, "lingua", "/en", language="en")
    answer(client, "nome", "/en", name="Nadia Salem")
    answer(client, "accesso", "/en", way="desk")
    notice = client.get("/en/benvenuto/informativa/").content.decode()
    assert "What we keep about you" in notice
    assert "signed out" not in notice


@pytest.mark.skipif(not can_print_pdf(), reason="needs pango")
@pytest.mark.parametrize("language", ["en", "it", "ar"])
def test_the_pdf_says_the_same_on_one_page(elena, language):
    from pypdf import PdfReader

    person = newcomer(display_name="W" * 80, language=language, last_login=timezone.now())
    letter = Letter(*Invitation.issue_to_return(person, by=elena, client_id=uuid.uuid4(), document_seen=True))
    [paper] = PdfReader(io.BytesIO(pdf([letter]))).pages
    if language == "en":
        text = " ".join(paper.extract_text().split())
        assert "Your way back into" in text
        assert "all other devices are signed out" in text
