"""Where somebody is led, in their own language."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse, translate_url
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme


def home_of(person) -> str:
    """The page that a person starts from: their day for whoever works here, otherwise their home."""
    with translation.override(person.language):
        return reverse("portal:day" if person.has_perm("portal.view_day") else "portal:casa")


def is_our_own(request: HttpRequest, url: str) -> bool:
    """True for an address of this very host: nothing else is ever redirected to."""
    return url_has_allowed_host_and_scheme(
        url, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )


def in_language_of(person, url: str) -> str:
    """The same page in the person's language; addresses of machines stay as they are."""
    # An address is only understood in the language that it names itself.
    named = translation.get_language_from_path(urlsplit(url).path) or settings.LANGUAGE_CODE
    with translation.override(named):
        return translate_url(url, person.language)


def after_sign_in(request: HttpRequest, person, url: str | None) -> str:
    """Where to go once signed in: where the person wanted to go, if that is ours, otherwise home."""
    if url and is_our_own(request, url):
        return in_language_of(person, url)
    return home_of(person)
