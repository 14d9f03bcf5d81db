"""What the tests of the door share."""

import re

from django.core import mail

PASSWORD = "quattro tigli in fila"


def sign_in(client, email, password=PASSWORD, address="/account/login/", **extra):
    return client.post(address, {"login": email, "password": password}, **extra)


def ask_for_code(client, email, **extra):
    """Ask for a code; returns it, or None when no message was sent."""
    sent = len(mail.outbox)
    client.post("/account/login/code/", {"email": email}, **extra)
    return code_in(mail.outbox[-1].body) if len(mail.outbox) > sent else None


def code_in(text):
    return re.search(r"\d{4}-\d{4}", text)[0]


def who(client):
    """The id of the person that this client is signed in as, or None."""
    session = client.get("/account/").wsgi_request.user
    return session.pk
