"""Two who decide, and a phone that confirms twice, at the same moment."""

import copy
import uuid

import pytest

from portal.events.models import Event
from portal.people.joining.models import JoinRequest
from portal.tasks.sms import MemorySender
from portal.testing.factories import UserFactory

from .asking import code_sent, waiting_request


@pytest.fixture(autouse=True)
def no_text_messages():
    MemorySender.outbox.clear()


def test_two_who_decide_at_once_make_one_person(races):
    elena = UserFactory(roles=["portal.caseworker"])
    for _round in range(races.rounds // 5):
        email = f"{uuid.uuid4().hex}@abitare.example"
        asked = waiting_request(email=email)
        outcomes = races.together(
            *[lambda pk=asked.pk: JoinRequest.objects.get(pk=pk).approve(by=elena).pk] * 2
        )
        assert outcomes[0] == outcomes[1], outcomes


def test_two_tabs_that_confirm_at_once_leave_one_request(races):
    for _round in range(races.rounds // 5):
        email, tabs = f"{uuid.uuid4().hex}@abitare.example", []
        for _tab in range(2):
            told = {"name": "Teresa", "email": email, "phone": None, "wish": "neighbour", "language": "it"}
            asked = JoinRequest.ask(client_id=uuid.uuid4(), organization=None, **told)
            tabs.append((asked.pk, code_sent().replace("-", "")))
        outcomes = races.together(
            *[lambda pk=pk, code=code: JoinRequest.objects.get(pk=pk).confirm(code).pk for pk, code in tabs]
        )
        assert outcomes[0] == outcomes[1], outcomes
        assert JoinRequest.objects.filter(email=email).count() == 1


def asked_of(email):
    """(a request that waits for its code, the code)"""
    told = {"name": "Teresa", "email": email, "phone": None, "wish": "neighbour", "language": "it"}
    asked = JoinRequest.ask(client_id=uuid.uuid4(), organization=None, **told)
    return asked, code_sent().replace("-", "")


def test_the_right_code_twice_at_once_is_one_request_that_waits(races):
    for _round in range(races.rounds // 5):
        asked, code = asked_of(f"{uuid.uuid4().hex}@abitare.example")
        outcomes = races.together(
            *[lambda pk=asked.pk, c=code: JoinRequest.objects.get(pk=pk).confirm(c).pk] * 2
        )
        assert outcomes == [asked.pk, asked.pk]
        asked.refresh_from_db()
        assert asked.is_waiting
        told = Event.objects.filter(kind="portal.join_request.waiting", object_id=str(asked.pk))
        assert told.count() == 1, "staff is told once"


def test_and_where_they_had_asked_before_both_are_led_to_that_one(races):
    for _round in range(races.rounds // 5):
        email = f"{uuid.uuid4().hex}@abitare.example"
        before, code = asked_of(email)
        before.confirm(code)
        asked, code = asked_of(email)
        found = JoinRequest.objects.get(pk=asked.pk)  # as both requests found it, before either confirmed
        outcomes = races.together(*[lambda r=found, c=code: copy.copy(r).confirm(c).pk] * 2)
        assert outcomes == [before.pk, before.pk]
        assert JoinRequest.objects.filter(email=email).count() == 1


def test_the_fifth_wrong_try_and_the_right_one_at_once(races):
    """One of them is heard: the code is spent and nothing waits, or it waits and the wrong one comes too late."""
    for _round in range(races.rounds // 5):
        asked, code = asked_of(f"{uuid.uuid4().hex}@abitare.example")
        wrong = f"{(int(code) + 1) % 10**8:08}"
        JoinRequest.objects.filter(pk=asked.pk).update(code_tries=4)
        right, fifth = races.together(
            *[
                lambda pk=asked.pk, c=typed: JoinRequest.objects.get(pk=pk).confirm(c).pk
                for typed in (code, wrong)
            ]
        )
        asked.refresh_from_db()
        assert asked.code_tries == 5
        if right == asked.pk:
            assert asked.is_waiting
            assert type(fifth).__name__ == "CodeSpent", fifth
        else:
            assert not asked.is_waiting
            assert type(right).__name__ == "CodeSpent", right
            assert type(fifth).__name__ == "WrongCode", fifth


def test_the_right_code_and_a_new_one_asked_for_at_once(races):
    """Whatever comes first: the request waits by the code that was the last, or a new one is on its way."""
    for _round in range(races.rounds // 5):
        asked, code = asked_of(f"{uuid.uuid4().hex}@abitare.example")
        confirmed, _sent = races.together(
            lambda pk=asked.pk, c=code: JoinRequest.objects.get(pk=pk).confirm(c).pk,
            lambda pk=asked.pk: JoinRequest.objects.get(pk=pk).send_code(),
        )
        asked.refresh_from_db()
        assert asked.is_waiting == (confirmed == asked.pk)


def test_of_twenty_tries_at_once_five_are_heard(races):
    asked = JoinRequest.ask(
        client_id=uuid.uuid4(), name="Teresa", email="teresa@abitare.example", phone=None, wish="neighbour",
        organization=None, language="it",
    )  # fmt: skip
    code_sent()
    outcomes = races.together(
        *[lambda n=n: JoinRequest.objects.get(pk=asked.pk).confirm(f"{n:08d}") for n in range(20)]
    )
    assert sum(type(outcome).__name__ == "WrongCode" for outcome in outcomes) == 5, outcomes
