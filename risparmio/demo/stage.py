"""Who acts, where and when: what every scene of the demo asks for."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.apps import apps
from django.contrib.auth import get_user_model
from django.utils import timezone

from risparmio.agreements.schedule import first_of
from risparmio.book.models import BankAccount

from .banks import Bank
from .clock import DAY
from .diary import Diary
from .ibans import NEITHER, NO_BANK, iban
from .savers import Saver, savers

HOLDER = "Agenzia dell'abitare del Rhodense"
NEWS = timedelta(days=3)  # of these last days news still goes out to people; what is older was told long ago
_OLD_ACCOUNT = timedelta(days=370)  # for how long households paid into it


class Stage:
    def __init__(self) -> None:
        people = get_user_model().objects
        self.caseworker = people.get(username="demo.caseworker")
        self.treasurer = people.get(username="demo.treasurer")
        self.approver = people.get(username="demo.approver")
        self.second_approver = people.get(username="approver-2")
        self.dice = random.Random(1907)  # noqa: S311 — the same demo every time
        self.now = timezone.now()
        self.today = timezone.localdate(self.now)
        self.yesterday = self.today - DAY
        self.diary = Diary()
        self.savers = savers(self.dice)
        self.by_name = {adult.display_name: saver for saver in self.savers for adult in saver.adults}
        self.start = first_of(self.savers[0].opens_on)
        # Households paid into the old account in the first year; what is on it goes out to them bit by bit.
        self.since_new = first_of(self.start + _OLD_ACCOUNT)
        self.old = self._bank("Conto vecchio", NEITHER, speaks_mt940=True)
        self.new = self._bank("Conto risparmio", NO_BANK, is_paid_into=True)
        desks = apps.get_model("portal", "Desk").objects.prefetch_related("hours").order_by("position", "id")
        self.pero, self.rho = desks[:2]
        self.desk_days: set[tuple[date, Any]] = set()  # on which a desk has taken cash

    def _bank(self, name: str, code: str, *, is_paid_into: bool = False, speaks_mt940: bool = False) -> Bank:
        account = BankAccount.objects.create(
            name=name, holder=HOLDER, iban=iban(1, code), is_paid_into=is_paid_into
        )
        return Bank(account, self.start - DAY, speaks_mt940=speaks_mt940)

    def bank_of(self, day: date) -> Bank:
        return self.old if day < self.since_new else self.new

    def desk_of(self, saver: Saver) -> Any:
        """Pero's for whoever lives there, Rho's for all others."""
        return self.pero if saver.tenancy.dwelling.building.name == "Casa dei Tigli" else self.rho

    def new_id(self) -> UUID:
        return UUID(int=self.dice.getrandbits(128), version=4)

    def hours_ago(self, hours: float, action: Callable[..., Any], *args: Any, **more: Any) -> None:
        self.diary.on(self.now - timedelta(hours=hours), partial(action, *args, **more))
