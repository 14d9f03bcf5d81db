"""The same message from a phone that lost its connection, and many at once: numbers without gaps, each message once."""

import os
import time
import traceback
import uuid

from django.db import connections

from community.conversations.models import Conversation, Message, ReadMark
from manutenzione.testing import operator, ticket_in
from tests.harness.races import size

PROCESSES, EACH = 8, size(5, 60)


def test_one_client_id_from_two_phones_at_once_is_one_message(races):
    ticket = ticket_in()
    talk = Conversation.about(ticket)
    for _ in range(min(races.rounds, 10)):
        client_id = uuid.uuid4()

        def send(client_id=client_id):
            return talk.say(by=ticket.reporter, client_id=client_id, text="Quando?").pk

        outcomes = races.together(send, send, send)
        assert len(set(outcomes)) == 1, outcomes
    numbers = list(talk.messages.values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))


def test_a_conversation_that_two_begin_at_once_is_one(races):
    ticket, desk = ticket_in(), operator()

    def begin(by):
        return lambda: Conversation.about(ticket).say(by=by, client_id=uuid.uuid4(), text="Ciao").number

    outcomes = races.together(begin(ticket.reporter), begin(desk))

    assert sorted(outcomes) == [1, 2]
    assert Conversation.objects.count() == 1


def test_who_reads_for_the_first_time_while_they_write_is_not_in_their_own_way(races, monkeypatch):
    """Both write that person's mark, whose row points to the conversation: each would wait for the other."""
    ticket, desk = ticket_in(), operator()
    talk = Conversation.about(ticket)
    talk.say(by=ticket.reporter, client_id=uuid.uuid4(), text="Ciao")
    talk.refresh_from_db()
    add = Conversation._add

    def add_slowly(self, **fields):
        time.sleep(0.5)
        return add(self, **fields)

    monkeypatch.setattr(Conversation, "_add", add_slowly)

    def read():
        time.sleep(0.2)
        talk.read_by(desk, 1)

    outcomes = races.together(lambda: talk.say(by=desk, client_id=uuid.uuid4(), text="Sì").number, read)

    assert outcomes == [2, None]


def test_two_who_read_at_once_have_one_mark_each(races):
    ticket, desk = ticket_in(), operator()
    talk = Conversation.about(ticket)
    talk.say(by=ticket.reporter, client_id=uuid.uuid4(), text="Ciao")
    talk.refresh_from_db()

    outcomes = races.together(*[lambda: talk.read_by(desk, 1)] * 4)

    assert outcomes == [None] * 4
    assert ReadMark.objects.get(person=desk).number == 1


def test_edited_and_deleted_at_once_it_is_deleted_in_the_end(races):
    ticket = ticket_in()
    talk = Conversation.about(ticket)
    message = talk.say(by=ticket.reporter, client_id=uuid.uuid4(), text="Ciao")

    races.together(
        lambda: Message.objects.get(pk=message.pk).edit(by=ticket.reporter, text="Ciao a tutti"),
        lambda: Message.objects.get(pk=message.pk).delete_by(ticket.reporter),
    )

    message.refresh_from_db()
    assert message.deleted_at
    assert message.text == ""


def test_eight_processes_number_without_gaps(committed_db):
    ticket = ticket_in()
    talk = Conversation.about(ticket)
    people = [operator() for _ in range(PROCESSES)]
    connections.close_all()  # a connection belongs to one process
    children = [_child(talk.pk, person.pk) for person in people]

    for child in children:
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0

    numbers = list(talk.messages.values_list("number", flat=True))
    assert numbers == list(range(1, PROCESSES * EACH + 1))
    talk.refresh_from_db()
    assert talk.last_number == PROCESSES * EACH


def _child(talk, person) -> int:
    child = os.fork()
    if child:
        return child
    try:
        from django.contrib.auth import get_user_model

        by = get_user_model().objects.get(pk=person)
        for number in range(EACH):
            Conversation.objects.get(pk=talk).say(by=by, client_id=uuid.uuid4(), text=f"{person}: {number}")
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)
