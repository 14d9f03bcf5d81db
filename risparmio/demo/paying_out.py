"""What goes out: asked for, approved by somebody else, in a file for a bank, on its statement. Cents."""

from __future__ import annotations

from datetime import date
from functools import partial

from django.utils import timezone

from risparmio.payments.models import Payout
from risparmio.payments.transfers import TransferOrder
from risparmio.payments.words import Purpose

from .banks import ORDER, RETURN
from .clock import DAY, at, next_working, working
from .ibans import OTHERS, iban
from .savers import Saver
from .stage import Stage
from .texts import PAYOUTS, Asking

_TENS = 1_000


def plan(stage: Stage) -> None:
    for number, asking in enumerate(PAYOUTS):
        day = working(stage.today - asking.days * DAY)
        stage.diary.on(at(day, 10, 20), partial(_ask, stage, asking, iban(OTHERS + number)))


def share_of(saver: Saver, per_cent: int) -> int:
    """Of what they have, in tens of euros."""
    return max(_TENS, saver.agreement.held * per_cent // 100 // _TENS * _TENS)


def _ask(stage: Stage, asking: Asking, to: str) -> None:
    saver = stage.by_name[asking.of]
    person = next(one for one in saver.adults if one.display_name == asking.of)
    is_for_arrears = asking.purpose == Purpose.ARREARS
    payout = Payout.request(
        saver.agreement,
        by=stage.caseworker if asking.by_caseworker else person,
        client_id=stage.new_id(),
        cents=share_of(saver, asking.share),
        purpose=asking.purpose,
        payee="Immobiliare dei Gelsi srl" if is_for_arrears else person.display_name,
        iban=to,
        note=asking.note,
    )
    day = next_working(timezone.localdate())
    if asking.ends == "withdrawn":
        stage.diary.on(at(day, 9), partial(payout.withdraw, by=person))
    elif asking.ends == "refused":
        stage.diary.on(at(day, 16), partial(payout.refuse, by=stage.approver, reason=asking.why_not))
    else:
        if payout.needs_signature:
            stage.diary.on(at(day, 9), partial(payout.sign, by=person))
        approve(stage, payout, day, comes_back=asking.ends == "returned")


def approve(stage: Stage, payout: Payout, day: date, *, comes_back: bool = False) -> None:
    """On that day, and what follows."""
    stage.diary.on(at(day, 16, 10), partial(payout.approve, by=stage.approver))
    if payout.purpose == Purpose.ARREARS:
        stage.diary.on(at(day, 16, 40), partial(payout.approve, by=stage.second_approver))
    stage.diary.on(at(next_working(day), 11), partial(order, stage, payout, comes_back=comes_back))


def order(stage: Stage, payout: Payout, *, comes_back: bool = False, is_told: bool = True) -> None:
    """A file for the bank that has so much; it pays on the next day on which it works, and says so or not yet."""
    bank = stage.old if stage.old.has() >= payout.cents else stage.new
    day = next_working(timezone.localdate())
    TransferOrder.make(
        bank.account, [payout], by=stage.treasurer, execution_day=day, client_id=stage.new_id()
    )
    words = {"name": payout.payee, "end_to_end": payout.end_to_end, "iban": payout.iban}
    text = f"Risparmio {payout.agreement.reference}"
    if is_told:
        bank.will_tell(day=day, cents=-payout.cents, text=text, code=ORDER, **words)
    if comes_back:
        day = next_working(day)
        bank.will_tell(day=day, cents=payout.cents, text="CONTO ESTINTO", code=RETURN, **words)
