"""What the tests of asking to join share."""

import re
import uuid

from django.core import mail
from django_tasks_db.models import DBTaskResult

from portal.people.joining.mail import tell_code, tell_decision
from portal.people.joining.models import JoinRequest
from portal.tasks.sms import MemorySender

TERESA = "teresa@abitare.example"


def form(**told):
    """What the page sends."""
    return {
        "client_id": uuid.uuid4(), "name": "Teresa Galli", "email": TERESA, "phone": "", "wish": "neighbour",
        "organization": "", "language": "it", **told,
    }  # fmt: skip


def told():
    """Every message so far, mail and text messages, once those that wait in the background are sent as well."""
    tasks = {task.module_path: task for task in (tell_code, tell_decision)}
    for waiting in DBTaskResult.objects.filter(task_path__in=tasks).order_by("enqueued_at"):
        tasks[waiting.task_path].call(*waiting.args_kwargs["args"], **waiting.args_kwargs["kwargs"])
        waiting.delete()
    return [message.body for message in mail.outbox] + [message.text for message in MemorySender.outbox]


def code_sent():
    """The code of the last message; None where it has none."""
    found = re.search(r"\d{4}-\d{4}", told()[-1])
    return found and found[0]


def waiting_request(**fields):
    """Somebody whose address is confirmed."""
    whole = {
        "name": "Teresa Galli",
        "email": TERESA,
        "phone": None,
        "wish": "neighbour",
        "language": "it",
        **fields,
    }
    request = JoinRequest.ask(client_id=uuid.uuid4(), **{"organization": None, **whole})
    return request.confirm(code_sent().replace("-", ""))
