"""What a line can be for, as it stands now: households, our own orders, cash on its way."""

from __future__ import annotations

from collections import defaultdict

from django.db.models import Q

from risparmio.agreements.models import SavingsAgreement
from risparmio.agreements.words import State as AgreementState
from risparmio.payments.models import Payout
from risparmio.payments.tills import CashTrip
from risparmio.payments.words import State as PayoutState

from .matching import CashOnTheWay, Known, Match, Order, Said, Saver, match
from .models import BankLine
from .words import Meaning


def found_for(row: BankLine, known: Known) -> Match | None:
    """Whose a line is, or may be."""
    said = Said(
        cents=row.cents,
        reference=row.reference,
        end_to_end=row.end_to_end,
        name=row.counterparty,
        iban=row.counterparty_iban,
        text=row.text,
        code=row.code,
        returned=row.is_returned,
        several=row.is_several,
    )
    return match(known, said)


def known_now() -> Known:
    """All that a line can be for, by a handful of queries: kept in memory for as many lines as come."""
    ordered = Payout.objects.told()
    return Known(
        savers=_savers(),
        orders=[
            Order(
                of=payout,
                end_to_end=payout.end_to_end,
                cents=payout.cents,
                iban=payout.iban,
                is_paid=payout.state == PayoutState.PAID,
            )
            for payout in ordered.select_related(
                "agreement__ledger", "agreement__tenancy__household"
            ).order_by("pk")
        ],
        cash=[CashOnTheWay(of=trip, cents=trip.cents) for trip in CashTrip.objects.under_way()],
        ended=SavingsAgreement.objects.filter(state=AgreementState.CLOSED).values_list(
            "reference", flat=True
        ),
    )


def _savers() -> list[Saver]:
    ibans = known_ibans()
    return [
        Saver(
            of=agreement,
            reference=agreement.reference,
            names=tuple(agreement.names_of_adults()),
            cents=agreement.promised_now(),
            ibans=frozenset(ibans.get(agreement.pk, ())),
            supporter=agreement.supporter.name if agreement.supporter else "",
        )
        for agreement in SavingsAgreement.objects.running()
        .with_household()
        .with_promises()
        .select_related("supporter")
    ]


def known_ibans() -> dict[int, set[str]]:
    """The IBANs from which running agreements were paid for, by their ids: by a reference, or as somebody has said."""
    lines = BankLine.objects.filter(
        ~Q(counterparty_iban=""), ~Q(agreement__state=AgreementState.CLOSED), meaning=Meaning.SAVING
    ).order_by()
    ibans: defaultdict[int, set[str]] = defaultdict(set)
    for agreement, iban in lines.values_list("agreement", "counterparty_iban").distinct():
        ibans[agreement].add(iban)
    return ibans
