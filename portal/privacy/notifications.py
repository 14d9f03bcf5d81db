"""Who is told of a copy that is ready and of a request to be erased; the words name nobody."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from .rules import KEEPERS


def the_person(event):
    return [event.target.person]


def the_keepers(event):
    """Whoever may look at it and is not the person themselves."""
    return get_user_model().objects.with_role(*KEEPERS).exclude(pk=event.target.person_id)


def title(event) -> str:
    """Called with the reader's language active."""
    return {
        "portal.data.ready": _("The copy of your data is ready"),
        "portal.erasure.asked": _("Somebody asks to be erased"),
        "portal.erasure.confirmed": _("Your request to be erased was confirmed"),
    }[event.kind]


def my_data(event) -> str:
    with override(settings.LANGUAGE_CODE):
        return reverse("portal:my_data")


def the_request(event) -> str:
    with override(settings.LANGUAGE_CODE):
        return event.target.get_absolute_url()
