"""What the tests of the door share."""

import re

from django.contrib.auth import get_user
from django.core import mail
from django.http import HttpRequest
from django_tasks_db.models import DBTaskResult

from portal.people.mail import deliver, deliver_text, deliver_text_to, deliver_to
from portal.tasks.sms import MemorySender
from tests.portal.proof.browsers import step_up_now

PASSWORD = "quattro tigli in fila"


def sign_in(client, email, password=PASSWORD, address="/account/login/", **extra):
    return client.post(address, {"login": email, "password": password}, **extra)


def delivered():
    """Every message sent so far, once those that wait in the background have been sent as well."""
    _send_what_waits(deliver, deliver_to)
    return mail.outbox


def texted():
    """Every text message sent so far, as `delivered`."""
    _send_what_waits(deliver_text, deliver_text_to)
    return MemorySender.outbox


def _send_what_waits(*tasks):
    for task in tasks:
        for waiting in DBTaskResult.objects.filter(task_path=task.module_path):
            task.call(*waiting.args_kwargs["args"], **waiting.args_kwargs["kwargs"])
            waiting.delete()


def ask_for_code(client, login, **extra):
    """Ask for a code by e-mail or phone; returns it, or None when no message was sent."""
    sent = len(delivered()) + len(texted())
    client.post("/account/login/code/", {"login": login}, **extra)
    if len(delivered()) + len(texted()) == sent:
        return None
    return code_in(mail.outbox[-1].body if "@" in login else MemorySender.outbox[-1].text)


def code_in(text):
    return re.search(r"\d{4}-\d{4}", text)[0]


def who(client):
    """The id of the person that this client's session lets in, or None."""
    request = HttpRequest()
    request.session = client.session
    return get_user(request).pk


def says_why(client, person):
    """Whoever opens somebody's account in the register has just proved who they are, and said why."""
    step_up_now(client)
    assert client.post(f"/admin/people/edit/{person.pk}/", {"why": "correct"}).status_code == 302
