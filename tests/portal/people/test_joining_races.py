"""Two who decide, and a phone that confirms twice, at the same moment."""

import uuid

import pytest

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
