"""What a process of its own does in the races for savings. It imports Django only once that is set up."""

from __future__ import annotations

import random
import uuid
from collections import Counter


def take_cash_twice(database, seed, count, agreement, desk, clerk, outcomes):
    """Each of `count` deposits sent twice, and a third time with another amount; all processes send the same ones. Into
    `outcomes`: how often each receipt was answered, and how often another amount was refused."""
    import django

    django.setup()
    from django.contrib.auth import get_user_model
    from django.db import connections

    connections["default"].settings_dict["NAME"] = database
    from django.apps import apps

    from risparmio.agreements.models import SavingsAgreement
    from risparmio.payments.models import CashReceipt
    from risparmio.sent import OtherBody

    tally, order = Counter(), list(range(count))
    random.Random(seed).shuffle(order)  # noqa: S311
    try:
        terms = {
            "by": get_user_model().objects.get(pk=clerk),
            "desk": apps.get_model("portal", "Desk").objects.get(pk=desk),
        }
        saved = SavingsAgreement.objects.get(pk=agreement)
        for number in order:
            sent = uuid.UUID(int=number + 1)
            for _again in range(2):
                receipt = CashReceipt.take(saved, cents=100 + number, client_id=sent, **terms)
                tally[receipt.number] += 1
            try:
                CashReceipt.take(saved, cents=99, client_id=sent, **terms)
            except OtherBody:
                tally["another body"] += 1
    except Exception as error:
        tally[repr(error)] += 1
    finally:
        connections.close_all()
    outcomes.put(dict(tally))
