"""Who may watch what, and which pages a fact touches."""

from __future__ import annotations

from typing import Any

from portal.extensions import LiveTopic

from .agreements.models import SavingsAgreement
from .roles import keeper


def _agreement(event: Any) -> list[int]:
    """Itself, or that of a plan, a receipt, a payout, a goal; a count of cash is about none."""
    target = event.target
    pk = target.pk if isinstance(target, SavingsAgreement) else getattr(target, "agreement_id", None)
    return [] if pk is None else [pk]


def _may_watch_agreement(user: Any, identifier: str) -> bool:
    # isdigit() alone would let "²" through, which is no key; and no key of ours has twenty figures.
    is_number = identifier.isascii() and identifier.isdigit() and len(identifier) < 19
    return is_number and SavingsAgreement.objects.visible_to(user).filter(pk=identifier).exists()


def _may_watch_work(user: Any, identifier: str) -> bool:
    return identifier == "all" and user.is_authenticated and user.is_active and keeper(user)


# The lists of whoever keeps the book and of whoever approves.
_WORK = ("payout", "transfers", "saving", "statement", "line", "cash", "exit")

TOPICS = (
    LiveTopic(
        key="risparmio.agreement",
        kinds=("risparmio.*",),
        identifiers=_agreement,
        allows=_may_watch_agreement,
    ),
    LiveTopic(
        key="risparmio.work",
        kinds=tuple(f"risparmio.{subject}.*" for subject in _WORK),
        identifiers=lambda event: ["all"],
        allows=_may_watch_work,
    ),
)
