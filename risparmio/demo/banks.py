"""What the two banks tell: lines gather until a statement takes them along."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from risparmio.bank.formats.statement import Balance, Line, Statement
from risparmio.bank.importing import take
from risparmio.bank.matching import Reason
from risparmio.bank.settling import settle, settle_otherwise
from risparmio.bank.words import Meaning
from risparmio.book.models import BankAccount

from .files import camt, mt940
from .savers import Saver

TRANSFER, CASH, CHARGE, RETURN, ORDER = (
    "PMNT/RCDT/ESCT",
    "PMNT/CNTR/CDPT",
    "PMNT/MDOP/CHRG",
    "PMNT/ICDT/RRTN",
    "PMNT/ICDT/ESCT",
)
_IN_MT940 = 3  # files of the bank that wrote it first


@dataclass(kw_only=True)
class Told:
    """A line to come; cents with their sign. `of`: whose reference it names. `means`: what the treasurer finds out of a
    line that explains itself to nobody; None: nobody has yet."""

    day: date
    cents: int
    text: str
    code: str = TRANSFER
    name: str = ""
    iban: str = ""
    end_to_end: str = ""
    of: Saver | None = None
    means: Saver | Meaning | None = None


@dataclass
class Bank:
    account: BankAccount
    told_until: date
    speaks_mt940: bool = False
    cents: int = 0
    files: int = 0
    coming: list[Told] = field(default_factory=list)

    def will_tell(self, **line: Any) -> None:
        self.coming.append(Told(**line))

    def has(self) -> int:
        """Cents that it can pay out: what it told last, without what goes out since."""
        return self.cents + sum(one.cents for one in self.coming if one.cents < 0)

    def read(self, until: date, *, by: Any, at: Any, keeps_back: int = 0) -> None:
        """The statement of what moved up to that day, which is over. `keeps_back`: cents that the bank has taken, and
        will tell of in its next one; until then book and bank differ by them."""
        told = sorted((one for one in self.coming if one.day <= until), key=lambda one: one.day)
        self.coming = [one for one in self.coming if one.day > until]
        self.files += 1
        opening = self.cents - keeps_back
        self.cents = opening + sum(one.cents for one in told)
        statement = Statement(
            account=self.account.iban,
            identification=f"{until:%Y}/{self.files}",
            opening=Balance(day=self.told_until, cents=opening),
            closing=Balance(day=until, cents=self.cents),
            lines=tuple(self._line(one, place) for place, one in enumerate(told, start=1)),
        )
        self.told_until = until
        write: Callable[[Statement], bytes] = mt940 if self.speaks_mt940 and self.files <= _IN_MT940 else camt
        take(self.account, write(statement), by=by, at=at)
        self._find_out(told, by=by)

    def _line(self, one: Told, place: int) -> Line:
        return Line(
            day=one.day,
            value_day=one.day,
            cents=one.cents,
            reference=one.of.agreement.reference if one.of else "",
            end_to_end=one.end_to_end,
            counterparty=one.name.upper(),
            counterparty_iban=one.iban,
            text=one.text,
            bank_reference=f"{self.files:03d}{place:04d}",
            code=one.code,
            returned=one.code == RETURN,
        )

    def _find_out(self, told: list[Told], *, by: Any) -> None:
        meanings = {(one.day, one.cents, one.text): one.means for one in told}
        for row in self.account.lines.unknown().order_by("id"):
            means = meanings.get((row.day, row.cents, row.text))
            if isinstance(means, Saver):
                settle(row, means.agreement, by=by, why=Reason.NAME_AND_AMOUNT)
            elif means is not None:
                settle_otherwise(row, means, by=by)
