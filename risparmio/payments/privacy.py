"""What payments know about a person. As agreements do, they keep days and amounts, and forget words, names, IBANs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.extensions import Impediment, PersonalData
from risparmio.agreements.models import SavingsAgreement
from risparmio.agreements.privacy import (
    FORGOTTEN,
    KEPT,
    TEN_YEARS,
    ended_of,
    expired,
    over_before,
    theirs,
)

from .models import CashReceipt, Payout
from .tills import CashCount, CashTrip
from .transfers import TransferOrder
from .words import OPEN, State


def _own(user: Any) -> QuerySet[SavingsAgreement]:
    return SavingsAgreement.objects.of_adult(user)


def export_receipts(user) -> Iterator[dict]:
    """Their household's. Of those that somebody wrote at a desk for others, that they did."""
    receipts = CashReceipt.objects.filter(agreement__in=_own(user))
    for receipt in receipts.select_related("agreement"):
        yield {
            "number": str(receipt),
            "agreement": receipt.agreement.number,
            "at": receipt.received_at.isoformat(),
            "cents": receipt.cents,
            "received_by_me": receipt.received_by_id == user.pk,
            "taken_back": receipt.voided_at.isoformat() if receipt.voided_at else None,
            "reason": receipt.void_reason,
        }
    for receipt in CashReceipt.objects.filter(received_by=user).exclude(agreement__in=_own(user)):
        yield {
            "number": str(receipt),
            "at": receipt.received_at.isoformat(),
            "received_by_me": True,
        }


def erase_receipts(user) -> int:
    """Numbers, days and amounts stay: the numbers of a year count without gaps."""
    about = CashReceipt.objects.filter(agreement__in=ended_of(user).values("pk"))
    touched = about.exclude(void_reason__in=("", FORGOTTEN)).update(void_reason=FORGOTTEN)
    touched += CashReceipt.objects.filter(received_by=user).update(received_by=None)
    return touched + CashReceipt.objects.filter(voided_by=user).update(voided_by=None)


def expire_receipts(before: datetime) -> int:
    return expired(CashReceipt.objects.filter(agreement__in=over_before(before)))


def _asked_by(user: Any) -> Q:
    """Payouts that somebody asked for on behalf of their own household, which they may have left since."""
    return Q(requested_by=user, agreement__in=theirs(user).values("pk"))


def export_payouts(user) -> Iterator[dict]:
    """Their household's. Of those that somebody asked for as a caseworker, that they did."""
    own = Q(agreement__in=_own(user)) | _asked_by(user)
    for payout in Payout.objects.filter(own).select_related("agreement"):
        yield {
            "agreement": payout.agreement.number,
            "asked_at": payout.requested_at.isoformat(),
            "cents": payout.cents,
            "for_what": str(payout.get_purpose_display()),
            "note": payout.note,
            "payee": payout.payee,
            "iban": payout.iban,
            "state": str(payout.get_state_display()),
            "refusal": " ".join(filter(None, (payout.get_refusal_reason_display(), payout.refusal))),
            "failure": payout.failure,
        }
    for payout in Payout.objects.filter(requested_by=user).exclude(own):
        yield {"asked_at": payout.requested_at.isoformat()}


def erase_payouts(user) -> int:
    """Of what is paid or will not be: whose account, which one, and every word. Who decided stays a nameless number,
    since a payout without two people behind it is none."""
    about = _asked_by(user) | Q(agreement__in=ended_of(user).values("pk"))
    ended = Payout.objects.filter(about).exclude(state__in=OPEN)
    Payout.objects.filter(about, state=State.REFUSED).update(refusal=FORGOTTEN)  # which is never empty
    Payout.objects.filter(about).exclude(failure="").update(failure=FORGOTTEN)
    forgotten = {"payee": FORGOTTEN, "iban": FORGOTTEN, "note": ""}
    return ended.exclude(**forgotten).update(**forgotten)


def expire_payouts(before: datetime) -> int:
    return expired(Payout.objects.filter(agreement__in=over_before(before)))


def payouts_on_their_way(user) -> Iterator[Impediment]:
    if Payout.objects.open().filter(requested_by=user).exists():
        yield Impediment(
            staff=gettext("A payout that they asked for is on its way."),
            person=gettext(
                "A payout that you asked for is on its way. Once it has ended, your data can be erased."
            ),
        )


def export_counts(user) -> Iterator[dict]:
    for count in CashCount.objects.filter(counted_by=user):
        yield {"at": count.counted_at.isoformat(), "cents": count.counted, "note": count.note}


def erase_counts(user) -> int:
    """Why a till differed stays, whoever wrote it: the accounts must say so."""
    return CashCount.objects.filter(counted_by=user).update(counted_by=None)


def expire_counts(before: datetime) -> int:
    return expired(CashCount.objects.filter(counted_at__lt=before))


def export_trips(user) -> Iterator[dict]:
    for trip in CashTrip.objects.filter(carried_by=user):
        yield {"at": trip.carried_at.isoformat(), "cents": trip.cents}


def erase_trips(user) -> int:
    CashTrip.objects.filter(taken_back_by=user).update(taken_back_by=None)
    return CashTrip.objects.filter(carried_by=user).update(carried_by=None)


def expire_trips(before: datetime) -> int:
    return expired(
        CashTrip.objects.filter(carried_at__lt=before).exclude(arrived_on=None, taken_back_at=None)
    )


def export_orders(user) -> Iterator[dict]:
    for order in TransferOrder.objects.filter(made_by=user):
        yield {"number": order.message_id, "at": order.made_at.isoformat()}


def erase_orders(user) -> int:
    return TransferOrder.objects.filter(made_by=user).update(made_by=None)


def expire_orders(before: datetime) -> int:
    return expired(TransferOrder.objects.filter(made_at__lt=before))


DATA = (
    PersonalData(
        key="risparmio.CashReceipt",
        title=_("Receipts for cash"),
        labels={
            "agreement": _("Savings agreement"),
            "cents": _("Amount (cents)"),
            "received_by_me": _("Received by you"),
            "taken_back": _("Taken back on"),
        },
        export=export_receipts,
        erase=erase_receipts,
        stays=_("Number, day and amount, without your name."),
        retention=KEPT,
        expire=expire_receipts,
        reason=TEN_YEARS,
    ),
    PersonalData(
        key="risparmio.Payout",
        title=_("Payouts"),
        labels={
            "agreement": _("Savings agreement"),
            "cents": _("Amount (cents)"),
            "for_what": _("What for"),
            "payee": _("Who gets it"),
            "iban": _("IBAN"),
            "refusal": _("Why not"),
            "failure": _("Why the bank did not pay"),
        },
        export=export_payouts,
        erase=erase_payouts,
        stays=_("That something was paid out, how much and when, without name and account."),
        against=payouts_on_their_way,
        retention=KEPT,
        expire=expire_payouts,
        reason=TEN_YEARS,
    ),
    PersonalData(
        key="risparmio.CashCount",
        title=_("Cash that you counted"),
        labels={"cents": _("Amount (cents)")},
        export=export_counts,
        erase=erase_counts,
        stays=_("What was counted and when, and not by whom."),
        retention=KEPT,
        expire=expire_counts,
        reason=TEN_YEARS,
    ),
    PersonalData(
        key="risparmio.CashTrip",
        title=_("Cash that you carried to the bank"),
        labels={"cents": _("Amount (cents)")},
        export=export_trips,
        erase=erase_trips,
        stays=_("What was carried and when, and not by whom."),
        retention=KEPT,
        expire=expire_trips,
        reason=TEN_YEARS,
    ),
    PersonalData(
        key="risparmio.TransferOrder",
        title=_("Files for the bank that you made"),
        export=export_orders,
        erase=erase_orders,
        stays=_("That a file was made and when, and not by whom."),
        retention=KEPT,
        expire=expire_orders,
        reason=TEN_YEARS,
    ),
)
