"""What comes round by itself."""

from __future__ import annotations

from datetime import timedelta

from portal.extensions import Schedule

from .agreements.reminders import remind


def remind_of_payments() -> None:
    remind()


SCHEDULES = (Schedule(key="risparmio.payments.remind", run=remind_of_payments, every=timedelta(hours=6)),)
