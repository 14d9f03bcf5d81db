"""What follows from a fact: who is told, in which words, and how often a key has been lent."""

from __future__ import annotations

from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _

from .models import Key, Loan


def the_desk(event):
    return get_user_model().objects.with_role("keys.desk")


def the_borrower(event):
    return [event.target.borrower]


def title(event) -> str:
    """Called with the reader's language active."""
    key = event.target.key
    return {
        "keys.loan.asked": _("Somebody asks for the key “%s”"),
        "keys.loan.lent": _("The key “%s” is yours for three days"),
        "keys.loan.overdue": _("Please bring the key “%s” back"),
    }[event.kind] % key


def url(event) -> str:
    return f"/chiavi/prestiti/{event.object_id}/"


def count_loans(event) -> None:
    """Counted anew instead of one more: the same fact may come twice."""
    if event.kind == "keys.loan.lent" and event.target is not None:
        key = event.target.key_id
        Key.objects.filter(pk=key).update(
            times_lent=Loan.objects.filter(key=key).exclude(lent_at=None).count()
        )
