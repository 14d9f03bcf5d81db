"""What waits now: for the treasurer, the approver, the caseworker, and some households. Cents."""

from __future__ import annotations

from risparmio.agreements.schedule import first_of
from risparmio.goals.models import SavingsGoal
from risparmio.goals.words import Picture
from risparmio.payments.models import Payout
from risparmio.payments.words import Purpose

from . import exits
from .agreeing import propose_less
from .clock import DAY, last_of, working_before
from .ibans import NEITHER, STRANGERS, iban
from .months import read
from .paying_in import bring_cash, carry, count, take_cash
from .paying_out import order, share_of
from .savers import Saver
from .stage import Stage
from .texts import LESS_AGAIN


def plan(stage: Stage) -> None:
    samira, marco = stage.by_name["Samira Haddad"], stage.by_name["Marco Bellini"]
    kovalenko, russo = stage.by_name["Oksana Kovalenko"], stage.by_name["Carmela Russo"]
    longo, quispe = stage.by_name["Maria Teresa Longo"], stage.by_name["Julio Quispe"]
    # More than she has promised: it is hers to split into goals of her own.
    bring_cash(stage, samira, stage.today - 25 * DAY, 6_000)
    stage.hours_ago(24 * 12, exits.begin, stage, quispe)
    # Not in tens of euros, so that what is carried is no other sum that a bank tells of.
    stage.hours_ago(52, take_cash, stage, russo, stage.pero, 3_300)
    stage.hours_ago(51, take_cash, stage, kovalenko, stage.pero, 4_000)
    stage.hours_ago(48, count, stage, stage.pero)
    next_month = last_of(stage.today) + DAY
    stage.hours_ago(
        26, propose_less, stage, marco, since=first_of(next_month), cents=5_000, reason=LESS_AGAIN
    )
    stage.hours_ago(22, carry, stage, stage.pero, arrives=None)
    _explained_to_nobody(stage)
    stage.hours_ago(8, read, stage, stage.yesterday, is_last=True)
    stage.hours_ago(7, _at_the_bank, stage)
    stage.hours_ago(6, _approved, stage)
    stage.hours_ago(5, _asked_for, stage)
    stage.hours_ago(5, _own_goals, stage, samira)
    stage.hours_ago(4, exits.write_statement, stage, quispe)
    stage.hours_ago(3, take_cash, stage, longo, stage.pero, 5_000)
    stage.hours_ago(2, take_cash, stage, russo, stage.pero, 3_000)


def _explained_to_nobody(stage: Stage) -> None:
    """Three lines of the last days: a name, a name and an amount, and nothing that anybody knows."""
    longo, ferraro = stage.by_name["Maria Teresa Longo"], stage.by_name["Giuseppe Ferraro"]
    lines = (
        (longo.name, 3_500, "regalo della zia"),
        (ferraro.name, ferraro.cents, "Risparmio, dal mio nuovo conto"),
        ("B. Ottolini", 12_000, "acconto"),
    )
    day = stage.today
    for number, (name, cents, text) in enumerate(lines):
        day = working_before(day)
        stage.new.will_tell(
            day=day, cents=cents, name=name, iban=iban(STRANGERS + number, NEITHER), text=text
        )


def _own_goals(stage: Stage, samira: Saver) -> None:
    """Two for what she has put aside beyond her promise; a part of it is free."""
    for name, picture, target, cents in (
        ("دراجة لليان", Picture.BICYCLE, 12_000, 4_000),
        ("رحلة إلى البحر", Picture.TRAVEL, None, 1_500),
    ):
        goal = SavingsGoal.begin(
            samira.agreement,
            by=samira.adults[0],
            client_id=stage.new_id(),
            name=name,
            picture=picture,
            target=target,
        )
        goal.set_to(cents, seen=0, by=samira.adults[0])


def _at_the_bank(stage: Stage) -> None:
    payout = _request(
        stage,
        "Ionela Munteanu",
        Purpose.FURNITURE,
        50,
        "Pentru frigider și mașina de spălat.",
        asks="household",
    )
    payout.approve(by=stage.approver)
    order(stage, payout, is_told=False)


def _approved(stage: Stage) -> None:
    payout = _request(
        stage,
        "Massimo Testa",
        Purpose.DEPOSIT,
        60,
        "Caparra per il bilocale di Cornaredo.",
        asks="caseworker",
    )
    payout.sign(by=stage.by_name["Massimo Testa"].adults[0])
    payout.approve(by=stage.approver)


def _asked_for(stage: Stage) -> None:
    note = "Si è rotta la lavatrice e in casa siamo in quattro."
    _request(stage, "Anna Riva", Purpose.EMERGENCY, 25, note, asks="household")


def _request(stage: Stage, name: str, purpose: Purpose, share: int, note: str, *, asks: str) -> Payout:
    saver = stage.by_name[name]
    return Payout.request(
        saver.agreement,
        by=stage.caseworker if asks == "caseworker" else saver.adults[0],
        client_id=stage.new_id(),
        cents=share_of(saver, share),
        purpose=purpose,
        payee=saver.name,
        iban=saver.iban,
        note=note,
    )
