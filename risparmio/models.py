"""The models of all rooms, where Django looks for them. Nobody imports this module: ask the room."""

from .agreements.models import PlanSignature, SavingsAgreement, SavingsPlan
from .bank.models import BankLine, Correction, Statement, StatementFile, Telling
from .book.models import BankAccount
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
    "Payout",
    "PlanSignature",
    "SavingsAgreement",
    "SavingsPlan",
    "Statement",
    "StatementFile",
    "Telling",
    "TransferOrder",
]
