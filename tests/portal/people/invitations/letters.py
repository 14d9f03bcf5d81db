"""What the tests of letters share: somebody on the register, a letter for them, and their way through the questions."""

import uuid

from django_tasks_db.models import DBTaskResult

from portal.people.invitations.models import Invitation
from portal.people.mail import deliver_to
from portal.testing.factories import HouseholdFactory, UserFactory
from tests.portal.people.doors import code_in


def newcomer(**fields):
    """An adult of a household who has not come in yet."""
    person = UserFactory(**{"email": None, **fields})
    HouseholdFactory(name=f"Famiglia {person.pk}").members.create(person=person)
    return person


def letter_for(person, *, by=None):
    """(the invitation, its code)"""
    return Invitation.issue(person, by=by, client_id=uuid.uuid4())


def sent_code(kind=deliver_to):
    """The code of the newest message to an address (or, with `deliver_text_to`, to a number)."""
    waiting = DBTaskResult.objects.filter(task_path=kind.module_path).order_by("-enqueued_at").first()
    _contact, *words = waiting.args_kwargs["args"]
    return code_in(words[1] if kind is deliver_to else words[0])


def scan(client, code, prefix="", **extra):
    """What the square leads to, in the language of that prefix ("/ar")."""
    return client.post(f"{prefix}/benvenuto/", {"code": code}, **extra)


def answer(client, page, prefix="", **answers):
    return client.post(f"{prefix}/benvenuto/{page}/", answers)


def come_in(client, code):
    """Through all questions, without e-mail and phone; the answer that lets in."""
    scan(client, code)
    answer(client, "lingua", language="it")
    answer(client, "nome", name="Nadia Salem")
    answer(client, "accesso", way="desk")
    return answer(client, "informativa")
