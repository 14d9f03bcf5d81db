"""The models of all rooms, where Django looks for them. Nobody imports this module: ask the room."""

from .agreements.final import FinalSignature, FinalStatement
from .agreements.models import SavingsAgreement
from .agreements.plans import PlanSignature, SavingsPlan
from .agreements.reminders import PaymentReminder
from .auditing.closing import PeriodClosing
from .auditing.sealing import YearArchive
from .auditing.verifying import Verification
from .bank.models import BankLine, Correction, Statement, StatementFile, Telling
from .book.models import BankAccount
from .goals.models import SavingsGoal
from .payments.models import CashReceipt, Payout
from .payments.tills import CashCount, CashTrip
from .payments.transfers import TransferOrder

__all__ = [
    "BankAccount",
    "BankLine",
    "CashCount",
    "CashReceipt",
    "CashTrip",
    "Correction",
    "FinalSignature",
    "FinalStatement",
    "PaymentReminder",
    "Payout",
    "PeriodClosing",
    "PlanSignature",
    "SavingsAgreement",
    "SavingsGoal",
    "SavingsPlan",
    "Statement",
    "StatementFile",
    "Telling",
    "TransferOrder",
    "Verification",
    "YearArchive",
]
