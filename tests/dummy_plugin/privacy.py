"""What the keys know about a person, how they hand it over and how they forget it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from portal.extensions import Impediment

from .models import Loan
from .workflow import State

KEPT = timedelta(days=365)


def export(user) -> Iterator[dict]:
    for loan in Loan.objects.filter(borrower=user).select_related("key"):
        yield {
            "key": loan.key.name,
            "state": loan.get_state_display(),
            "asked_at": loan.asked_at,
            "lent_at": loan.lent_at,
            "due_on": loan.due_on,
        }


def out(user) -> Iterator[Impediment]:
    """What stands against erasing somebody: a key that they still have. The staff ask for it, they bring it back."""
    for loan in Loan.objects.filter(borrower=user, state=State.LENT).select_related("key"):
        yield Impediment(
            staff=_("They still have the key “%s”: ask for it first.") % loan.key,
            person=_("You still have the key “%s”. Bring it back first.") % loan.key,
        )


def erase(user) -> int:
    """Loans that are over. A key that is still out must come back first: the row stays until then."""
    deleted, _by_model = Loan.objects.filter(borrower=user).exclude(state=State.LENT).delete()
    return deleted


def expire(before: datetime) -> int:
    """The same, of everybody, once their time is over. A loan lasts days: it counts from the day it was asked for."""
    old = Loan.objects.filter(asked_at__lt=before)
    deleted, _by_model = old.exclude(state=State.LENT).delete()
    return deleted
