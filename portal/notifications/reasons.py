"""Why something did not arrive, in words for the staff and with what they can do; from the code that a failure left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .models import Notification

Channel = Notification.Channel


@dataclass(frozen=True, slots=True)
class Reason:
    """`words` is a sentence; `advice` says what the staff can do, another.

    `of_the_person`: the mistake is in how this person is reached, and trying again alone mends nothing.
    """

    key: str
    words: str | Promise
    advice: str | Promise = ""
    by_channel: Mapping[str, str | Promise] = field(default_factory=dict)
    of_the_person: bool = False

    def said(self, channel: str) -> str:
        return str(self.by_channel.get(channel, self.words))


WRONG_ADDRESS = Reason(
    "wrong_address",
    _("The mailbox refused the message: the address may be wrong."),
    _("Ask the person for the right one, change it among their contacts, then try again."),
    {Channel.SMS: _("The number was refused: it may be wrong, or no longer in use.")},
    of_the_person=True,
)
NOT_NOW = Reason(
    "not_now",
    _("The mailbox does not take the message now: it may be full."),
    _("If it stays like this, ask the person to make room, or for another address."),
    {Channel.SMS: _("The number does not take the message now.")},
    of_the_person=True,
)
AWAY = Reason(
    "away",
    _("The mail server could not be reached."),
    _("There is nothing to do while we still try. If it lasts, tell whoever looks after the installation."),
    {
        Channel.SMS: _("The provider of text messages could not be reached."),
        Channel.PUSH: _("The service that brings messages to the screen could not be reached."),
    },
)
LATER = Reason(
    "later",
    _("We were asked to wait: there have been too many messages in a short time."),
    _("There is nothing to do while we still try. If it lasts, tell whoever looks after the installation."),
)
SETTINGS = Reason(
    "settings",
    _("The mail server does not let us in: something is wrong in the settings."),
    _("Tell whoever looks after the installation. The technical name of the error helps them."),
    {
        Channel.SMS: _(
            "The provider of text messages does not let us in: something is wrong in the settings."
        ),
        Channel.PUSH: _(
            "The service that brings messages to the screen does not let us in: something is wrong in the settings."
        ),
    },
)
REFUSED = Reason(
    "refused",
    _("The mail server refused what we wrote."),
    _("Tell whoever looks after the installation. The technical name of the error helps them."),
    {
        Channel.SMS: _("The provider of text messages refused what we wrote."),
        Channel.PUSH: _("The service that brings messages to the screen refused what we wrote."),
    },
)
CUT_OFF = Reason(
    "cut_off",
    _("The work was cut off before it was done."),
    _("Try again. Nothing is wrong with the contact."),
)
UNKNOWN = Reason(
    "unknown",
    _("Something went wrong that we have no words for."),
    _("Tell whoever looks after the installation. The technical name of the error helps them."),
)
REASONS = (WRONG_ADDRESS, NOT_NOW, AWAY, LATER, SETTINGS, REFUSED, CUT_OFF, UNKNOWN)


class _Sort(StrEnum):
    """What an error's name says before its number is looked at."""

    RECIPIENT = "recipient"
    SENDER = "sender"
    ANSWER = "answer"


# By the names that a mail server's, a socket's and a provider's errors have in Python; what a site's own provider
# raises of its own shows its name and counts as unknown.
_NAMES: dict[str, Reason | _Sort] = {
    "SMTPRecipientsRefused": _Sort.RECIPIENT,
    "AnymailRecipientsRefused": WRONG_ADDRESS,
    "AnymailInvalidAddress": WRONG_ADDRESS,
    "NumberRefused": WRONG_ADDRESS,
    "SMTPSenderRefused": _Sort.SENDER,
    "SMTPAuthenticationError": SETTINGS,
    "SMTPNotSupportedError": SETTINGS,
    "AnymailConfigurationError": SETTINGS,
    "ImproperlyConfigured": SETTINGS,
    "ImportError": SETTINGS,
    "ModuleNotFoundError": SETTINGS,
    "SSLCertVerificationError": SETTINGS,
    "SMTPDataError": _Sort.ANSWER,
    "SMTPResponseException": _Sort.ANSWER,
    "AnymailRequestsAPIError": _Sort.ANSWER,
    "AnymailAPIError": _Sort.ANSWER,
    "HTTPError": _Sort.ANSWER,
    "status": _Sort.ANSWER,
    "SMTPConnectError": AWAY,
    "SMTPHeloError": AWAY,
    "SMTPServerDisconnected": AWAY,
    "ConnectionError": AWAY,
    "ConnectionRefusedError": AWAY,
    "ConnectionResetError": AWAY,
    "ConnectionAbortedError": AWAY,
    "BrokenPipeError": AWAY,
    "RemoteDisconnected": AWAY,
    "IncompleteRead": AWAY,
    "BadStatusLine": AWAY,
    "TimeoutError": AWAY,
    "Timeout": AWAY,
    "ConnectTimeout": AWAY,
    "ReadTimeout": AWAY,
    "ProxyError": AWAY,
    "SSLError": AWAY,
    "SSLEOFError": AWAY,
    "SSLZeroReturnError": AWAY,
    "URLError": AWAY,
    "gaierror": AWAY,
    "herror": AWAY,
    "OSError": AWAY,
    "asked": LATER,
}


def reason_of(code: str) -> Reason:
    """Why, by what `Notification.last_error` says: a name, perhaps followed by a server's number."""
    if not code:
        return CUT_OFF
    name, _space, number = code.partition(" ")
    found = _NAMES.get(name, UNKNOWN)
    if isinstance(found, Reason):
        return found
    answer = int(number) if number.isascii() and number.isdigit() else None
    match found:
        case _Sort.RECIPIENT:
            # 452 and 552: a full mailbox. Other 4xx: not yet, as a server says to whom it does not know.
            return NOT_NOW if answer is not None and (answer < 500 or answer == 552) else WRONG_ADDRESS
        case _Sort.SENDER:
            return LATER if answer is not None and answer < 500 else SETTINGS
        case _Sort.ANSWER:
            return _of_answer(answer)
    return UNKNOWN


def _of_answer(answer: int | None) -> Reason:
    """By the number of an answer as a whole: of a web service (401, 429, 503), or of a mail server (451, 554)."""
    if answer in (401, 402, 403, 407, 530, 535):
        return SETTINGS
    if answer in (429, 450, 451):
        return LATER
    if answer in (408, 421, 500, 502, 503, 504):
        return AWAY
    if answer in (452, 552):
        return NOT_NOW
    return UNKNOWN if answer is None else REFUSED
