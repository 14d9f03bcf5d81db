"""Two people open a case that is not theirs: what each of them sees, what those in it are told, and what stays shut."""

import re
import uuid
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, override

from community.mediation.agreements import Version
from community.mediation.glass import AskedNumber, BrokenGlass, digits_of
from community.mediation.models import Case
from community.mediation.notifications import NOTIFICATIONS
from community.mediation.pages.glass.listing import glasses_of
from community.mediation.rooms import Room, Word
from community.testing import anew, mediation_in, points_of
from portal.access.models import ConfidentialRead
from portal.events.models import Event
from portal.extensions import NotificationKind, find
from portal.testing.clients import Browser
from portal.testing.factories import UserFactory
from portal.uploads.models import Photo, VoiceNote, claim
from tests.portal.proof.browsers import step_up_now
from tests.portal.uploads.pictures import photo
from tests.portal.uploads.sounds import recording

pytestmark = pytest.mark.django_db
URL = "/en/mediazione/vetro/"
SAID = "xq-detto-in-confidenza"
TOKEN = re.compile(rb'(name="csrfmiddlewaretoken" value=")[^"]+|("X-CSRFToken": ?")[^"]+|nonce-[^\']+')


@pytest.fixture(autouse=True)
def nobody_has_asked_yet():
    cache.clear()


@pytest.fixture
def case(case_in):
    return case_in("agreement", told=f"{SAID} storia", points=(f"{SAID} punto",))


@pytest.fixture
def admin():
    return UserFactory(roles=["portal.administrator"], display_name="Ada")


def browser_of(person):
    client = Browser()
    client.force_login(person)
    step_up_now(client)
    return client


def text_of(answer) -> str:
    return answer.content.decode()


def asking(case, words="Ha scritto che vuole farla finita.", reason="life"):
    return {"number": str(case), "reason": reason, "words": words}


def opened(case, admin, carla):
    glass = BrokenGlass.ask(case, by=admin, reason="life", words="Pericolo.")
    glass.agree(by=carla)
    glass.refresh_from_db()
    return glass


def pages_of(glass):
    rooms = [
        reverse("community:mediation_glass_room", args=[glass.pk, room.pk]) for room in glass.case.rooms.all()
    ]
    names = ("mediation_glass", "mediation_glass_story", "mediation_glass_agreement")
    return [
        f"/en{path}" for path in (*(reverse(f"community:{name}", args=[glass.pk]) for name in names), *rooms)
    ]


# -- asking ---------------------------------------------------------------------------------------------------------


def test_to_whoever_may_not_it_is_missing_and_that_comes_before_any_step_up(case, amal, marta):
    for person in (amal, marta, UserFactory(roles=["portal.caseworker"])):
        client = Browser()
        client.force_login(person)
        assert client.get(URL).status_code == client.post(URL, asking(case)).status_code == 404
    assert not BrokenGlass.objects.exists()


def test_it_takes_a_fresh_sign_in_and_loses_no_word(case, admin):
    client = Browser()
    client.force_login(admin)
    assert "/account/" in client.get(URL)["Location"]
    asked = client.post(URL, asking(case))
    assert asked.status_code == 403
    assert "Ha scritto che vuole farla finita." in text_of(asked)
    assert not BrokenGlass.objects.exists()


def test_the_answer_is_the_same_whether_there_is_such_a_case_or_not(case, admin, carla):
    def answers(number):
        """To somebody who has asked for nothing else: at once, asked once more, and two days later."""
        AskedNumber.objects.all().delete()
        cache.clear()
        found = []
        for moment, words in ((0, "Uno"), (0, "Due"), (48, None)):
            with time_machine.travel(timezone.now() + timedelta(hours=moment)):
                client = browser_of(admin)
                sent = client.post(URL, {**asking(case, words), "number": number}) if words else None
                page = client.get(URL)
                known = re.sub(rb"<time.*?</time>", b"", TOKEN.sub(b"", page.content))
                assert number.encode() in known
                found.append(
                    (
                        sent and (sent.status_code, sent["Location"]),
                        known.replace(number.encode(), b""),
                        sorted(page.headers.items())[:3],
                    )
                )
        return found

    there = answers(str(case))
    assert b"If there is such a mediation" in there[0][1]
    assert b"Nobody has agreed yet." in there[0][1]
    assert b"Nobody has agreed within a day." in there[2][1]
    assert BrokenGlass.objects.count() == 2
    assert answers("M-FFFFFF") == answers("M-ABCDEF") == there
    # Of his own case, of a destroyed one: the same.
    case.mediators.create(person=admin, state="released")
    assert answers(str(case)) == there
    Case.objects.filter(pk=case.pk).update(state="closed", outcome="none", closed_at=timezone.now())
    Case.objects.filter(pk=case.pk).update(destroyed_at=timezone.now(), intake=None, invitation=None)
    assert answers(str(case)) == there
    assert BrokenGlass.objects.count() == 2


def test_whoever_asked_is_told_when_it_is_open_and_sees_what_became_of_it(case, admin, carla):
    client = browser_of(admin)
    client.post(URL, asking(case))
    assert text_of(client.get(URL)).count(str(case)) == 1

    BrokenGlass.objects.get().agree(by=carla)

    fact = Event.objects.get(kind="community.mediation.glass_opened")
    assert list(find(NotificationKind, fact.kind).recipients(fact)) == [admin]
    assert "Somebody has agreed: open until" in text_of(client.get(URL))
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        assert "It was open for an hour, and is closed again." in text_of(browser_of(admin).get(URL))
    assert str(case) not in text_of(browser_of(UserFactory(roles=["portal.administrator"])).get(URL))


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"number": ""}, "Write the number."),
        ({"number": "M-12"}, "Write a number like M-1A2B3C."),
        ({"number": "M-12345G"}, "Write a number like M-1A2B3C."),
        ({"reason": "curious"}, "Choose a reason of the list."),
        ({"words": " "}, "Write what has happened."),
        ({"words": "x" * 4001}, "This is too long"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(case, admin, told, said):
    answer = browser_of(admin).post(URL, {**asking(case, words="Parole mie"), **told})
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert "Parole mie" in text_of(answer) or "words" in told
    assert not BrokenGlass.objects.exists()


@pytest.mark.parametrize(
    "number", ["M-1a2b3c", "m 1A2B3C", " 1a2b3c ", "M–1A2B3C", "1a2b3c00-0000-4000-8000-000000000000"]
)
def test_a_number_as_people_write_it(number):
    assert digits_of(number).startswith("1a2b3c")


@pytest.mark.parametrize("number", ["", "M-", "M-1A2B3", "M-1A2B3Z", "١٢٣٤٥٦", "1a2b3c" * 6, "%"])
def test_what_is_no_number(number):
    assert digits_of(number) is None


def test_two_cases_of_one_number_are_told_apart_by_more_of_it():
    numbers = [uuid.UUID(f"1a2b3c{n}0-0000-4000-8000-000000000000") for n in (1, 2)]
    first, second = (
        Case.objects.create(pk=number, client_id=uuid.uuid4(), key=uuid.uuid4()) for number in numbers
    )
    assert BrokenGlass.case_of_number("M-1A2B3C") is None
    assert BrokenGlass.case_of_number("1A2B3C1") == first
    assert BrokenGlass.case_of_number(str(second.pk)) == second


def test_said_again_it_is_one_question_and_in_other_words_no_word_is_lost(case, admin):
    client = browser_of(admin)
    for words in ("Primo", "Primo", "Secondo"):
        client.post(URL, asking(case, words=words))
    assert {glass.words for glass in BrokenGlass.objects.all()} == {"Primo", "Secondo"}
    assert BrokenGlass.objects.count() == 2


def test_whoever_tries_numbers_is_stopped(case, admin):
    client = browser_of(admin)
    answers = [client.post(URL, asking(case, words=str(n))).status_code for n in range(11)]
    assert answers == [302] * 10 + [429]


# -- agreeing -------------------------------------------------------------------------------------------------------


def test_another_one_reads_why_and_agrees(case, admin, carla):
    browser_of(admin).post(URL, asking(case))
    glass = BrokenGlass.objects.get()
    agree = f"{URL}{glass.pk}/consento/"

    client = browser_of(carla)
    page = text_of(client.get(URL))
    assert str(case) in page
    assert "Ada" in page
    question = text_of(client.get(agree))
    for words in (
        "Ada",
        "Ha scritto che vuole farla finita.",
        "Somebody’s life",
        "You read nothing yourself.",
    ):
        assert words.replace("’", "&#x27;") in question or words in question
    assert SAID not in question
    assert client.post(agree).status_code == 302
    assert client.post(agree).status_code == 302
    glass.refresh_from_db()
    assert glass.agreed_by == carla
    assert f"Read {case}, until" in text_of(browser_of(admin).get(URL))


def test_nobody_else_agrees_and_not_without_a_fresh_sign_in(case, admin, carla, amal, marta):
    glass = BrokenGlass.ask(case, by=admin, reason="life", words="Pericolo.")
    agree = f"{URL}{glass.pk}/consento/"
    named = UserFactory(roles=["community.mediation_coordinator"])
    case.mediators.create(person=named, state="released")
    for person in (admin, amal, marta, named, UserFactory()):
        client = browser_of(person)
        assert client.get(agree).status_code == client.post(agree).status_code == 404
    assert str(case) not in text_of(browser_of(named).get(URL))
    stale = Browser()
    stale.force_login(carla)
    assert stale.get(agree).status_code == stale.post(agree).status_code == 302
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        assert browser_of(carla).post(agree).status_code == 404
    glass.refresh_from_db()
    assert glass.agreed_at is None


def test_whoever_asked_and_may_no_more_opens_nothing(case, admin, carla):
    glass = BrokenGlass.ask(case, by=admin, reason="life", words="Pericolo.")
    admin.role_grants.update(taken_at=timezone.now())
    client = browser_of(carla)
    client.post(f"{URL}{glass.pk}/consento/")
    assert "Whoever asked may not read it any more." in text_of(client.get(URL))
    glass.refresh_from_db()
    assert glass.agreed_at is None


def test_those_who_may_agree_are_told_that_somebody_asks(case, admin, carla, marta):
    coordinator = UserFactory(roles=["community.mediation_coordinator"])
    case.mediators.create(person=coordinator, state="released")
    BrokenGlass.ask(case, by=admin, reason="life", words="Pericolo.").agree(by=carla)
    kind = next(kind for kind in NOTIFICATIONS if kind.key.endswith("glass_waits"))
    event = Event.objects.get(kind=kind.key)
    assert list(kind.recipients(event)) == [], "somebody has agreed"
    BrokenGlass.objects.update(agreed_by=None, agreed_at=None, until=None)
    assert set(kind.recipients(event)) == {carla}
    assert kind.url(event) == "/mediazione/vetro/"
    assert event.actor is None


# -- reading --------------------------------------------------------------------------------------------------------


def test_for_an_hour_the_one_who_asked_reads_everything(case, admin, carla, amal, bruno, marta):
    for room in case.rooms.all():
        by = room.party.person if room.party else marta
        room.say(by=by, client_id=uuid.uuid4(), text=f"{SAID} {room.kind} {by}")
    glass = opened(case, admin, carla)
    client = browser_of(admin)
    pages = {path: client.get(path) for path in pages_of(glass)}
    assert {page.status_code for page in pages.values()} == {200}
    everything = "".join(map(text_of, pages.values()))
    told = ("storia", "punto", f"private {amal}", f"private {bruno}", f"joint {marta}", f"notes {marta}")
    assert [words for words in told if f"{SAID} {words}" not in everything] == []
    assert all("no-store" in page.headers["Cache-Control"] for page in pages.values())
    assert {client.post(path).status_code for path in pages} == {405}
    # Neither a room nor the case opens by it.
    assert not Room.objects.visible_to(admin).exists()
    assert not Word.objects.visible_to(admin).exists()
    assert not Case.objects.visible_to(admin).exists()
    assert client.get(case.get_absolute_url()).status_code == 404

    for person in (carla, amal, UserFactory(roles=["portal.administrator"])):
        other = browser_of(person)
        assert {other.get(path).status_code for path in pages} == {404}
    stale = Browser()
    stale.force_login(admin)
    assert {stale.get(path).status_code for path in pages} == {302}


def shut(glass, admin):
    client = browser_of(anew(admin))
    word = Photo.objects.first()
    addresses = [*pages_of(glass), *([word.get_absolute_url()] if word else [])]
    return {client.get(path).status_code for path in addresses} == {404}


def test_after_an_hour_without_the_role_or_once_named_it_is_missing(case, admin, carla):
    glass = opened(case, admin, carla)
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        assert shut(glass, admin)
    row = case.mediators.create(person=admin, state="released")
    assert shut(glass, admin)
    row.delete()
    assert not shut(glass, admin)
    admin.role_grants.update(taken_at=timezone.now())
    assert shut(glass, admin)


def test_destroyed_it_is_missing(case, admin, carla):
    glass = opened(case, admin, carla)
    pages = pages_of(glass)
    Case.objects.filter(pk=case.pk).update(state="closed", outcome="none", closed_at=timezone.now())
    Case.objects.filter(pk=case.pk).update(destroyed_at=timezone.now(), intake=None, invitation=None)
    client = browser_of(admin)
    assert {client.get(path).status_code for path in pages} == {404}


def test_a_room_of_another_case_does_not_open_by_it(case, admin, carla):
    glass, other = opened(case, admin, carla), mediation_in("mediating")
    path = reverse("community:mediation_glass_room", args=[glass.pk, other.rooms.first().pk])
    assert browser_of(admin).get(path).status_code == 404


def test_files_open_with_it_and_shut_with_it(case, admin, carla, amal, marta):
    room = case.rooms.get(party__person=amal)
    word = room.say(by=amal, client_id=uuid.uuid4(), text="Guardi.")
    elsewhere = mediation_in("mediating").rooms.get(kind="joint")
    other = elsewhere.say(by=elsewhere.people()[0], client_id=uuid.uuid4(), text="Altro.")
    for target, key in ((word, case.key), (case.story, case.key), (other, elsewhere.case.key)):
        draft = uuid.uuid4()
        Photo.keep(photo(), owner=amal, draft=draft, limit=1, key=key)
        assert claim(draft, amal, target) == 1
    mine, story, foreign = Photo.objects.order_by("created_at")

    def statuses(person):
        client = browser_of(anew(person))
        return [client.get(one.get_absolute_url()).status_code for one in (mine, story, foreign)]

    glass = BrokenGlass.ask(case, by=admin, reason="life", words="Pericolo.")
    assert statuses(admin) == [404, 404, 404]
    glass.agree(by=carla)
    assert statuses(admin) == [200, 200, 404]
    assert statuses(carla) == [404, 404, 404]
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        assert statuses(admin) == [404, 404, 404]


def test_a_story_told_by_voice_alone_is_heard(case_in, admin, carla, amal):
    case = case_in("intake", told="", with_whom="")
    draft = uuid.uuid4()
    VoiceNote.keep(recording(), owner=amal, draft=draft, limit=1, key=case.key)
    assert claim(draft, amal, case.story, kind=VoiceNote) == 1
    path = reverse("community:mediation_glass_story", args=[opened(case, admin, carla).pk])
    assert VoiceNote.objects.get().get_absolute_url() in text_of(browser_of(admin).get(path))


def test_how_it_goes_is_read_point_by_point(case_in, admin, carla, amal, marta):
    case = case_in("follow_up", points=("Dopo le 22 silenzio", "Scale pulite"))
    row = case.follow_ups.first()
    row.due_on = timezone.localdate()
    row.save()
    row.ask()
    row.answer(by=amal, kept={"1": "yes", "2": "no"}, note="Sempre sporco.")
    Case.objects.get(pk=case.pk).reopen(by=amal)
    Version.table(
        Case.objects.get(pk=case.pk), by=marta, points=points_of(case, ("Una bozza",)), instead_of=1
    )
    path = reverse("community:mediation_glass_agreement", args=[opened(case, admin, carla).pk])
    page = browser_of(admin).get(f"/en{path}")
    assert [(what, kept.value) for answer in page.context["answers"] for what, kept in answer.points] == [
        ("Dopo le 22 silenzio", "yes"),
        ("Scale pulite", "no"),
    ]
    # The draft and what all had accepted, each called by what it is.
    assert [version.number for version, _points in page.context["versions"]] == [2, 1]
    text = text_of(page)
    said = ("Una bozza", "not accepted by all", "Scale pulite", "it is not kept", "Sempre sporco.")
    assert [words for words in said if words not in text] == []


# -- being told -----------------------------------------------------------------------------------------------------


def test_each_party_finds_the_reading_in_their_account_and_nobody_who_watches(
    case, admin, carla, amal, bruno, marta
):
    glass = opened(case, admin, carla)
    client = browser_of(admin)
    for path in pages_of(glass):
        client.get(path)

    reads = ConfidentialRead.objects.all()
    assert {(read.about, read.reader, read.reason) for read in reads} == {
        (amal, admin, "danger"),
        (bruno, admin, "danger"),
    }
    assert len(reads) == 2, "once a quarter of an hour"
    assert str(case.pk) not in {read.object_id for read in reads}
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        browser_of(admin).get(pages_of(glass)[0])
    assert ConfidentialRead.objects.count() == 4

    page = text_of(browser_of(amal).get("/en/account/letture/"))
    for words in ("Ada", "Administrator", "what was told in confidence", "Somebody is in danger"):
        assert words in page
    for watcher in (UserFactory(roles=["portal.auditor"]), admin):
        page = text_of(browser_of(anew(watcher)).get("/en/persone/letture/"))
        assert "told in confidence" not in page
        for read in reads:
            assert not watcher.has_perm("portal.view_confidentialread", read)


def test_a_court_is_another_reason_than_danger(case, admin, carla):
    glass = BrokenGlass.ask(case, by=admin, reason="court", words="Decreto 12/2027")
    glass.agree(by=carla)
    browser_of(admin).get(f"{URL}{glass.pk}/")
    assert set(ConfidentialRead.objects.values_list("reason", flat=True)) == {"control"}


def test_who_was_named_and_never_asked_learns_nothing(case_in, admin, carla, amal, bruno):
    case = case_in("intake")
    case.add_party(by=carla, person=bruno, side="other", language="it")
    glass = opened(case, admin, UserFactory(roles=["portal.administrator"]))
    browser_of(admin).get(f"{URL}{glass.pk}/")
    assert {read.about for read in ConfidentialRead.objects.all()} == {amal}
    assert glasses_of(case, bruno) == []
    assert browser_of(bruno).get(f"{URL}{glass.pk}/avviso/").status_code == 404


def test_those_in_it_are_told_by_whom_when_and_why(case, admin, carla, amal, bruno, marta):
    glass = BrokenGlass.ask(case, by=admin, reason="life", words="Parole per chi decide")
    told = f"{URL}{glass.pk}/avviso/"
    assert "Nobody has agreed to it. Nothing was read." in text_of(browser_of(amal).get(told))
    glass.agree(by=carla)
    case.parties.get(person=bruno).withdraw(by=bruno)
    for person in (amal, bruno, marta):
        page = text_of(browser_of(person).get(told))
        for words in ("Ada", "Administrator", "Carla", "Coordinator of mediators", "It can be read until"):
            assert words in page
        assert "Somebody&#x27;s life or health is in danger" in page
        assert "Parole per chi decide" not in page
        assert [one.glass for one in glasses_of(case, person)] == [glass]
    for person in (admin, carla, UserFactory()):
        assert browser_of(person).get(told).status_code == 404
        assert glasses_of(case, person) == []
    kinds = {kind.key: kind for kind in NOTIFICATIONS}
    for event in Event.objects.filter(
        kind__in=("community.mediation.glass_asked", "community.mediation.glass_broken")
    ):
        assert kinds[event.kind].url(event) == reverse("community:mediation_glass_told", args=[glass.pk])
        assert kinds[event.kind].title(event) == gettext("There is something new for you")


def test_they_are_told_what_those_were_then_and_not_what_they_are_now(case, admin, carla, amal):
    glass = BrokenGlass.ask(case, by=admin, reason="life", words="Pericolo.")
    glass.agree(by=carla)
    carla.give_role("portal.administrator", by=None)
    carla.take_role("community.mediation_coordinator", by=None)
    admin.take_role("portal.administrator", by=None)

    with override("en"):
        [told] = glasses_of(case, amal)

    assert (told.asked_as, told.agreed_as) == ("Administrator", "Coordinator of mediators")


def test_nobody_agreed_in_time(case, admin, amal):
    glass = BrokenGlass.ask(case, by=admin, reason="life", words="Pericolo.")
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        page = text_of(browser_of(amal).get(f"{URL}{glass.pk}/avviso/"))
    assert "Nobody agreed to it in time." in page


def test_many_words_come_page_by_page_and_cost_the_same(
    case, admin, carla, amal, django_assert_max_num_queries
):
    room = case.rooms.get(party__person=amal)
    for number in range(60):
        room.say(by=amal, client_id=uuid.uuid4(), text=f"parola {number}.")
    glass = opened(case, admin, carla)
    client = browser_of(admin)
    for path in pages_of(glass):
        client.get(path)  # noted, and what a process reads once
    for path in pages_of(glass):
        with django_assert_max_num_queries(15):
            client.get(path)
    path = reverse("community:mediation_glass_room", args=[glass.pk, room.pk])
    assert "parola 49." in text_of(client.get(path))
    assert "parola 50." not in text_of(client.get(path))
    assert "parola 50." in text_of(client.get(f"{path}?page=2"))
