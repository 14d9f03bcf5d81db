"""What the tests of this room share: browsers at different moments, apps, and the codes that they show."""

import re
import time

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, generate_totp_secret, hotp_value
from django.contrib.auth import SESSION_KEY, get_user_model
from django.http import HttpRequest

from portal.access.second_factor import PROVED_BY
from portal.access.step_up import FRESH, STEP_UP_BY, STEP_UP_UNTIL, has_stepped_up
from portal.proof import changes


def forget(client, *keys):
    """As if these things had never been noted in the client's session."""
    session = client.session
    for key in keys or (STEP_UP_UNTIL, STEP_UP_BY, PROVED_BY):
        session.pop(key, None)
    session.save()


def sign_in_long_ago(client, person):
    """Signed in by a code, some hours ago."""
    client.force_login(person)
    forget(client)


def step_up_now(client, *, ago=0):
    """Whoever is signed in has just proved once more who they are, or `ago` seconds ago."""
    session = client.session
    session[STEP_UP_UNTIL] = int(time.time()) - ago + FRESH
    session[STEP_UP_BY] = int(session[SESSION_KEY])
    session.save()


def is_fresh(client):
    request = HttpRequest()
    request.session, request.user = client.session, get_user_model()(pk=int(client.session[SESSION_KEY]))
    return has_stepped_up(request)


def app_of(person):
    """An app that has been set up for the person some time ago; returns its secret."""
    secret = generate_totp_secret()
    changes.add_app(person, secret=secret, period=0)
    return secret


def shown_by(secret, periods=0):
    """What the app shows now, or some half minutes from now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + periods))


def paper_codes_of(person):
    row = Authenticator.objects.get(user=person, type=Authenticator.Type.RECOVERY_CODES)
    return row.wrap().get_unused_codes()


def code_in(text):
    return re.search(r"\d{4}-\d{4}", text)[0]


def prove_now(client, person):
    """The person has just used their second factor."""
    step_up_now(client)
    session = client.session
    session[PROVED_BY] = person.pk
    session.save()
