"""What the accounts of the book are called by those who read it: banks and tills by name, households by number."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.apps import apps
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from risparmio.agreements.models import SavingsAgreement
from risparmio.book.models import BankAccount

from .words import SINGLE


@dataclass(frozen=True)
class Name:
    """`number` is that of a household's agreement, and `agreement` its key; None for all other accounts."""

    text: str | Promise
    number: int | None = None
    agreement: int | None = None


def names_of(codes: Iterable[str]) -> dict[str, Name]:
    """By the account's code. Three queries, however many."""
    codes = set(codes)
    names = {code: Name(SINGLE[code]) for code in codes & SINGLE.keys()}
    households = [code for code in codes if code.startswith("household-")]
    rows = SavingsAgreement.objects.filter(ledger__code__in=households).order_by()
    for code, number, pk in rows.values_list("ledger__code", "number", "pk"):
        names[code] = Name(_("Household"), number, pk)
    for pk, name in BankAccount.objects.filter(pk__in=_numbers(codes, "bank")).values_list("pk", "name"):
        names[f"bank-{pk}"] = Name(name)
    desks = apps.get_model("portal", "Desk").objects.filter(pk__in=_numbers(codes, "till"))
    for pk, name in desks.values_list("pk", "name"):
        names[f"till-{pk}"] = Name(name)
    return {code: names.get(code, Name(code)) for code in codes}


def _numbers(codes: Iterable[str], kind: str) -> list[int]:
    pairs = (code.split("-", 1) for code in codes if code.startswith(f"{kind}-"))
    return [int(number) for _kind, number in pairs if number.isdecimal()]
