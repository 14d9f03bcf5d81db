"""The models of all rooms, where Django looks for them. Nobody imports this module: ask the room."""

from .safety.models import AbuseReport, Block, Mute, ParentalApproval, Steward

__all__ = ["AbuseReport", "Block", "Mute", "ParentalApproval", "Steward"]
