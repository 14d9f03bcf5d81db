"""The ceremonies of passkeys: what the browser is asked, and whether its answer is right.

What comes back is whatever somebody sends; allauth and fido2 raise many things for it, and all of them mean "no".
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth
from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpRequest, HttpResponse, JsonResponse

LONGEST = 20_000  # characters of an answer; a real one has about a thousand


def is_asking(request: HttpRequest) -> bool:
    """Whether the button of a passkey asks what to ask the browser: only then does a ceremony begin.

    A question is kept in the session. A page that kept one by being looked at would end a ceremony under way, and save
    an old session over what it has proved, when the phone asks for the page again by itself.
    """
    return request.method == "GET" and request.headers.get("X-Requested-With") == "XMLHttpRequest"


def to_add(person: Any) -> HttpResponse:
    """What to ask the browser for a new passkey: one that knows the person without being told, and looks who it is."""
    return JsonResponse({"request_options": auth.begin_registration(person, passwordless=True)})


def to_prove(person: Any) -> HttpResponse:
    """What to ask the browser for one of the person's passkeys."""
    return JsonResponse({"request_options": auth.begin_authentication(person)})


def options_to_sign_in() -> dict[str, Any]:
    """What to ask the browser where nobody is known yet."""
    return auth.begin_authentication(None)


def added(answer: Any) -> None:
    """Raises ValidationError unless this answers the question of this session."""
    with _anything_else_is_wrong():
        auth.parse_registration_response(answer)
        if not auth.complete_registration(answer).is_user_verified():
            raise ValueError("the device did not look who it is")


def proved(person: Any | None, answer: Any) -> Authenticator:
    """The passkey that has answered the question of this session; None: of whoever it says. Raises ValidationError."""
    with _anything_else_is_wrong():
        auth.parse_authentication_response(answer)
        if person is None:
            person = auth.extract_user_from_response(answer)
        authenticator = auth.complete_authentication(person, answer)
    authenticator.user = person
    return authenticator


@contextmanager
def _anything_else_is_wrong() -> Iterator[None]:
    try:
        yield
    except (ValueError, TypeError, LookupError, AttributeError, OverflowError, struct.error) as error:
        raise get_adapter().validation_error("incorrect_code") from error
    except ObjectDoesNotExist as error:
        raise get_adapter().validation_error("incorrect_code") from error
