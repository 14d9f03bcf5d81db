"""The models of all rooms, where Django looks for them. Nobody imports this module: ask the room."""

from .agreements.models import PlanSignature, SavingsAgreement, SavingsPlan

__all__ = ["PlanSignature", "SavingsAgreement", "SavingsPlan"]
