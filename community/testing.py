"""Invented mutual aid for tests, here and in a site's own suite."""

from __future__ import annotations

import uuid

from community.mutual_aid.time_bank.accounts import group_credit
from community.mutual_aid.time_bank.models import HoursAccount


def credited(*people, minutes: int) -> None:
    """Each of them has given so many minutes (steps of 30, at most 720) in a shared activity."""
    group_credit(people, minutes, key=f"shared:{uuid.uuid4()}", about=HoursAccount.bank())
