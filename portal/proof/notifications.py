from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _


def themselves(event: Any) -> list[Any]:
    """The person whose sign-in it is about."""
    return [event.target]


def changed(what: Any) -> Callable[[Any], str]:
    """The title for a change that is said by `what`."""
    return lambda event: _("%(what)s. Was it not you? Look here, and call us.") % {"what": what}


def sign_in_methods(event: Any) -> str:
    with translation.override("it"):
        return reverse("portal:sign_in_methods")


def new_device(event: Any) -> str:
    """That there was one, when, and what to do; not where, nor on what."""
    return _(
        "A new device signed in with your account: %(when)s. Was it not you? Sign it out here, and call us."
    ) % {"when": date_format(timezone.localtime(event.at), "j F, H:i")}


def factors_taken(event: Any) -> str:
    return _(
        "The agency has taken your passkeys and your app away, so that you can set up new ones. Did you not ask for "
        "it? Call us."
    )


def signed_out(event: Any) -> str:
    return _("The agency has signed you out on all your devices.")


def devices(event: Any) -> str:
    with translation.override("it"):
        return reverse("portal:devices")
