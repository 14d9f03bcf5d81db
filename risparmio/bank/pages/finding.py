"""Looking for the household that a line is for: by its name or an adult's, by its number, a reference, an amount."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.db.models import Q

from risparmio.agreements.models import SavingsAgreement
from risparmio.agreements.words import Asked
from risparmio.amounts import NoAmount, parse
from risparmio.reference import found_in

FOUND_AT_ONCE = 20  # agreements


def found(words: str, *, by: Any, language: str) -> tuple[list[SavingsAgreement], bool]:
    """Running agreements, and whether there are more than are shown: then one writes more."""
    if not words:
        return [], False
    asked = Q(reference__in=found_in(words))
    if any(sign.isalpha() for sign in words):
        living = Q(tenancy__household__members__until=None)
        asked |= Q(tenancy__household__name__icontains=words)
        asked |= living & Q(tenancy__household__members__person__display_name__icontains=words)
    if words.isascii() and words.isdigit() and len(words) <= 8:
        asked |= Q(number=int(words))
    with suppress(NoAmount):
        asked |= Q(plans__state=Asked.AGREED, plans__cents=parse(words, language))
    rows = SavingsAgreement.objects.visible_to(by).running().with_household().filter(asked)
    several = list(rows.order_by("number").distinct()[: FOUND_AT_ONCE + 1])
    return several[:FOUND_AT_ONCE], len(several) > FOUND_AT_ONCE
