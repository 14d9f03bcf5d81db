"""People talk about something: who may, what becomes of it, who hears of it."""

import uuid
from datetime import timedelta
from functools import partial

import pytest
import time_machine
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from community.conversations.models import (
    Conversation,
    Message,
    ReadMark,
)
from community.conversations.notes import note_fact
from community.conversations.words import line_of, told
from community.conversations.workflow import NotPossible
from community.keys import AlreadySent, ClientIdTaken
from community.mutual_aid.gatherings.words import AnswerState
from community.safety.models import Block
from community.testing import gathering_in, said, shift_in
from manutenzione.testing import ticket_in
from portal.events import history_of
from portal.events.dispatch import drain
from portal.extensions import EventKind, find
from portal.notifications.models import Notification
from portal.testing.factories import (
    BuildingFactory,
    DelegationFactory,
    OrganizationFactory,
    UserFactory,
    tenant_of,
)

pytestmark = pytest.mark.django_db


def inbox(person) -> list[str]:
    drain()
    rows = Notification.objects.filter(
        person=person, channel="inbox", event__kind="community.message.sent"
    ).order_by("pk")
    return [row.title for row in rows]


def test_reporter_and_whoever_repairs_talk_about_a_report(ticket, reporter, repairs):
    said(ticket, reporter, "Quando passate?")
    said(ticket, repairs, "Domani alle 9.")

    talk = Conversation.about(ticket)
    assert [(message.number, message.text) for message in talk.messages.all()] == [
        (1, "Quando passate?"),
        (2, "Domani alle 9."),
    ]


def test_there_is_one_conversation_about_a_thing(ticket):
    assert Conversation.about(ticket) == Conversation.about(ticket)
    assert Conversation.about(ticket_in()) != Conversation.about(ticket)


def test_neighbours_and_strangers_take_no_part(talk, neighbour):
    for person in (neighbour, UserFactory()):
        assert not person.has_perm("community.view_conversation", talk)
        with pytest.raises(PermissionDenied):
            talk.say(by=person, client_id=uuid.uuid4(), text="Anch'io!")


def test_whoever_acts_for_the_reporter_writes_as_themselves(ticket, reporter):
    helper = UserFactory()
    DelegationFactory(principal=reporter, delegate=helper, scope="manutenzione.reports")

    message = said(ticket, helper, "Scrivo per la signora.")

    assert message.author == helper


@pytest.mark.parametrize("who", ["reporter", "repairs", "desk", "neighbour"])
def test_the_list_and_the_rule_agree(request, ticket, talk, reporter, who):
    said(ticket, reporter)
    person = request.getfixturevalue(who)
    may = person.has_perm("community.view_conversation", talk)
    assert Conversation.objects.visible_to(person).filter(pk=talk.pk).exists() == may
    message = talk.messages.get()
    assert Message.objects.visible_to(person).exists() == person.has_perm("community.view_message", message)


def test_whoever_no_longer_repairs_it_reads_no_more(ticket, talk, repairs):
    said(ticket, repairs)
    repairs.take_role("manutenzione.contractor", by=None)
    repairs = type(repairs).objects.get(pk=repairs.pk)

    assert not repairs.has_perm("community.view_conversation", talk)
    assert not Conversation.objects.with_part_of(repairs).visible_to(repairs).exists()


def test_what_a_phone_sends_twice_is_one_message(talk, reporter):
    client_id = uuid.uuid4()
    first = talk.say(by=reporter, client_id=client_id, text="Quando?")
    again = talk.say(by=reporter, client_id=client_id, text="Quando?")

    assert first == again
    assert talk.messages.count() == 1
    with pytest.raises(AlreadySent):
        talk.say(by=reporter, client_id=client_id, text="Un'altra cosa")
    elsewhere = Conversation.about(ticket_in(reporter=reporter, area=talk.subject.area))
    with pytest.raises(ClientIdTaken):
        elsewhere.say(by=reporter, client_id=client_id, text="Quando?")


def test_two_people_may_use_the_same_client_id(talk, reporter, repairs):
    client_id = uuid.uuid4()
    assert talk.say(by=reporter, client_id=client_id, text="a") != talk.say(
        by=repairs, client_id=client_id, text="b"
    )


def test_what_was_just_sent_can_be_changed_and_says_so(ticket, reporter):
    message = said(ticket, reporter, "Alle 9")

    message.edit(by=reporter, text="Alle 10")

    message.refresh_from_db()
    assert (message.text, bool(message.edited_at)) == ("Alle 10", True)


def test_after_five_minutes_it_stays_as_it_is(ticket, reporter):
    message = said(ticket, reporter, "Alle 9")

    with time_machine.travel(timezone.now() + timedelta(minutes=6)), pytest.raises(NotPossible):
        message.edit(by=reporter, text="Alle 10")


def test_what_is_deleted_leaves_its_trace(ticket, reporter, repairs):
    message = said(ticket, reporter, "Il codice del portone è 1234")
    with time_machine.travel(timezone.now() + timedelta(days=40)):
        message.delete_by(reporter)

    message.refresh_from_db()
    assert (message.number, message.text) == (1, "")
    with pytest.raises(NotPossible):
        message.delete_by(reporter)
    assert said(ticket, repairs).number == 2


def test_nobody_changes_or_deletes_what_another_wrote(ticket, reporter, desk):
    message = said(ticket, reporter)
    with pytest.raises(PermissionDenied):
        message.edit(by=desk, text="Altro")
    with pytest.raises(PermissionDenied):
        message.delete_by(desk)


def test_what_happens_to_the_thing_is_noted_between_the_messages(ticket, talk, desk, reporter):
    said(ticket, reporter)
    ticket.hold(by=desk, note="Manca un pezzo.")
    drain()

    note = talk.messages.with_all().last()
    with translation.override("en"):
        assert told([note], desk)[0].happened == "Olga Operatrice put it on hold"
        assert (
            told([note], reporter)[0].happened == "Somebody put it on hold"
        )  # as the report's own page says it
    assert not desk.has_perm("community.edit_message", note)


def test_the_same_fact_is_noted_once(ticket, talk, desk, reporter):
    said(ticket, reporter)
    ticket.hold(by=desk, note="Manca un pezzo.")
    fact = history_of(ticket).last()
    note_fact(fact)
    note_fact(fact)

    assert talk.messages.filter(event=fact).count() == 1


def test_what_somebody_has_done_is_no_news_to_them(ticket, talk, desk, reporter):
    said(ticket, reporter)
    talk.refresh_from_db()
    talk.read_by(desk, talk.last_number)

    ticket.hold(by=desk, note="Manca un pezzo.")
    drain()

    waits = {person: ReadMark.objects.filter(person=person).unread().exists() for person in (desk, reporter)}
    assert waits == {desk: False, reporter: True}


def test_what_nobody_writes_about_has_no_notes(ticket, talk, desk):
    ticket.hold(by=desk, note="Manca un pezzo.")
    drain()

    assert not talk.messages.exists()


def test_every_fact_that_a_conversation_notes_is_declared():
    for model in apps.get_models():
        for kind in getattr(model, "facts_in_conversation", ()):
            declaration = find(EventKind, kind)
            assert declaration is not None, kind
            assert not declaration.confidential, kind


# -- who hears of it ------------------------------------------------------------------------------------------------


def test_the_others_are_told_once_until_they_have_read(ticket, talk, reporter, repairs):
    for _ in range(3):
        said(ticket, reporter, "Il segreto è 42")
    assert len(inbox(repairs)) == 1
    assert "42" not in inbox(repairs)[0]
    assert inbox(reporter) == []

    talk.refresh_from_db()
    talk.read_by(repairs, 3)
    said(ticket, reporter)
    said(ticket, reporter)

    assert len(inbox(repairs)) == 2


def test_whoever_has_read_it_before_it_went_out_is_not_told(ticket, talk, reporter, repairs):
    said(ticket, reporter)
    talk.refresh_from_db()
    talk.read_by(repairs, 1)

    assert inbox(repairs) == []


def test_each_who_is_told_is_asked_for_alone_however_many_they_are():
    asked = []
    for many in (3, 12):
        event = gathering_in(building=BuildingFactory())
        guests = UserFactory.create_batch(many)
        for guest in guests:
            event.answers.create(person=guest, state=AnswerState.COMING)
        said(event, event.organizer)
        drain()
        row = Notification.objects.filter(person=guests[-1], channel="inbox").get()
        with CaptureQueriesContext(connection) as queries:
            assert row.reason_to_drop() == ""
        asked.append(len(queries))
        event.answers.filter(person=guests[-1]).update(state=AnswerState.WITHDRAWN)
        again = Notification.objects.get(pk=row.pk)
        assert again.reason_to_drop() == Notification.Dropped.NOT_THEIRS
    assert asked[0] == asked[1]


def test_who_wants_to_hear_nothing_hears_nothing(ticket, talk, reporter, repairs):
    talk.mute(repairs, on=True)
    said(ticket, reporter)
    assert inbox(repairs) == []

    talk.mute(repairs, on=False)
    said(ticket, reporter)
    assert len(inbox(repairs)) == 1


def test_as_long_as_nobody_has_it_the_operators_hear_of_it(desk):
    ticket = ticket_in()
    said(ticket, ticket.reporter)

    assert len(inbox(desk)) == 1


def test_a_mark_never_goes_back(talk, ticket, reporter, repairs):
    for _ in range(3):
        said(ticket, reporter)
    talk.refresh_from_db()
    talk.read_by(repairs, 3)
    talk.read_by(repairs, 1)
    talk.read_by(repairs, 99)

    assert ReadMark.objects.get(person=repairs).number == 3


def test_a_fact_holds_no_words(ticket, reporter):
    from portal.events.models import Event

    said(ticket, reporter, "Il segreto è 42")

    fact = Event.objects.get(kind="community.message.sent")
    assert set(fact.data) == {"conversation", "number"}


def test_a_list_says_what_happened_last(ticket, talk, desk, reporter):
    said(ticket, reporter)
    ticket.hold(by=desk, note="Manca un pezzo.")
    drain()

    found = Conversation.objects.with_last_message().get(pk=talk.pk)
    with translation.override("en"):
        assert line_of(found, desk) == "Olga put it on hold"
        assert line_of(found, reporter) == "Somebody put it on hold"


def test_a_note_names_nobody_between_whom_a_block_stands():
    shift = shift_in()
    one, other = tenant_of(shift.plan.building), tenant_of(shift.plan.building, display_name="Bruno Bianchi")
    role = shift.plan.roles.get()
    shift.sign_up(role, by=one)
    said(shift, one)
    shift.sign_up(role, by=other)
    drain()
    note = Conversation.about(shift).messages.with_all().last()

    with translation.override("en"):
        assert told([note], one)[0].happened == "Bruno signed up"
        Block.objects.create(person=one, other=other)
        reader = type(one).objects.get(pk=one.pk)
        assert told([note], reader)[0].happened == "Somebody signed up"


@pytest.mark.parametrize("meet", [gathering_in, shift_in])
def test_the_first_message_costs_the_same_in_a_large_group(meet):
    """People, read marks and news of them: asked for and written for all at once."""

    def cost(size):
        host, coordinator = OrganizationFactory(), UserFactory()
        host.add(coordinator, by=None, is_coordinator=True)
        if meet is shift_in:
            meeting = meet(5, host=host, organizer=coordinator, tasks=(("helps", 30), ("carries", 30)))
            building, rows = meeting.plan.building, meeting.places
            roles = list(meeting.plan.roles.all())
            joins = [partial(meeting.sign_up, roles[number % 2]) for number in range(size)]
        else:
            meeting = meet(5, host=host, organizer=coordinator)
            building, rows, joins = meeting.building, meeting.answers, [meeting.answer] * size
        people = [tenant_of(building) for _ in joins]
        for join, person in zip(joins, people, strict=True):
            join(by=person)
        rows.get(person=people[-1]).withdraw(by=people[-1])
        everybody = [*people, coordinator, tenant_of(building)]
        may = f"community.discuss_{meeting._meta.model_name}"
        assert meeting.discussed_among(everybody) == [p for p in everybody if p.has_perm(may, meeting)]
        drain()
        talk = Conversation.about(type(meeting).objects.get(pk=meeting.pk))
        with CaptureQueriesContext(connection) as queries:
            talk.say(by=coordinator, client_id=uuid.uuid4(), text="A domani!")
            drain()
        news = Notification.objects.filter(event__kind="community.message.sent", channel="inbox")
        assert news.filter(person__in=people).count() == size - 1
        # Each person's topics have a number of their own, which the dispatcher moves on (portal/live).
        asked = [query["sql"] for query in queries if "portal_liveposition" not in query["sql"]]
        return len([sql for sql in asked if "SAVEPOINT" not in sql])

    cost(1 + 1)  # what is read once and then remembered
    assert cost(40) <= cost(5) + 1  # SQLite takes forty rows in two goes
