"""Whoever keeps the books writes down what a difference between bank and book is; whoever checks them reads it."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.events import record
from risparmio.agreements.models import NotPossible
from risparmio.book.models import BankAccount
from risparmio.sent import body_of, sent_before

from .models import Explanation
from .reconciling import differences


@transaction.atomic
def explain(account: BankAccount, day: date, text: str, *, by: Any, client_id: uuid.UUID) -> Explanation:
    """Of the difference that there is on that day. A later one follows and changes none before it. The same `client_id`
    and words again are the same one.

    Raises NotPossible where bank and book do not differ on that day; ValueError without words; OtherBody,
    PermissionDenied.
    """
    if not by.has_perm("risparmio.explain_difference"):
        raise PermissionDenied
    if not (text := text.strip()):
        raise ValueError("an explanation has words")
    body = body_of(account=account.pk, day=day, text=text)
    if known := sent_before(Explanation.objects.all(), client_id, body):
        return known
    differs = differences(account, day, day)
    if not differs:
        raise NotPossible(_("Bank and book do not differ on this day any more."))
    explanation = Explanation.objects.create(
        client_id=client_id,
        body=body,
        account=account,
        day=day,
        cents=differs[0].difference,
        text=text,
        by=by,
    )
    record("risparmio.difference.explained", account, by=by)
    return explanation
