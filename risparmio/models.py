"""The models of all rooms, where Django looks for them. Nobody imports this module: ask the room."""

from .agreements.models import PlanSignature, SavingsAgreement, SavingsPlan
from .payments.models import CashReceipt, Payout

__all__ = ["CashReceipt", "Payout", "PlanSignature", "SavingsAgreement", "SavingsPlan"]
