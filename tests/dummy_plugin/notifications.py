"""What follows from a fact: who is told, in which words, and how often a key has been lent."""

from django.conf import settings
from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _
from django.utils.translation import override

from .models import Key, Loan


def the_desk(event):
    return get_user_model().objects.with_role("keys.desk")


def the_borrower(event):
    return [event.target.borrower] if event.target else []


def title(event) -> str:
    """Called with the reader's language active."""
    words = {
        "keys.loan.asked": _("Somebody asks for the key “%s”"),
        "keys.loan.lent": _("The key “%s” is yours for three days"),
        "keys.loan.overdue": _("Please bring the key “%s” back"),
    }
    return words[event.kind] % event.target.key


def url(event) -> str:
    """Without the prefix of a language: the reader's own is put before it."""
    with override(settings.LANGUAGE_CODE):
        return event.target.get_absolute_url()


def count_loans(event) -> None:
    """Counted anew instead of one more: the same fact may come twice."""
    if event.kind == "keys.loan.lent" and event.target:
        key = event.target.key_id
        Key.objects.filter(pk=key).update(
            times_lent=Loan.objects.filter(key=key).exclude(lent_at=None).count()
        )
