"""What follows from the facts of delegations: who is told, in which words, and what open pages look after."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from portal.events import record
from portal.events.models import Event
from portal.extensions import EventKind, find

from .models import Delegation


def note_use(event: Any) -> None:
    """An EventSink: whatever is done for somebody is a use of the grant, which the principal is told of.

    Called again for the same fact it notes nothing new.
    """
    if event.on_behalf_of_id is None or event.actor_id is None:
        return
    grants = Delegation.objects.filter(principal=event.on_behalf_of_id, delegate=event.actor_id)
    # Not only open ones: it may have ended meanwhile.
    held = grants.filter(accepted_at__isnull=False, scope=event.data.get("scope", ""))
    grant = held.first()
    if grant is None:
        return
    noted = Event.objects.about(grant).filter(kind="portal.delegation.used", data__fact=event.pk)
    if not noted.exists():
        record("portal.delegation.used", grant, by=event.actor, at=event.at, fact=event.pk, what=event.kind)


def both(event: Any) -> list:
    """The two of them; of an offer that came to nothing nobody hears."""
    grant = event.target
    return [grant.principal, grant.delegate] if grant and grant.accepted_at else []


def the_one_asked(event: Any) -> list:
    return [event.target.delegate] if event.target and event.target.is_offer else []


def the_principal(event: Any) -> list:
    return [event.target.principal] if event.target else []


def title(event: Any) -> str:
    """Called with the reader's language active."""
    grant = event.target
    names = {"delegate": grant.delegate, "principal": grant.principal}
    words = {
        "portal.delegation.offered": _("%(principal)s asks if you want to act for them"),
        "portal.delegation.granted": _("%(delegate)s now acts for %(principal)s"),
        "portal.delegation.recorded": _("From a signed paper: %(delegate)s now acts for %(principal)s"),
        "portal.delegation.ended": _("%(delegate)s no longer acts for %(principal)s"),
        "portal.delegation.expired": _("The time is over: %(delegate)s no longer acts for %(principal)s"),
    }
    if event.kind in words:
        return words[event.kind] % names
    return what_was_done(event, _("%(name)s, for you,") % {"name": grant.delegate})


def what_was_done(event: Any, actor: str) -> str:
    """The sentence of what was done under the grant; of a plugin that is gone nothing is known."""
    kind = find(EventKind, event.data.get("what", ""))
    return str(kind.sentence if kind else _("%(actor)s did something")) % {"actor": actor}


def url(event: Any) -> str:
    """The grant's page, where all that was done under it is told."""
    with override(settings.LANGUAGE_CODE):
        return reverse("portal:delegation", args=[event.object_id])


def whose(event: Any) -> set[int]:
    """The two people whose open pages look again."""
    grant = event.target
    return {grant.principal_id, grant.delegate_id} - {None} if grant else set()


def is_own(user: Any, identifier: str) -> bool:
    return identifier == str(user.pk)


def end_what_is_over() -> None:
    """A schedule: grants whose last day has passed, offers that nobody answered. Nothing waits for it: see `open()`."""
    for grant in Delegation.objects.over():
        grant.end(by=None, why=grant.Ending.EXPIRED if grant.accepted_at else grant.Ending.UNANSWERED)
