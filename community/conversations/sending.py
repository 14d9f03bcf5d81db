"""A message that was sent: it stands there once, or its form comes back with all that was typed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from community.keys import AlreadySent, ClientIdTaken
from portal.access import limited


def send(
    request: HttpRequest,
    form: Any,
    save: Callable[[], Any],
    *,
    sent: models.QuerySet,
    counted: str,
    rate: str,
) -> tuple[Any, int]:
    """What `save` makes of a form, or None; with the status of the page that shows the form again.

    `sent` are the sender's messages: what has arrived before is not `counted` once more against the `rate`. `save` runs
    in a transaction and may raise ClientIdTaken, AlreadySent or PermissionDenied.
    """
    # Decoding photos takes a second each: the form is validated outside any transaction.
    if not form.is_valid():
        return None, 422
    known = sent.filter(client_id=form.cleaned_data["client_id"])
    if not known.exists() and limited(request, counted, rate):
        form.add_error(
            None, _("You write very fast. Wait a few seconds and send it again: your words are still here.")
        )
        return None, 429
    try:
        with transaction.atomic():
            return save(), 302
    except ClientIdTaken:
        form.renew_client_id()
        form.add_error(None, _("We did not recognise this form. Check it and send it again."))
    except AlreadySent:
        form.renew_client_id()
        form.add_error(
            None,
            _("This page was sent before, and that message has arrived. If this is another, send it again."),
        )
    except PermissionDenied:
        raise Http404 from None
    return None, 422
