"""How a payout stands, as its reader may know it: a household reads what the agency's people are, not their names."""

from __future__ import annotations

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from portal.events import history_of

from .models import Payout
from .words import OPEN, State

# Who does it, if nobody of the household: by the kind of event.
ROLES: dict[str, str | Promise] = {
    "risparmio.payout.requested": gettext_lazy("Your caseworker"),
    "risparmio.payout.withdrawn": gettext_lazy("Your caseworker"),
    "risparmio.payout.signed_on_paper": gettext_lazy("Somebody of the agency"),
    "risparmio.payout.first_approved": gettext_lazy("An approver"),
    "risparmio.payout.approved": gettext_lazy("An approver"),
    "risparmio.payout.refused": gettext_lazy("An approver"),
    "risparmio.payout.ordered": gettext_lazy("The treasurer"),
    "risparmio.payout.given_up": gettext_lazy("Somebody of the agency"),
}


def way(payout: Payout) -> list[dict[str, Any]]:
    """The steps from the request to the statement, for the component; nothing where it ended on the way."""
    if payout.state in (State.REFUSED, State.WITHDRAWN, State.RETURNED):
        return []
    passed = {State.REQUESTED: 1, State.APPROVED: 2, State.ORDERED: 3, State.PAID: 4}[State(payout.state)]
    labels = (
        pgettext("of a payout", "asked for"),
        pgettext("of a payout", "approved"),
        pgettext("of a payout", "the bank knows"),
        pgettext("of a payout", "paid"),
    )
    return [
        {"label": label, "is_passed": number < passed, "is_here": number == passed - 1}
        for number, label in enumerate(labels)
    ]


def history(payout: Payout, *, theirs: bool) -> dict[str, Any]:
    """`events`, and `names` by which the tag `history` calls people: True to staff, a mapping to the household.

    theirs: whether the reader is one of the household.
    """
    events = list(history_of(payout, confidential=True))
    if not theirs:
        return {"events": events, "names": True}
    members = list(payout.agreement.household.members.select_related("person"))
    names = {event.actor_id: _("Somebody of the agency") for event in events}
    names |= {event.actor_id: str(ROLES[event.kind]) for event in events if event.kind in ROLES}
    names |= {one.person_id: _("Somebody of the household") for one in members}
    names |= {one.person_id: one.person.display_name for one in members if one.until is None}
    return {"events": events, "names": names}


def why_not_by(user: Any, payout: Payout, own: set[int]) -> str:
    """Why this approver does not decide on it; "" where they may. own: their household's agreements, by id."""
    if payout.agreement_id in own:
        return _("It is your own household’s money: somebody else decides.")
    if payout.requested_by_id == user.pk:
        return _("You asked for it yourself: somebody else decides.")
    if payout.signed_by_id == user.pk:
        return _("You wrote the signature down: somebody else decides.")
    if payout.approved_by_id == user.pk:
        return _("You have approved it. A second person has to, as well.")
    if payout.lacks_signature:
        return _("The household has not signed yet.")
    return ""


def is_work_of(user: Any, payout: Payout) -> bool:
    """Whether it waits for this person to decide, or to tell the bank."""
    if payout.state not in OPEN:
        return False
    if payout.state == State.REQUESTED:
        return user.has_perm("risparmio.approve_payout", payout)
    return payout.state == State.APPROVED and user.has_perm("risparmio.order_payout", payout)
