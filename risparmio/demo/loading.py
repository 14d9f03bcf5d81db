"""Three years of savings, told with the verbs of those who save, keep the book, approve, and of two banks."""

from __future__ import annotations

import random
from datetime import date, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.db.models import F, Q
from django.utils import timezone

from portal.ledger import LimitReached, close
from risparmio.agreements.models import SavingsAgreement, SavingsPlan
from risparmio.agreements.schedule import first_of, months
from risparmio.agreements.words import Kind
from risparmio.bank.words import Meaning
from risparmio.book.accounts import book_of_money, till_of
from risparmio.book.models import BankAccount
from risparmio.payments.models import CashReceipt, Payout
from risparmio.payments.tills import CashCount, CashTrip
from risparmio.payments.transfers import TransferOrder
from risparmio.payments.words import Purpose

from . import exits
from .banks import CASH, CHARGE, ORDER, RETURN, Bank
from .clock import at, last_of, next_working, working
from .diary import Diary
from .ibans import NEITHER, NO_BANK, iban
from .savers import Saver, savers
from .texts import LESS, LESS_AGAIN, MISSES, PAUSES, PAYOUTS, SLIP, Asking

HOLDER = "Agenzia dell'abitare del Rhodense"
# News of these last days still goes out to people; what is older was told long ago.
_NEWS = timedelta(days=3)
_DAY = timedelta(days=1)
_OPEN_FOR_CLOSING = 3  # months that are not closed yet
_NO_OTHER = 900_000  # accounts of whoever is no household
_MISSING_AT = 40  # the count of cash that finds a euro too little
_AT_THE_DESK = ("Oksana Kovalenko", "Carmela Russo", "Maria Teresa Longo", "Giuseppe Ferraro")


def load() -> None:
    people = get_user_model().objects
    people.get(username="demo.treasurer").give_role("risparmio.treasurer", by=None)
    people.get(username="demo.approver").give_role("risparmio.approver", by=None)
    # What is set against arrears takes two who approve.
    second = people.create(username="approver-2", display_name="Emilia Sormani", password=make_password(None))
    second.give_role("risparmio.approver", by=None)
    story = _Story()
    story.plan()
    story.diary.tell()
    long_ago = Q(kind__startswith="risparmio.") | Q(kind="portal.ledger.closed")
    events = apps.get_model("portal", "Event").objects.filter(long_ago, at__lt=timezone.now() - _NEWS)
    events.update(dispatched_at=F("at"))


class _Story:
    """Everything that is planned for a day, and what follows from it when it has come."""

    def __init__(self) -> None:
        people = get_user_model().objects
        self.caseworker = people.get(username="demo.caseworker")
        self.treasurer = people.get(username="demo.treasurer")
        self.approver = people.get(username="demo.approver")
        self.second_approver = people.get(username="approver-2")
        self.dice = random.Random(1907)  # noqa: S311 — the same demo every time
        self.now = timezone.now()
        self.today = timezone.localdate(self.now)
        self.yesterday = self.today - _DAY
        self.diary = Diary()
        self.savers = savers(self.dice)
        self.by_name = {adult.display_name: saver for saver in self.savers for adult in saver.adults}
        self.start = first_of(self.savers[0].opens_on)
        # Households paid into the old account in the first year; what is on it goes out to them bit by bit.
        self.since_new = first_of(self.start + timedelta(days=370))
        self.old = self._bank("Conto vecchio", NEITHER, speaks_mt940=True)
        self.new = self._bank("Conto risparmio", is_paid_into=True)
        desks = apps.get_model("portal", "Desk").objects.prefetch_related("hours").order_by("position", "id")
        self.desks = list(desks)[:2]
        self.counted: set[tuple[int, date]] = set()

    def _bank(self, name: str, code: str = NO_BANK, *, is_paid_into: bool = False, **more: Any) -> Bank:
        account = BankAccount.objects.create(
            name=name, holder=HOLDER, iban=iban(1, code), is_paid_into=is_paid_into
        )
        return Bank(account, self.start - _DAY, **more)

    def _bank_of(self, day: date) -> Bank:
        return self.old if day < self.since_new else self.new

    def _desk_of(self, saver: Saver) -> Any:
        """Pero's for whoever lives there, Rho's for all others."""
        return self.desks[0 if saver.tenancy.dwelling.building.name == "Casa dei Tigli" else 1]

    def _id(self) -> UUID:
        return UUID(int=self.dice.getrandbits(128), version=4)

    def plan(self) -> None:
        for saver in self.savers:
            self._plan_agreement(saver)
            self._plan_payments(saver)
            if saver.tenancy.left_on:
                self._plan_exit(saver)
        for month in months(self.start, self.today):
            self._plan_month(month)
        for number, asking in enumerate(PAYOUTS):
            self._plan_payout(asking, iban(600_000 + number))
        self._plan_today()

    # -- agreements ------------------------------------------------------------------------------------------------

    def _plan_agreement(self, saver: Saver) -> None:
        self.diary.on(at(saver.opens_on, 9, 30), partial(self._open, saver))
        end = saver.tenancy.left_on or self.today - _NEWS
        if saver.pauses and (day := working(saver.month(saver.pauses.start) - 8 * _DAY)) < end - 70 * _DAY:
            self.diary.on(at(day, 11), partial(self._pause, saver))
        else:
            saver.pauses = range(0)
        if saver.change and (day := working(saver.month(saver.change[0]) - 10 * _DAY)) < end - 30 * _DAY:
            self.diary.on(at(day, 15), partial(self._change, saver))
        else:
            saver.change = None

    def _open(self, saver: Saver) -> None:
        saver.agreement = SavingsAgreement.open(
            by=self.caseworker,
            client_id=self._id(),
            tenancy=saver.tenancy,
            goal=saver.goal,
            goal_cents=saver.goal_cents,
            starts_on=saver.starts_on,
            ends_on=saver.tenancy.ends_on,
            cents=saver.cents,
            due_day=saver.due_day,
            match_percent=saver.match_percent,
        )
        first = saver.agreement.plans.get()
        if saver.way == "cash":  # no e-mail, no phone: a paper with a signature
            first.sign(by=self.treasurer, on_paper=True)
        else:
            first.sign(by=saver.adults[0])

    def _pause(self, saver: Saver) -> None:
        """The household asks, the agency agrees."""
        person = saver.adults[0]
        plan = SavingsPlan.propose(
            saver.agreement,
            by=person,
            client_id=self._id(),
            kind=Kind.PAUSE,
            since=saver.month(saver.pauses.start),
            until=saver.month(saver.pauses.stop - 1),
            cents=0,
            due_day=saver.due_day,
            reason=PAUSES.get(person.language, PAUSES["en"]),
        )
        plan.sign(by=self.caseworker)

    def _change(self, saver: Saver) -> None:
        """The agency proposes, the household agrees."""
        place, cents = saver.change
        self._less(saver, saver.month(place), cents, LESS).sign(by=saver.adults[0])

    def _less(self, saver: Saver, since: date, cents: int, reason: str) -> SavingsPlan:
        return SavingsPlan.propose(
            saver.agreement,
            by=self.caseworker,
            client_id=self._id(),
            kind=Kind.CHANGE,
            since=since,
            cents=cents,
            due_day=saver.due_day,
            reason=reason,
        )

    # -- what comes in ---------------------------------------------------------------------------------------------

    def _plan_payments(self, saver: Saver) -> None:
        for place, day, cents in saver.payments(self.yesterday, self.dice):
            if saver.way == "cash":
                self._plan_cash(saver, day, cents, slip=place == saver.slip_in)
            else:
                self._will_transfer(saver, place, day, cents)

    def _will_transfer(self, saver: Saver, place: int, day: date, cents: int) -> None:
        bank = self.old if day < self.since_new else self.new
        line: dict[str, Any] = {
            "of": saver,
            "name": saver.name,
            "iban": saver.iban,
            "text": f"Risparmio {day:%m/%Y}",
        }
        if saver.way == "parish":
            line |= {"name": "Parrocchia di San Rocco", "iban": iban(_NO_OTHER, NEITHER)}
        elif place == saver.forgets_reference_in:  # from the account of a brother or a daughter
            line |= {"of": None, "iban": iban(_NO_OTHER + 1 + saver.tenancy.pk), "means": saver}
        elif place > 1 and self.dice.random() < 0.25:
            line |= {"of": None}  # they are known by their account by now
        bank.will_tell(day=day, cents=cents, **line)

    def _plan_cash(self, saver: Saver, day: date, cents: int, *, slip: bool = False) -> None:
        desk = self._desk_of(saver)
        opens = {
            hours.weekday: hours.opens
            for hours in sorted(desk.hours.all(), key=lambda one: one.opens, reverse=True)
        }
        while day.weekday() not in opens:
            day += _DAY
        if day > self.today - _NEWS:
            return
        opening = at(day, opens[day.weekday()].hour, opens[day.weekday()].minute)
        when = opening + timedelta(minutes=self.dice.randint(5, 100))
        if slip:
            self.diary.on(when - timedelta(minutes=4), partial(self._slip, saver, desk, cents * 10))
        self.diary.on(when, partial(self._cash, saver, desk, cents))
        if (desk.pk, day) not in self.counted:
            self.counted.add((desk.pk, day))
            self.diary.on(
                at(day, 17, 45), partial(self._count, desk, misses=len(self.counted) == _MISSING_AT)
            )

    def _cash(self, saver: Saver, desk: Any, cents: int) -> CashReceipt:
        by = self.treasurer if self.dice.random() < 0.2 else self.caseworker
        return CashReceipt.take(saver.agreement, by=by, desk=desk, cents=cents, client_id=self._id())

    def _slip(self, saver: Saver, desk: Any, cents: int) -> None:
        receipt = CashReceipt.take(
            saver.agreement, by=self.caseworker, desk=desk, cents=cents, client_id=self._id()
        )
        receipt.take_back(by=self.treasurer, reason=SLIP)

    def _count(self, desk: Any, *, misses: bool = False) -> None:
        there = till_of(desk.pk).balance() - (100 if misses else 0)
        CashCount.take(
            desk, by=self.caseworker, counted=there, client_id=self._id(), note=MISSES if misses else ""
        )

    def _carry(self, desk: Any, *, arrives: date | None) -> None:
        """All that there is; the bank tells of it on a day that has come, or has not yet."""
        if cents := till_of(desk.pk).balance():
            CashTrip.begin(desk, by=self.treasurer, cents=cents, client_id=self._id())
            if arrives:
                self.new.will_tell(day=arrives, cents=cents, text="VERSAMENTO CONTANTI", code=CASH)

    # -- month by month --------------------------------------------------------------------------------------------

    def _plan_month(self, month: date) -> None:
        end = last_of(month)
        quarter = month.month % 3 == 0
        if quarter and working(end - 3 * _DAY) <= self.yesterday:
            self._bank_of(end).will_tell(
                day=working(end - 3 * _DAY),
                cents=-245,
                text="COMPETENZE E SPESE",
                code=CHARGE,
                means=Meaning.CHARGES,
            )
        # The agency pays in what it adds to savings, and what banks charge: at the start, and in each January.
        if (day := working(month + 11 * _DAY)) <= self.yesterday and (
            month == self.start or month.month == 1
        ):
            self._bank_of(day).will_tell(
                day=day, cents=150_000, name=HOLDER, iban=iban(_NO_OTHER + 999, NEITHER), text="Quota dell'agenzia",
                means=Meaning.AGENCY,
            )  # fmt: skip
        # One desk in one month, the other one in the next: two equal sums on their way would be anybody's.
        carried = working(month + 21 * _DAY)
        if next_working(carried) <= self.yesterday - _NEWS:
            desk = self.desks[month.month % 2]
            self.diary.on(at(carried, 9), partial(self._carry, desk, arrives=next_working(carried)))
        if (when := at(working(end + 2 * _DAY), 8, 30)) < self.now - 2 * _DAY:
            self.diary.on(when, partial(self._read, end, adds=quarter))
            if end < first_of(self.today - _OPEN_FOR_CLOSING * 30 * _DAY):
                self.diary.on(at(working(end + 8 * _DAY), 18), partial(close, book_of_money(), end))

    def _read(self, until: date, *, adds: bool = False, is_last: bool = False) -> None:
        """What the banks have sent; in the last file of one there is a difference to be explained."""
        now = timezone.now()
        for bank in (self.old, self.new):
            moved = any(one.day <= until for one in bank.coming)
            if moved or is_last:
                keeps_back = 200 if is_last and bank is self.new else 0
                bank.read(until, by=self.treasurer, at=now, keeps_back=keeps_back)
        exits.end(by=self.treasurer)
        if adds or is_last:
            self._add_shares()

    def _add_shares(self) -> None:
        """The agency adds its part to what households have put aside."""
        if not hasattr(SavingsAgreement, "match"):
            return
        for agreement in SavingsAgreement.objects.running().filter(match_percent__gt=0).order_by("number"):
            try:
                agreement.match()
            except LimitReached:  # it waits for the agency's money
                return

    # -- what goes out ---------------------------------------------------------------------------------------------

    def _plan_payout(self, asking: Asking, to: str) -> None:
        day = working(self.today - asking.days * _DAY)
        self.diary.on(at(day, 10, 20), partial(self._ask, asking, to))

    def _ask(self, asking: Asking, to: str) -> None:
        saver = self.by_name[asking.of]
        person = next(one for one in saver.adults if one.display_name == asking.of)
        cents = max(1_000, saver.agreement.held * asking.share // 100 // 1_000 * 1_000)
        arrears = asking.purpose == Purpose.ARREARS
        payout = Payout.request(
            saver.agreement,
            by=self.caseworker if asking.by_caseworker else person,
            client_id=self._id(),
            cents=cents,
            purpose=asking.purpose,
            payee="Immobiliare dei Gelsi srl" if arrears else person.display_name,
            iban=to,
            note=asking.note,
        )
        day = timezone.localdate()
        if asking.ends == "withdrawn":
            self.diary.on(at(next_working(day), 9), partial(payout.withdraw, by=person))
        elif asking.ends == "refused":
            refuse = partial(payout.refuse, by=self.approver, reason=asking.why_not)
            self.diary.on(at(next_working(day), 16), refuse)
        else:
            if arrears:
                self.diary.on(at(next_working(day), 9), partial(payout.sign, by=person))
            self._plan_approval(payout, next_working(day), comes_back=asking.ends == "returned")

    def _plan_approval(self, payout: Payout, day: date, *, comes_back: bool = False) -> None:
        self.diary.on(at(day, 16, 10), partial(payout.approve, by=self.approver))
        if payout.purpose == Purpose.ARREARS:
            self.diary.on(at(day, 16, 40), partial(payout.approve, by=self.second_approver))
        self.diary.on(at(next_working(day), 11), partial(self._order, payout, comes_back=comes_back))

    def _order(self, payout: Payout, *, comes_back: bool = False, is_told: bool = True) -> None:
        """A file for the bank that has so much; it pays on the next day on which it works."""
        bank = self.old if self.old.has() >= payout.cents else self.new
        day = next_working(timezone.localdate())
        TransferOrder.make(bank.account, [payout], by=self.treasurer, execution_day=day, client_id=self._id())
        if not is_told:
            return
        words = {"name": payout.payee, "end_to_end": payout.end_to_end, "iban": payout.iban}
        text = f"Risparmio {payout.agreement.reference}"
        bank.will_tell(day=day, cents=-payout.cents, text=text, code=ORDER, **words)
        if comes_back:
            bank.will_tell(
                day=next_working(day), cents=payout.cents, text="CONTO ESTINTO", code=RETURN, **words
            )

    # -- moving on -------------------------------------------------------------------------------------------------

    def _plan_exit(self, saver: Saver) -> None:
        """Once the statement of the last month is there, nothing more comes in."""
        left = saver.tenancy.left_on
        day = working(max(left, first_of(left) + 5 * _DAY))
        self.diary.on(at(day, 9, 50), partial(exits.begin, saver, by=self.caseworker))
        self.diary.on(at(day, 10), partial(self._give_back, saver))

    def _give_back(self, saver: Saver) -> None:
        exits.sign_final_statement(saver, by=self.caseworker)
        agreement = SavingsAgreement.objects.select_related("ledger").get(pk=saver.agreement.pk)
        payout = Payout.request(
            agreement,
            by=saver.adults[0],
            client_id=self._id(),
            cents=agreement.held,
            purpose=Purpose.EXIT,
            payee=saver.name,
            iban=saver.iban,
        )
        self._plan_approval(payout, next_working(timezone.localdate()))

    # -- today -----------------------------------------------------------------------------------------------------

    def _plan_today(self) -> None:
        """What waits: for the treasurer, the approver, the caseworker, and three households."""
        here, russo, longo, ferraro = (self.by_name[name] for name in _AT_THE_DESK)
        pero = self.desks[0]
        self._hours_ago(52, self._cash, russo, pero, 3_300)
        self._hours_ago(51, self._cash, here, pero, 4_000)
        self._hours_ago(48, self._count, pero)
        self._hours_ago(26, self._propose_less)
        self._hours_ago(22, self._carry, pero, arrives=None)
        self._not_explained(longo, ferraro)
        self._hours_ago(8, self._read, self.yesterday, is_last=True)
        self._hours_ago(7, self._ask_to_wait)
        self._hours_ago(3, self._cash, longo, pero, 5_000)
        self._hours_ago(2, self._cash, russo, pero, 3_000)

    def _hours_ago(self, hours: float, action: Any, *args: Any, **more: Any) -> None:
        self.diary.on(self.now - timedelta(hours=hours), partial(action, *args, **more))

    def _propose_less(self) -> None:
        """To Marco Bellini, who is two months late: his word is missing."""
        marco = self.by_name["Marco Bellini"]
        self._less(marco, first_of(last_of(self.today) + _DAY), 5_000, LESS_AGAIN)

    def _ask_to_wait(self) -> None:
        """One payout at the bank, one for the next file, and one for somebody to approve."""
        ionela, testa, riva = (
            self.by_name[name] for name in ("Ionela Munteanu", "Massimo Testa", "Anna Riva")
        )
        for place, (saver, by, purpose, share, note) in enumerate(
            (
                (ionela, ionela.adults[0], Purpose.FURNITURE, 50, "Pentru frigider și mașina de spălat."),
                (testa, self.caseworker, Purpose.DEPOSIT, 60, "Caparra per il bilocale di Cornaredo."),
                (
                    riva,
                    riva.adults[0],
                    Purpose.EMERGENCY,
                    25,
                    "Si è rotta la lavatrice e in casa siamo in quattro.",
                ),
            )
        ):
            payout = Payout.request(
                saver.agreement,
                by=by,
                client_id=self._id(),
                cents=saver.agreement.held * share // 100 // 1_000 * 1_000,
                purpose=purpose,
                payee=saver.name,
                iban=saver.iban,
                note=note,
            )
            if place < 2:
                payout.approve(by=self.approver)
            if place == 0:
                self._order(payout, is_told=False)

    def _not_explained(self, longo: Saver, ferraro: Saver) -> None:
        """Three lines of the last days: a name, a name and an amount, and nothing that anybody knows."""
        nobody = (
            (longo.name, 3_500, "regalo della zia", 1),
            (ferraro.name, ferraro.cents, "Risparmio, dal mio nuovo conto", 2),
            ("B. Ottolini", 12_000, "acconto", 3),
        )
        for name, cents, text, days in nobody:
            day = self.yesterday - (days - 1) * _DAY
            self.new.will_tell(
                day=day, cents=cents, name=name, iban=iban(_NO_OTHER + 990 + days, NEITHER), text=text
            )
