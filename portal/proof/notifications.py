from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django.utils import translation
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
