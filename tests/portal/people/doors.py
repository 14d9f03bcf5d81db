"""What the tests of the door share."""

import re

from django.contrib.auth import get_user
from django.core import mail
from django.http import HttpRequest
from django_tasks_db.models import DBTaskResult

from portal.people.mail import deliver

PASSWORD = "quattro tigli in fila"


def sign_in(client, email, password=PASSWORD, address="/account/login/", **extra):
    return client.post(address, {"login": email, "password": password}, **extra)


def delivered():
    """Every message sent so far, once those that wait in the background have been sent as well."""
    for waiting in DBTaskResult.objects.filter(task_path=deliver.module_path):
        deliver.call(*waiting.args_kwargs["args"], **waiting.args_kwargs["kwargs"])
        waiting.delete()
    return mail.outbox


def ask_for_code(client, email, **extra):
    """Ask for a code; returns it, or None when no message was sent."""
    sent = len(delivered())
    client.post("/account/login/code/", {"email": email}, **extra)
    return code_in(mail.outbox[-1].body) if len(delivered()) > sent else None


def code_in(text):
    return re.search(r"\d{4}-\d{4}", text)[0]


def who(client):
    """The id of the person that this client's session lets in, or None."""
    request = HttpRequest()
    request.session = client.session
    return get_user(request).pk


def says_why(client, person):
    """Whoever opens somebody's account in the register has said why."""
    assert client.post(f"/admin/people/edit/{person.pk}/", {"why": "correct"}).status_code == 302
