"""Why news did not arrive, in words: whatever a mail server, a provider or a push service answers."""

import http.client
import smtplib
import socket
import ssl
import urllib.error
from types import SimpleNamespace

import pytest
from django.utils import translation

from portal.notifications.models import Notification
from portal.notifications.reasons import (
    AWAY,
    CUT_OFF,
    LATER,
    NOT_NOW,
    REASONS,
    REFUSED,
    SETTINGS,
    UNKNOWN,
    WRONG_ADDRESS,
    reason_of,
)
from portal.tasks.mail import NotSent
from portal.tasks.sms import NumberRefused

OUTSIDE = [channel for channel in Notification.Channel if channel != "inbox"]


def refused(code):
    return smtplib.SMTPRecipientsRefused({"bruno@abitare.example": (code, b"no bruno@abitare.example here")})


class HTTPError(Exception):
    """As the libraries that ask providers over the web name theirs."""

    def __init__(self, status):
        super().__init__("+390200000901")
        self.response = SimpleNamespace(status_code=status)


ERRORS = [
    (refused(550), WRONG_ADDRESS),
    (refused(553), WRONG_ADDRESS),
    (refused(552), NOT_NOW),
    (refused(452), NOT_NOW),
    (refused(450), NOT_NOW),
    (NumberRefused("+390200000901"), WRONG_ADDRESS),
    (urllib.error.HTTPError("https://sms.example/+39", 401, "no", None, None), SETTINGS),
    (KeyError("+390200000901"), UNKNOWN),
    (smtplib.SMTPSenderRefused(550, b"no", "portal@abitare.example"), SETTINGS),
    (smtplib.SMTPSenderRefused(451, b"wait", "portal@abitare.example"), LATER),
    (smtplib.SMTPAuthenticationError(535, b"no"), SETTINGS),
    (smtplib.SMTPDataError(554, b"looks like spam"), REFUSED),
    (smtplib.SMTPDataError(451, b"wait"), LATER),
    (smtplib.SMTPServerDisconnected("gone"), AWAY),
    (smtplib.SMTPConnectError(421, b"busy"), AWAY),
    (ConnectionRefusedError("mail.abitare.example"), AWAY),
    (TimeoutError("timed out"), AWAY),
    (socket.gaierror(-2, "no such name"), AWAY),
    (ssl.SSLCertVerificationError("expired"), SETTINGS),
    (http.client.RemoteDisconnected("gone"), AWAY),
    (HTTPError(401), SETTINGS),
    (HTTPError(422), REFUSED),
    (HTTPError(429), LATER),
    (HTTPError(503), AWAY),
    (ImportError("no such sender"), SETTINGS),
    (ZeroDivisionError("a sender's own mistake"), UNKNOWN),
]


@pytest.mark.parametrize(
    ("error", "reason"),
    ERRORS,
    ids=[f"{place}-{type(error).__name__}" for place, (error, _) in enumerate(ERRORS)],
)
def test_an_error_has_its_reason(error, reason):
    code = str(NotSent.because_of(error))

    assert reason_of(code) == reason
    assert "bruno" not in code
    assert "+39" not in code


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("", CUT_OFF),
        ("asked to wait", LATER),
        ("status 429", LATER),
        ("status 403", SETTINGS),
        ("status 400", REFUSED),
        ("status 502", AWAY),
        ("status", UNKNOWN),
        ("SMTPRecipientsRefused", WRONG_ADDRESS),
        ("SMTPRecipientsRefused ²", WRONG_ADDRESS),
        ("HTTPError", UNKNOWN),
        ("Strange 550 and more", UNKNOWN),
    ],
)
def test_what_stands_in_the_row_has_its_reason(code, reason):
    assert reason_of(code) == reason


@pytest.mark.parametrize("reason", REASONS, ids=lambda reason: reason.key)
def test_a_reason_is_said_in_words_with_what_to_do(reason):
    with translation.override("en"):
        for channel in OUTSIDE:
            words = reason.said(channel)
            assert words.endswith(".")
            assert "SMTP" not in words
            assert "Error" not in words
        assert str(reason.advice).endswith(".")


@pytest.mark.parametrize(
    "reason", [WRONG_ADDRESS, NOT_NOW, AWAY, SETTINGS, REFUSED], ids=lambda reason: reason.key
)
def test_a_text_message_does_not_fail_at_a_mail_server(reason):
    with translation.override("en"):
        assert "mail" not in reason.said("sms")
