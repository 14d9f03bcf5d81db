"""Who may watch what, and which pages a fact touches."""

from __future__ import annotations

from typing import Any

from portal.extensions import LiveTopic

from .agreements.models import SavingsAgreement
from .roles import keeper


def _agreement(event: Any) -> list[int]:
    """Itself, or that of a plan, a receipt, a payout, a goal."""
    target = event.target
    pk = target.pk if isinstance(target, SavingsAgreement) else getattr(target, "agreement_id", None)
    return [] if pk is None else [pk]


def _may_watch_agreement(user: Any, identifier: str) -> bool:
    # isdigit() alone would let "²" through, which is no key; and no key of ours has twenty figures.
    is_number = identifier.isascii() and identifier.isdigit() and len(identifier) < 19
    return is_number and SavingsAgreement.objects.visible_to(user).filter(pk=identifier).exists()


def _may_watch_work(user: Any, identifier: str) -> bool:
    return identifier == "all" and user.is_authenticated and user.is_active and keeper(user)


TOPICS = (
    LiveTopic(
        key="risparmio.agreement",
        kinds=tuple(
            f"risparmio.{subject}.*" for subject in ("agreement", "plan", "saving", "cash", "payout", "goal")
        ),
        identifiers=_agreement,
        allows=_may_watch_agreement,
    ),
    # The lists of whoever keeps the book and of whoever approves.
    LiveTopic(
        key="risparmio.work",
        kinds=tuple(
            f"risparmio.{subject}.*" for subject in ("payout", "transfers", "saving", "statement", "cash")
        ),
        identifiers=lambda event: ["all"],
        allows=_may_watch_work,
    ),
)
