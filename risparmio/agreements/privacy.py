"""What agreements know about a person, how long, and how they forget it.

Accounts are kept for ten years after the end (Codice civile, art. 2220), nameless where the person has asked for it:
days and amounts stay, and what anybody wrote about somebody goes. What somebody wrote for the agency is about another
household: it stays with that one, without their name, and in their own copy stands only that they did.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.extensions import Exempt, Impediment, PersonalData, years

from .final import FinalSignature, FinalStatement
from .models import SavingsAgreement
from .plans import PlanSignature, SavingsPlan
from .words import Side, State

KEPT = years(10)
FORGOTTEN = "—"  # in place of words that may not be empty
TEN_YEARS = _("Ten years after everything was given back: the law asks that accounts are kept so long.")


def theirs(user: Any) -> QuerySet[SavingsAgreement]:
    """Of the households to which somebody belongs or belonged. Also by what they signed: who lived together is
    forgotten years before accounts are, and at an erasure before any of them."""
    signed = {"person": user, "side": Side.HOUSEHOLD, "on_paper": False}
    return SavingsAgreement.objects.filter(
        Q(tenancy__household__members__person=user)
        | Q(pk__in=PlanSignature.objects.filter(**signed).values("plan__agreement"))
        | Q(pk__in=FinalSignature.objects.filter(**signed).values("statement__agreement"))
    ).distinct()


def ended_of(user: Any) -> QuerySet[SavingsAgreement]:
    """Theirs that are over."""
    return theirs(user).filter(state=State.CLOSED)


def over_before(moment: datetime) -> QuerySet[SavingsAgreement]:
    """Whose ten years are over."""
    return SavingsAgreement.objects.filter(state=State.CLOSED, closed_on__lt=timezone.localdate(moment))


def expired(rows: QuerySet) -> int:
    """Delete each row on which nothing stands any more; what is left waits for what stands on it."""
    gone = 0
    for row in rows:
        with suppress(ProtectedError), transaction.atomic():
            row.delete()
            gone += 1
    return gone


def export_agreements(user) -> Iterator[dict]:
    for agreement in SavingsAgreement.objects.of_adult(user).with_household():
        yield {
            "number": agreement.number,
            "goal": str(agreement.get_goal_display()),
            "goal_cents": agreement.goal_cents,
            "since": agreement.starts_on.isoformat(),
            "ends_on": agreement.ends_on.isoformat(),
            "state": str(agreement.get_state_display()),
            "held_cents": agreement.held,
            "reason": agreement.leaving_reason,
        }


def erase_agreements(user) -> int:
    """The agreement names nobody itself; who opened it is forgotten, and why a household has moved on."""
    told = ended_of(user).exclude(leaving_reason="").values_list("pk", flat=True)
    touched = SavingsAgreement.objects.filter(pk__in=list(told)).update(leaving_reason="")
    return touched + SavingsAgreement.objects.filter(opened_by=user).update(opened_by=None)


def expire_agreements(before: datetime) -> int:
    """With its plans and what is signed. Its account in the book stays, under a code that leads to nobody."""
    return expired(over_before(before))


def savings_that_run(user) -> Iterator[Impediment]:
    """What stands against erasing an adult of a household that saves: first everything goes back to it."""
    for agreement in SavingsAgreement.objects.running().of_adult(user):
        yield Impediment(
            staff=gettext("Their savings agreement %(number)s runs: end it and give everything back first.")
            % {"number": agreement.number},
            person=gettext(
                "You put money aside with us. Once you have all of it back, your data can be erased."
            ),
        )


def _written_by(user: Any) -> Q:
    """Plans that somebody proposed for their own household, which they may have left since."""
    return Q(proposed_by=user, agreement__in=theirs(user).values("pk"))


def export_plans(user) -> Iterator[dict]:
    own = Q(agreement__in=SavingsAgreement.objects.of_adult(user)) | _written_by(user)
    for plan in SavingsPlan.objects.filter(own).select_related("agreement").order_by("proposed_at"):
        yield {
            "agreement": plan.agreement.number,
            "since": plan.since.isoformat(),
            "until": plan.until.isoformat() if plan.until else None,
            "monthly_cents": plan.cents,
            "ends_on": plan.ends_on.isoformat() if plan.ends_on else None,
            "goal": str(plan.get_goal_display()),
            "goal_cents": plan.goal_cents,
            "reason": plan.reason,
            "state": str(plan.get_state_display()),
            "by_somebody_else": plan.proposed_by_id != user.pk,
        }
    for plan in SavingsPlan.objects.filter(proposed_by=user).exclude(own).order_by("proposed_at"):
        yield {"written_on": plan.proposed_at.isoformat(), "by_somebody_else": False}


def erase_plans(user) -> int:
    """What the person wrote for their household, and what was written about it once it has everything back."""
    about = _written_by(user) | Q(agreement__in=ended_of(user).values("pk"))
    touched = SavingsPlan.objects.filter(about).exclude(reason__in=("", FORGOTTEN)).update(reason=FORGOTTEN)
    return touched + SavingsPlan.objects.filter(proposed_by=user).update(proposed_by=None)


def export_signatures(user) -> Iterator[dict]:
    for signature in PlanSignature.objects.filter(person=user).select_related("plan__agreement"):
        yield {"agreement": signature.plan.agreement.number, "at": signature.at.isoformat()}


def keep_signatures(user) -> int:
    """Nothing is erased: a signature is a number that leads to an entry without a name. That two people signed stays
    true by it, and whose the savings were is known as long as something of them has to be forgotten."""
    return 0


def export_finals(user) -> Iterator[dict]:
    for final in FinalStatement.objects.filter(agreement__in=SavingsAgreement.objects.of_adult(user)):
        yield {
            "agreement": final.agreement.number,
            "on": final.drawn_on.isoformat(),
            "paid_in_cents": final.own_cents,
            "added_cents": final.matched_cents,
            "taken_cents": final.taken_cents,
            "landlord_cents": final.offset_cents,
            "back_cents": final.left_cents,
        }


def erase_finals(user) -> int:
    return FinalStatement.objects.filter(drawn_by=user).update(drawn_by=None)


@transaction.atomic
def expire_finals(before: datetime) -> int:
    """With their signatures, without which none of them would go."""
    old = FinalStatement.objects.filter(agreement__in=over_before(before))
    FinalSignature.objects.filter(statement__in=old).delete()
    return expired(old)


def export_final_signatures(user) -> Iterator[dict]:
    for signature in FinalSignature.objects.filter(person=user).select_related("statement__agreement"):
        yield {"agreement": signature.statement.agreement.number, "at": signature.at.isoformat()}


DATA = (
    Exempt(
        key="risparmio.PaymentReminder",
        reason="That a month was spoken of, of an agreement and not of a person; goes with the agreement.",
    ),
    PersonalData(
        key="risparmio.SavingsAgreement",
        title=_("Savings of your household"),
        labels={
            "goal": _("Goal"),
            "goal_cents": _("How much is needed (cents)"),
            "since": _("From"),
            "held_cents": _("Put aside so far (cents)"),
        },
        export=export_agreements,
        erase=erase_agreements,
        stays=_("That a household put money aside, how much and when, without your name."),
        against=savings_that_run,
        retention=KEPT,
        expire=expire_agreements,
        reason=TEN_YEARS,
    ),
    PersonalData(
        key="risparmio.SavingsPlan",
        title=_("Plans of what your household puts aside"),
        labels={
            "agreement": _("Savings agreement"),
            "since": _("From"),
            "goal": _("Goal"),
            "goal_cents": _("How much is needed (cents)"),
            "monthly_cents": _("Each month (cents)"),
        },
        export=export_plans,
        erase=erase_plans,
        stays=_("How much was agreed on each month, without the reasons."),
        retention=None,
        reason=_("As long as the savings agreement it belongs to."),
    ),
    PersonalData(
        key="risparmio.PlanSignature",
        title=_("Plans that you signed"),
        labels={"agreement": _("Savings agreement")},
        export=export_signatures,
        erase=keep_signatures,
        stays=_("That somebody signed, and when."),
        retention=None,
        reason=_("As long as the savings agreement it belongs to."),
    ),
    PersonalData(
        key="risparmio.FinalStatement",
        title=_("What your household took along"),
        labels={
            "agreement": _("Savings agreement"),
            "on": _("Day"),
            "paid_in_cents": _("Paid in by you (cents)"),
            "added_cents": _("Added by the agency (cents)"),
            "taken_cents": _("Paid out before (cents)"),
            "landlord_cents": _("Given to the landlord, as signed (cents)"),
            "back_cents": _("Went back to you (cents)"),
        },
        export=export_finals,
        erase=erase_finals,
        stays=_("How much a household took along, without your name."),
        retention=KEPT,
        expire=expire_finals,
        reason=TEN_YEARS,
    ),
    PersonalData(
        key="risparmio.FinalSignature",
        title=_("Final statements that you signed"),
        labels={"agreement": _("Savings agreement")},
        export=export_final_signatures,
        erase=keep_signatures,
        stays=_("That somebody signed, and when."),
        retention=None,
        reason=_("As long as the savings agreement it belongs to."),
    ),
)
