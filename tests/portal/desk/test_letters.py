"""A person writes to their caseworker: once each time, read by nobody else, answered by whoever is there."""

import uuid
from datetime import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone, translation

from portal.desk.models import AlreadySent, AnsweredMeanwhile, ClientIdTaken, Letter, Thread
from portal.events.models import Event
from portal.extensions import NotificationKind, declared, find
from portal.notifications.models import Notification
from portal.testing.factories import HouseholdFactory, UserFactory, adult_of
from tests.portal.uploads.pictures import photo

from .writing import answer, caseworker, last, write

pytestmark = pytest.mark.django_db

ARABIC = "وصلتني رسالة من البلدية ولا أفهمها. هل يمكنكم مساعدتي؟"


def asked(**fields):
    return {"client_id": uuid.uuid4(), "text": ARABIC, **fields}


def inbox(person):
    return [row.title for row in Notification.objects.inbox_of(person).select_related("event")]


# -- the story ---------------------------------------------------------------------------------------------------


def test_she_writes_in_arabic_and_the_caseworker_answers(client, committing):
    samira, elena = adult_of(display_name="Samira", language="ar"), caseworker(display_name="Elena")

    client.force_login(samira)
    with committing():
        sent = client.post("/ar/scrivi/", asked(), follow=True)
    assert sent.redirect_chain == [("/ar/scrivi/", 302)]
    assert ARABIC in sent.content.decode()
    thread = Thread.objects.get()

    # Her day shows that a letter waits; the notice says so and neither from whom nor what.
    with translation.override("en"):
        assert inbox(elena) == ["A message waits for an answer"]
    client.force_login(elena)
    day = client.get(reverse("portal:day")).content.decode()
    assert f"/messaggi/{thread.pk}/" in day
    assert ARABIC not in day
    page = client.get(f"/messaggi/{thread.pk}/").content.decode()
    assert ARABIC in page
    with committing():
        client.post(f"/messaggi/{thread.pk}/", asked(text="Porti la lettera mercoledì.", seen=last(thread)))

    # Samira's bell, and her page.
    assert len(inbox(samira)) == 1
    client.force_login(samira)
    page = client.get("/ar/scrivi/").content.decode()
    assert "Porti la lettera mercoledì." in page
    assert "Elena" in page
    thread.refresh_from_db()
    assert (thread.state, thread.caseworker) == ("answered", elena)


def test_that_it_was_read_is_told_and_never_when(client):
    samira, elena = adult_of(), caseworker()
    thread = write(samira).thread
    thread.read_by(elena)
    answer(thread, elena)

    client.force_login(elena)
    before = client.get(f"/messaggi/{thread.pk}/").content.decode()
    client.force_login(samira)
    hers = client.get("/en/scrivi/").content.decode()
    long_ago = timezone.make_aware(datetime(2026, 3, 2, 11, 3))
    Letter.objects.filter(from_agency=True, read_at__isnull=False).update(read_at=long_ago)
    client.force_login(elena)
    after = client.get(f"/en/messaggi/{thread.pk}/").content.decode()

    assert hers.count("· read") == 1
    assert "· read" not in before
    assert after.count("· read") == 1
    assert "11:03" not in after


# -- exactly once ------------------------------------------------------------------------------------------------


def test_what_a_phone_sends_twice_is_one_letter():
    samira, client_id = adult_of(), uuid.uuid4()

    assert write(samira, client_id=client_id) == write(samira, client_id=client_id)
    assert Letter.objects.count() == 1
    assert Event.objects.filter(kind="portal.thread.written").count() == 1


def test_other_words_under_the_same_id_are_not_lost_without_a_word(client):
    samira, client_id = adult_of(), uuid.uuid4()
    write(samira, client_id=client_id)

    with pytest.raises(AlreadySent):
        write(samira, "Un'altra cosa", client_id=client_id)
    client.force_login(samira)
    refused = client.post("/scrivi/", {"client_id": client_id, "text": "Un'altra cosa"})

    assert refused.status_code == 422
    assert "Un&#x27;altra cosa" in refused.content.decode()
    assert str(client_id) not in refused.content.decode()


def test_somebody_elses_client_id_is_a_forgery():
    client_id = uuid.uuid4()
    write(adult_of(), client_id=client_id)

    with pytest.raises(ClientIdTaken):
        write(adult_of(), client_id=client_id)


def test_the_database_holds_it_too():
    letter = write(adult_of())

    with pytest.raises(IntegrityError), transaction.atomic():
        letter.thread.letters.create(client_id=letter.client_id, author=letter.author, from_agency=False)


# -- who ---------------------------------------------------------------------------------------------------------


def test_a_thread_is_a_persons_and_not_a_households(client):
    household = HouseholdFactory()
    samira, husband = adult_of(household), adult_of(household)
    thread = write(samira, "Vorrei andare via da casa").thread

    assert not husband.has_perm("portal.view_thread", thread)
    assert not Thread.objects.visible_to(husband).exists()
    assert not Letter.objects.visible_to(husband).exists()
    client.force_login(husband)
    assert "Vorrei andare via" not in client.get("/scrivi/").content.decode()
    assert client.get(f"/messaggi/{thread.pk}/").status_code == 404


def test_whoever_has_left_reads_their_letters_and_writes_no_more(client):
    household = HouseholdFactory()
    samira = adult_of(household)
    write(samira)
    household.remove(samira, by=None)

    with pytest.raises(PermissionDenied):
        write(samira)
    client.force_login(samira)
    page = client.get("/scrivi/")
    assert page.status_code == 200
    assert "<textarea" not in page.content.decode()
    assert client.post("/scrivi/", asked()).status_code == 404


@pytest.mark.parametrize("who", ["a neighbour", "a child", "an account that is closed"])
def test_who_may_not_write(who):
    person = UserFactory()
    if who != "a neighbour":
        HouseholdFactory().members.create(person=person, is_adult=who != "a child")
    if who == "an account that is closed":
        person.close_account(by=None)

    with pytest.raises(PermissionDenied):
        write(person)
    assert not Thread.objects.exists()


def test_any_caseworker_answers_and_whoever_takes_it_is_shown(client):
    samira, elena, bruno = adult_of(), caseworker(display_name="Elena"), caseworker(display_name="Bruno")
    thread = write(samira).thread

    thread.take(by=elena)
    thread.take(by=elena)
    answer(thread, bruno)

    thread.refresh_from_db()
    assert thread.caseworker == elena
    assert Event.objects.filter(kind="portal.thread.taken").count() == 1
    client.force_login(bruno)
    assert "Elena" in client.get("/messaggi/?show=all").content.decode()


@pytest.mark.parametrize("role", ["portal.administrator", "portal.editor", "manutenzione.operator"])
def test_no_other_role_reads_letters(client, role):
    thread = write(adult_of()).thread
    client.force_login(UserFactory(roles=[role]))

    assert client.get("/messaggi/").status_code == 404
    assert client.get(f"/messaggi/{thread.pk}/").status_code == 404
    assert client.post(f"/messaggi/{thread.pk}/take/").status_code == 404


def test_nobody_answers_themselves_and_nobody_a_closed_account(client):
    elena = caseworker()
    HouseholdFactory().members.create(person=elena)
    own, closed = write(elena).thread, write(adult_of()).thread
    closed.person.close_account(by=None)
    client.force_login(elena)

    for thread in (own, closed):
        with pytest.raises(PermissionDenied):
            answer(Thread.objects.get(pk=thread.pk), elena)
        page = client.get(f"/messaggi/{thread.pk}/")
        assert page.status_code == 200
        assert "<textarea" not in page.content.decode()
        assert client.post(f"/messaggi/{thread.pk}/", asked()).status_code == 404
    own.refresh_from_db()
    with pytest.raises(PermissionDenied):
        own.settle(by=elena)


# -- where it stands ---------------------------------------------------------------------------------------------


def test_it_waits_since_the_first_letter_without_an_answer():
    samira, elena = adult_of(), caseworker()
    first = write(samira)
    write(samira, "Ancora io")
    thread = Thread.objects.get()
    assert (thread.state, thread.state_since) == ("waiting", first.sent_at)

    answered = answer(thread, elena)
    thread.refresh_from_db()
    assert (thread.state, thread.state_since) == ("answered", answered.sent_at)

    again = write(samira, "Grazie")
    thread.refresh_from_db()
    assert (thread.state, thread.state_since) == ("waiting", again.sent_at)
    thread.settle(by=elena)
    thread.settle(by=elena)
    thread.refresh_from_db()
    assert thread.state == "answered"
    assert Event.objects.filter(kind="portal.thread.settled").count() == 1


def test_what_was_settled_without_an_answer_is_not_told_as_answered(client, django_assert_num_queries):
    elena = caseworker()
    settled, answered = (write(adult_of()).thread for _ in range(2))
    settled.settle(by=elena)
    answer(answered, elena)
    client.force_login(elena)

    with translation.override("en"):
        threads = {thread.pk: thread for thread in Thread.objects.with_last_word()}
        with django_assert_num_queries(0):
            said = (threads[settled.pk].said_state, threads[answered.pk].said_state)
        assert said == ("settled", "answered")
        assert Thread.objects.get(pk=settled.pk).said_state == "settled"
    page = client.get("/en/messaggi/?show=all").content.decode()
    assert [page.count(f"{word}</span>") for word in ("settled", "answered")] == [1, 1]

    answer(settled, elena)
    with translation.override("en"):
        assert Thread.objects.get(pk=settled.pk).said_state == "answered"


def test_the_longest_waiting_stands_first():
    elena = caseworker()
    first, second, answered = (write(adult_of()).thread for _ in range(3))
    answer(answered, elena)
    write(first.person, "Aspetto ancora")

    assert list(Thread.objects.longest_waiting_first()) == [first, second, answered]


def test_an_answer_to_what_was_not_read_is_held_back_and_kept(client):
    samira, elena, bruno = adult_of(), caseworker(), caseworker()
    thread = write(samira).thread
    seen = last(thread)
    client.force_login(elena)
    client.get(f"/messaggi/{thread.pk}/")
    answer(thread, bruno, "Venga mercoledì", seen=seen)

    with pytest.raises(AnsweredMeanwhile):
        answer(thread, elena, "Venga venerdì", seen=seen)
    held = client.post(f"/messaggi/{thread.pk}/", asked(text="Venga venerdì", seen=seen))
    page = held.content.decode()
    assert held.status_code == 409
    assert page.count("Venga venerdì") == 1
    assert "Venga mercoledì" in page
    assert f'value="{last(thread)}"' in page


# -- what is told ------------------------------------------------------------------------------------------------


def test_neither_fact_nor_notice_nor_mail_holds_a_word_of_it(committing, mailoutbox):
    samira, elena = adult_of(display_name="Samira Haddad"), caseworker()
    with committing():
        thread = write(samira, ARABIC).thread
    with committing():
        answer(thread, elena, "Porti la lettera")

    told = [str(event.data) for event in Event.objects.all()]
    told += inbox(elena) + inbox(samira)
    assert len(inbox(elena)) == len(inbox(samira)) == 1
    for words in told:
        assert ARABIC not in words
        assert "Porti" not in words
        assert "Samira" not in words


def test_five_letters_in_a_row_are_told_once(committing):
    samira, elena = adult_of(), caseworker()
    with committing():
        for number in range(5):
            write(samira, f"Lettera {number}")

    assert len(inbox(elena)) == 1


def test_whoever_sees_to_it_is_told_and_when_they_cannot_any_more_all_are():
    samira, elena, bruno = adult_of(), caseworker(), caseworker()
    thread = write(samira).thread
    kind = find(NotificationKind, "portal.thread.written")
    event = Event.objects.get(kind="portal.thread.written")
    assert set(kind.recipients(event)) == {elena, bruno}

    thread.take(by=elena)
    assert list(kind.recipients(Event.objects.get(pk=event.pk))) == [elena]
    elena.take_role("portal.caseworker", by=None)
    assert set(kind.recipients(Event.objects.get(pk=event.pk))) == {bruno}
    assert any(kind.key == "portal.thread.answered" for kind in declared(NotificationKind))


# -- bad input ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("", 422),
        ("   ", 422),
        ("a" * 4001, 422),
        ("a" * 4000, 302),
        ("a\r\n" * 2000, 302),
        ("🏠‏\u202eabc", 302),
    ],
    ids=["nothing", "blanks", "too long", "just fits", "line breaks count once", "emoji and marks"],
)
def test_what_may_be_written(client, text, status):
    client.force_login(adult_of())

    answer = client.post("/scrivi/", asked(text=text))

    assert answer.status_code == status
    assert Letter.objects.count() == (status == 302)
    if text.strip() and status == 422:
        assert text in answer.content.decode()


def test_a_photo_is_a_letter_too_and_both_sides_see_it(client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    household = HouseholdFactory()
    samira, husband, elena = adult_of(household), adult_of(household), caseworker()
    client.force_login(samira)

    assert client.post("/scrivi/", asked(text="", photos=photo())).status_code == 302

    picture = Letter.objects.get().photos.get()
    for person, status in ((samira, 200), (elena, 200), (husband, 404)):
        client.force_login(person)
        client.get(f"/messaggi/{Thread.objects.get().pk}/")
        assert client.get(picture.get_absolute_url()).status_code == status


def test_a_photo_of_a_form_that_is_refused_is_kept(client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    client.force_login(adult_of())

    refused = client.post("/scrivi/", asked(text="a" * 4001, photos=photo()))

    assert refused.status_code == 422
    assert "photos--kept" in refused.content.decode()


def test_thirty_letters_an_hour_are_enough(client):
    client.force_login(adult_of())
    for number in range(30):
        assert client.post("/scrivi/", asked(text=f"Lettera {number}")).status_code == 302
    again = {"client_id": Letter.objects.last().client_id, "text": "Lettera 29"}

    refused = client.post("/scrivi/", asked(text="Ancora una"))

    assert refused.status_code == 422
    assert "Ancora una" in refused.content.decode()
    assert client.post("/scrivi/", again).status_code == 302, "what has arrived is said again, not counted"
    assert Letter.objects.count() == 30


def test_a_name_that_turns_the_writing_round_stands_apart(client):
    """Names are checked where they are entered; what stands there all the same is kept to its own place."""
    thread = write(adult_of(display_name="ليلى")).thread
    client.force_login(caseworker())

    assert "<bdi>ليلى</bdi>" in client.get("/messaggi/").content.decode()
    assert "<bdi>ليلى</bdi>" in client.get(f"/messaggi/{thread.pk}/").content.decode()
