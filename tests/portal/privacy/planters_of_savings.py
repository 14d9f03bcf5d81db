"""What a household's savings, and whoever keeps their book, are planted with: an agreement from its first plan to the
day on which everything has gone back, and a treasurer's, a caseworker's and an auditor's work on that of others."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.utils import timezone
from stdnum import iban as ibans

from portal.tasks.worker import work_off
from portal.testing.factories import DeskFactory, tenant_of
from risparmio.agreements.final import FinalStatement
from risparmio.agreements.models import SavingsAgreement
from risparmio.agreements.plans import SavingsPlan
from risparmio.agreements.words import State
from risparmio.auditing.closing import close_period
from risparmio.auditing.sealing import YearArchive
from risparmio.auditing.verifying import Verification
from risparmio.bank.explaining import explain
from risparmio.bank.importing import take
from risparmio.bank.models import BankLine
from risparmio.bank.settling import approve, settle, unsettle
from risparmio.book.models import BankAccount
from risparmio.goals.models import SavingsGoal
from risparmio.payments.models import CashReceipt, Payout
from risparmio.payments.tills import CashCount, CashTrip
from risparmio.payments.transfers import TransferOrder
from risparmio.testing import agreement_of, approver, treasurer
from tests.risparmio.statements import OURS, swift

if TYPE_CHECKING:
    from .planters import World

ROLES = ("risparmio.treasurer", "portal.caseworker", "portal.auditor")


def an_agreement(world: World) -> None:
    """Opened by the agency, signed by the person."""
    world.lucia = treasurer(display_name="Lucia")
    world.bank = BankAccount.objects.create(name="Conto risparmi", holder="Agenzia dell'abitare", iban=OURS)
    world.savings = agreement_of(world.person, by=world.elena)


def a_plan(world: World) -> None:
    plan = _propose(world.savings, by=world.person, reason=world.plant("why a household saves otherwise"))
    plan.sign(by=world.elena)


def a_signature(world: World) -> None:
    """Came with the plan: a number and a day."""


def lines_of_banks(world: World) -> None:
    """A transfer that came in: 60.00."""
    _read(world, 1, _line_of(world, 6_000, "a transfer", reference=world.savings.reference))


def a_goal(world: World) -> None:
    SavingsGoal.begin(
        world.savings,
        by=world.person,
        client_id=uuid.uuid4(),
        name=world.plant("name of a household's own goal"),
        picture="other",
        target=30_000,
    )


def receipts(world: World) -> None:
    """One that was a mistake."""
    receipt = CashReceipt.take(
        world.savings, by=world.elena, desk=DeskFactory(), cents=1_000, client_id=uuid.uuid4()
    )
    receipt.take_back(by=world.lucia, reason=f"Contato male {world.plant('why a receipt was taken back')}")


def payouts(world: World) -> None:
    """One that was refused; the other goes out with the exit."""
    payout = _request(world, "a payout that was refused", world.savings, by=world.person, cents=1_000)
    payout.refuse(by=approver(), reason=f"Non ancora {world.plant('why a payout was refused')}")


# -- work for the agency: of another household ----------------------------------------------------------------


def a_treasurers_work(world: World) -> None:
    """They read a statement of the bank. And for the others below: whose money they work with."""
    for role in ROLES:
        world.person.give_role(role, by=None)
    world.clerk = get_user_model().objects.get(pk=world.person.pk)
    world.neighbour = tenant_of(world.building)
    world.others = agreement_of(world.neighbour, by=world.elena)
    world.till = DeskFactory()
    name = world.plant("name of a bank's file")
    _read(world, 2, (5_000, f"Samira {world.others.reference}"), by=world.clerk, name=name)
    _propose(world.others, by=world.clerk, reason=world.plant("why others save otherwise"))
    payout = _request(world, "a payout for others", world.others, by=world.clerk, cents=1_000)
    payout.refuse(by=approver(), reason="Non ancora possibile")


def a_banks_file(world: World) -> None:
    """Came with the statement that was read from it."""


def corrections(world: World) -> None:
    """One of the person's own transfer, and one that they made of somebody else's."""
    for of, by, why in (
        (world.savings, world.lucia, "why a transfer was put right"),
        (world.others, world.clerk, "why others' transfer was put right"),
    ):
        line = BankLine.objects.get(agreement=of)
        if not unsettle(line, by=by, reason=f"Non era sua {world.plant(why)}"):
            approve(line, by=approver())
        settle(BankLine.objects.get(pk=line.pk), of, by=by)


def an_explanation(world: World) -> None:
    """The second statement begins with less than the first ended with."""
    words = f"La banca ha sbagliato {world.plant('what a difference is')}"
    explain(world.bank, timezone.localdate(), words, by=world.clerk, client_id=uuid.uuid4())


def a_count(world: World) -> None:
    CashReceipt.take(world.others, by=world.clerk, desk=world.till, cents=5_000, client_id=uuid.uuid4())
    note = world.plant("why a till differed")
    CashCount.take(world.till, by=world.clerk, counted=4_900, note=note, client_id=uuid.uuid4())


def a_trip(world: World) -> None:
    CashTrip.begin(world.till, by=world.clerk, cents=4_000, client_id=uuid.uuid4())


def a_file_for_the_bank(world: World) -> None:
    payout = Payout.request(
        world.others,
        by=world.neighbour,
        client_id=uuid.uuid4(),
        cents=1_000,
        purpose="furniture",
        payee="Vicina",
        iban="DE89370400440532013000",
    )
    payout.approve(by=approver())
    day = timezone.localdate()
    TransferOrder.make(world.bank, [payout], by=world.clerk, execution_day=day, client_id=uuid.uuid4())


# -- the end ------------------------------------------------------------------------------------------------


def an_exit(world: World) -> None:
    """Written, signed by both, paid out, seen on the bank's statement: it has ended, and nothing stands against an
    erasure any more."""
    savings = world.savings
    savings.begin_exit(by=world.elena, on=timezone.localdate(), reason=world.plant("why a household leaves"))
    final = FinalStatement.draw(savings, by=world.elena, client_id=uuid.uuid4())
    final.sign(by=world.elena)
    final.sign(by=world.person)
    payout = _request(
        world, "the last payout", savings, by=world.person, cents=final.left_cents, purpose="exit"
    )
    payout.approve(by=approver())
    payout.order(by=world.lucia)
    said = {"end_to_end": payout.end_to_end, "iban": payout.iban}  # to where it was approved
    _read(world, 3, _line_of(world, -payout.cents, "the last payout's line", **said))
    assert SavingsAgreement.objects.get(pk=savings.pk).state == State.CLOSED


def a_final_signature(world: World) -> None:
    """Came with the exit."""


def a_closing(world: World) -> None:
    close_period(timezone.localdate() - timezone.timedelta(days=1), by=world.clerk)


def a_check(world: World) -> None:
    Verification.ask(by=world.clerk)
    work_off()


def an_archive(world: World) -> None:
    """With their own household's payments in it. Then they work for the agency no more."""
    archive = YearArchive.ask(timezone.localdate().year, by=world.clerk)
    work_off()
    archive.refresh_from_db()
    assert archive.file
    for role in ROLES:
        world.person.take_role(role, by=None)


PLANTERS = {
    "risparmio.SavingsAgreement": an_agreement,
    "risparmio.SavingsPlan": a_plan,
    "risparmio.PlanSignature": a_signature,
    "risparmio.BankLine": lines_of_banks,
    "risparmio.SavingsGoal": a_goal,
    "risparmio.CashReceipt": receipts,
    "risparmio.Payout": payouts,
    "risparmio.Statement": a_treasurers_work,
    "risparmio.StatementFile": a_banks_file,
    "risparmio.Correction": corrections,
    "risparmio.Explanation": an_explanation,
    "risparmio.CashCount": a_count,
    "risparmio.CashTrip": a_trip,
    "risparmio.TransferOrder": a_file_for_the_bank,
    "risparmio.FinalStatement": an_exit,
    "risparmio.FinalSignature": a_final_signature,
    "risparmio.PeriodClosing": a_closing,
    "risparmio.Verification": a_check,
    "risparmio.YearArchive": an_archive,
}


def _propose(agreement, *, by, reason: str) -> SavingsPlan:
    month = timezone.localdate().replace(day=1)
    terms = {"kind": "change", "since": month, "cents": 6_000, "due_day": 10}
    return SavingsPlan.propose(agreement, by=by, client_id=uuid.uuid4(), reason=reason, **terms)


def _request(world: World, what: str, agreement, *, by, cents: int, purpose: str = "furniture") -> Payout:
    return Payout.request(
        agreement,
        by=by,
        client_id=uuid.uuid4(),
        cents=cents,
        purpose=purpose,
        payee=world.plant(f"payee of {what}"),
        iban=_iban(world, f"account of {what}"),
        note=world.plant(f"note of {what}"),
    )


def _iban(world: World, where: str) -> str:
    """A Maltese one has eighteen letters or figures of the bank's own choice: there a marker stands."""
    world.markers[where] = marker = world.plant(where).upper()
    number = f"MALT01100{marker}0"
    return f"MT{ibans.calc_check_digits(f'MT00{number}')}{number}"


def _line_of(
    world: World, cents: int, what: str, *, reference: str = "", end_to_end: str = "", iban: str = ""
) -> tuple[int, str]:
    """As a bank writes it: who, from which account, which words."""
    end_to_end = end_to_end or world.plant(f"number that the banks gave {what}")
    iban = iban or _iban(world, f"account of {what}")
    said = f"?20EREF+{end_to_end}?21SVWZ+{world.plant(f'words of {what}')}?22{reference}"
    return (
        cents,
        f"166?00BONIFICO{said}?31{iban}?32{world.plant(f'who made {what}')}",
    )


def _read(world: World, number: int, line: tuple[int, str], *, by=None, name: str = "") -> None:
    day = timezone.localdate()
    file = swift([(day, *line)], opening=0, before=day, until=day, number=number)
    assert take(world.bank, file, by=by or world.lucia, name=name).unknown == 0
