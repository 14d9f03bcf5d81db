"""Whoever holds the phone need not be the person: every address of mediation asks for a fresh sign-in before it shows
or does anything, and to whoever may not have it, it is missing before that."""

import uuid
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from community.mediation.diary import Diary, Entry
from community.mediation.glass import BrokenGlass
from community.mediation.meetings import Meeting
from community.mediation.models import Case
from community.mediation.pages.shared import UNPROVEN
from community.mediation.pages.urls import urlpatterns
from community.mediation.rooms import RoomMark, Word
from community.mediation.words import RoomKind
from community.testing import mediation_coordinator, mediation_in, mediator
from portal.access.step_up import STEP_UP_BY, STEP_UP_UNTIL
from portal.events.models import Event
from portal.testing.clients import Browser
from portal.testing.factories import UserFactory
from portal.uploads.models import Photo, VoiceNote
from tests.portal.proof.browsers import forget, step_up_now
from tests.portal.uploads.pictures import photo
from tests.portal.uploads.sounds import recording

pytestmark = pytest.mark.django_db

EXEMPT = {
    "mediation_home": "what mediation is, for everybody; of one's own the numbers alone",
    "mediation_safety": "for everybody, and whoever is in danger waits for nothing",
    "mediation_ask": "it shows nothing that was told before, and nobody who needs help is kept waiting",
    "mediation_ask_together": "as mediation_ask, for whoever sits beside a caseworker",
    "mediation_handed_in": "says what comes next, of nobody",
    "mediation_declined": "says nothing of any case",
    "mediation_figures": "figures in which no group is smaller than five",
}
TYPED = "Quello che ho scritto"


@pytest.fixture(autouse=True)
def quiet(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    cache.clear()


def signed_in_long_ago(person) -> Browser:
    browser = Browser()
    browser.force_login(person)
    forget(browser, STEP_UP_UNTIL, STEP_UP_BY)
    return browser


@pytest.fixture
def table(case_in, amal, bruno, marta, carla):
    """Each address: its arguments, who may have it, and who of those in it may not."""
    admin = UserFactory(roles=["portal.administrator"])
    talks = case_in("agreement")
    inviting = mediation_in("inviting", first=amal, other=bruno, coordinator=carla)
    holding = mediation_in("follow_up", first=amal, other=bruno, by=(vera := mediator()), coordinator=carla)
    follow_up = holding.follow_ups.first()
    follow_up.ask()
    prepared = mediation_in("intake", first=amal, coordinator=carla)
    prepared.add_party(by=carla, person=bruno, side="other", language="it")
    prepared.word_invitation(by=carla, text="Vorrei parlarne.")
    proposed = prepared.propose_mediator(asked := mediator(), by=carla)
    named = prepared.parties.get(person=bruno)
    alone, joint = talks.rooms.get(party__person=amal), talks.rooms.get(kind=RoomKind.JOINT)
    word = alone.say(by=amal, client_id=uuid.uuid4(), text="Lavora di notte.")
    times = [timezone.now() + timedelta(days=3)]
    meeting = Meeting.propose(joint, by=marta, client_id=uuid.uuid4(), times=times, minutes=60)
    meeting.fix(by=marta, time=meeting.times.get(), anyway=True)
    then = timezone.now() - timedelta(hours=1)
    entry = Diary.of(amal).write(client_id=uuid.uuid4(), happened_at=then, kind="noise", note="Di nuovo.")
    shown = Diary.of(amal).write(client_id=uuid.uuid4(), happened_at=then, kind="noise", note="Ancora.")
    shown.share(talks, by=amal)
    waiting = BrokenGlass.ask(
        talks, by=(clara := mediation_coordinator()), reason="life", words="Qualcuno sta male."
    )
    opened = BrokenGlass.ask(holding, by=admin, reason="life", words="Qualcuno sta male.")
    opened.agree(by=clara)
    glass_room = holding.rooms.first().pk
    the = [talks.pk]
    return {
        "mediation": (the, amal, [carla]),
        "mediation_past": (the, amal, [carla]),
        "mediation_step": ([*the, "in-parte"], marta, [amal]),
        "mediation_leave": (the, amal, [marta]),
        "mediation_give_back": (the, marta, [amal]),
        "mediation_mine": ([], amal, None),
        "mediation_requests": ([], carla, [amal, marta]),
        "mediation_intake": ([prepared.pk], carla, [amal, bruno, asked]),
        "mediation_notes": ([prepared.pk], carla, [amal, bruno]),
        "mediation_intake_step": ([prepared.pk, "invite"], carla, [amal, bruno]),
        "mediation_add_party": ([prepared.pk], carla, [amal]),
        "mediation_remove_party": ([prepared.pk, named.pk], carla, [amal, bruno]),
        "mediation_party_language": ([prepared.pk, named.pk], carla, [amal, bruno]),
        "mediation_wording": ([prepared.pk], carla, [amal]),
        "mediation_propose": ([prepared.pk], carla, [amal, asked]),
        "mediation_release": ([prepared.pk, proposed.pk], carla, [amal, asked]),
        "mediation_words": ([prepared.pk], amal, [bruno, carla]),
        "mediation_consent": ([prepared.pk, proposed.pk], amal, [bruno, carla]),
        "mediation_offer": ([prepared.pk], asked, [amal, carla]),
        "mediation_answer": ([inviting.pk], bruno, [amal, carla]),
        "mediation_decline": ([inviting.pk], bruno, [amal, carla]),
        "mediation_room": ([alone.pk], amal, [bruno]),
        "mediation_room_follow": ([alone.pk], amal, [bruno]),
        "mediation_room_diary": ([alone.pk], marta, [amal, bruno]),
        "mediation_room_read": ([alone.pk], amal, [bruno]),
        "mediation_carry": ([word.pk], amal, [bruno, marta]),
        "mediation_carry_ask": ([word.pk], marta, [amal, bruno]),
        "mediation_carry_keep": ([word.pk], amal, [bruno, marta]),
        "meeting_new": ([joint.pk], marta, [amal]),
        "meeting": ([meeting.pk], amal, [carla]),
        "meeting_calendar": ([meeting.pk], amal, [carla]),
        "meeting_call_off": ([meeting.pk], marta, [amal]),
        "meeting_step": ([meeting.pk, "tenuto"], marta, [amal]),
        "mediation_agreement": (the, amal, [carla]),
        "mediation_agreement_version": ([*the, 1], amal, [carla]),
        "mediation_agreement_print": (the, amal, [carla]),
        "mediation_agreement_accept": (the, amal, [marta]),
        "mediation_agreement_write": (the, marta, [amal]),
        "mediation_agreement_back": (the, amal, [carla]),
        "mediation_agreement_reopen": ([holding.pk], amal, [carla]),
        "mediation_agreement_finish": ([holding.pk], vera, [amal]),
        "mediation_follow_up": ([follow_up.pk], amal, [carla]),
        "diary": ([], amal, None),
        "diary_tear_up": ([], amal, None),
        "diary_entry": ([shown.pk], marta, [bruno]),
        "diary_share": ([entry.pk, talks.pk], amal, [marta, bruno]),
        "diary_take_back": ([shown.pk], amal, [marta]),
        "diary_tear_out": ([shown.pk], amal, [marta]),
        "mediation_day": ([], marta, [amal]),
        "mediation_glasses": ([], admin, [amal, marta]),
        "mediation_glass": ([opened.pk], admin, [clara, amal]),
        "mediation_glass_story": ([opened.pk], admin, [clara, amal]),
        "mediation_glass_agreement": ([opened.pk], admin, [clara, amal]),
        "mediation_glass_room": ([opened.pk, glass_room], admin, [clara, amal]),
        "mediation_glass_agree": ([waiting.pk], admin, [clara, amal]),
        "mediation_glass_told": ([waiting.pk], amal, [admin]),
    }


def everything() -> list:
    """What a verb would change."""
    return [
        Event.objects.count(),
        Word.objects.count(),
        sorted(RoomMark.objects.values_list("pk", "number")),
        sorted(Entry.objects.values_list("pk", "shared_in"), key=str),
        sorted(Case.objects.values_list("pk", "state", "intake"), key=str),
    ]


def test_every_address_is_listed_once(table):
    assert set(table) | set(EXEMPT) == {pattern.name for pattern in urlpatterns}
    assert not set(table) & set(EXEMPT)


def test_nothing_is_shown_or_done_without_it(table):
    before, wrong = everything(), []
    for name, (arguments, person, _others) in table.items():
        browser, path = signed_in_long_ago(person), reverse(f"community:{name}", args=arguments)
        answers = {
            "GET": browser.get(path),
            "POST": browser.post(path, {"typed": TYPED}),
            "empty POST": browser.post(path),
        }
        if {answer.status_code for answer in answers.values()} == {405}:
            wrong.append((name, "nothing is answered"))
        for method, answer in answers.items():
            if answer.status_code != 405 and not asks_first(answer, keeps=TYPED if method == "POST" else ""):
                wrong.append((name, method, answer.status_code, answer.headers.get("Location")))
    assert wrong == []
    assert everything() == before


def asks_first(answer, *, keeps: str) -> bool:
    """By the way to the step-up; to a script and to what was typed by an answer that says so."""
    if answer.status_code == 302:
        return answer["Location"].startswith(reverse("portal:step_up")) and not keeps
    is_so = answer.status_code == 403 and UNPROVEN in answer.headers
    return is_so and (not answer.content or keeps in answer.content.decode())


def test_to_whoever_may_not_have_it_it_is_missing_before_that(table, amal, bruno):
    wrong = []
    stranger = UserFactory()
    for name, (arguments, _person, others) in table.items():
        if others is None:
            continue
        path = reverse(f"community:{name}", args=arguments)
        for person in (stranger, *others):
            browser = signed_in_long_ago(person)
            for method, answer in (
                ("GET", browser.get(path)),
                ("POST", browser.post(path, {"typed": TYPED})),
            ):
                if answer.status_code not in (404, 405):
                    wrong.append((name, str(person), method, answer.status_code))
    assert wrong == []


def test_those_exempt_are_answered(amal):
    browser = signed_in_long_ago(amal)
    for name in ("mediation_home", "mediation_safety", "mediation_ask", "mediation_declined"):
        assert browser.get(reverse(f"community:{name}")).status_code == 200


# -- a room that stands open --------------------------------------------------------------------------------------


def test_an_open_room_brings_no_word_and_goes_on_once_it_is_proved(case_in, amal, marta):
    room = case_in("mediating").rooms.get(party__person=amal)
    room.say(by=marta, client_id=uuid.uuid4(), text="Come sta?")
    follow = reverse("community:mediation_room_follow", args=[room.pk])
    browser = signed_in_long_ago(amal)

    answer = browser.get(follow)

    assert (answer.status_code, answer.content, answer[UNPROVEN]) == (403, b"", "1")
    assert "no-store" in answer["Cache-Control"]
    step_up_now(browser)
    page = browser.get(room.get_absolute_url()).content.decode()
    assert f'href="{reverse("portal:step_up")}?next={room.get_absolute_url()}"' in page
    assert "data-unproven" in page
    assert "Come sta?" in browser.get(follow).content.decode()


def test_a_word_is_taken_in_and_nothing_is_shown(case_in, amal):
    room = case_in("mediating").rooms.get(party__person=amal)
    browser = signed_in_long_ago(amal)

    told = {"client_id": str(uuid.uuid4()), "text": TYPED, "photos": [photo()], "voice": [recording()]}
    answer = browser.post(room.get_absolute_url(), told)

    word = Word.objects.get()
    assert (word.text, word.photos.count(), word.voice_notes.count()) == (TYPED, 1, 1)
    assert answer.status_code == 302
    assert browser.get(answer["Location"])["Location"].startswith(reverse("portal:step_up"))


# -- files --------------------------------------------------------------------------------------------------------


def test_what_is_sealed_is_missing_without_it(case_in, amal, marta):
    room = case_in("mediating").rooms.get(party__person=amal)
    browser = signed_in_long_ago(amal)
    told = {"client_id": str(uuid.uuid4()), "text": TYPED, "photos": [photo()], "voice": [recording()]}
    browser.post(room.get_absolute_url(), told)
    picture, note = Photo.objects.get(), VoiceNote.objects.get()
    addresses = (picture.get_absolute_url(), picture.small_url, note.get_absolute_url())

    for person in (amal, marta):
        browser = signed_in_long_ago(person)
        assert [browser.get(address).status_code for address in addresses] == [404] * 3
        step_up_now(browser)
        assert [browser.get(address).status_code for address in addresses] == [200] * 3


def test_what_lies_with_a_form_that_was_not_sent_is_shown_in_it(amal):
    """Asking takes no fresh sign-in, and whoever has forgotten something sees what they have added."""
    browser = signed_in_long_ago(amal)

    browser.post(reverse("community:mediation_ask"), {"client_id": str(uuid.uuid4()), "photos": [photo()]})

    picture = Photo.objects.get()
    assert picture.key
    assert browser.get(picture.small_url).status_code == 200
    assert signed_in_long_ago(UserFactory()).get(picture.small_url).status_code == 404
