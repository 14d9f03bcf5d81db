"""The models of all rooms, where Django looks for them. Nobody imports this module: ask the room."""

from .mutual_aid.things.models import RepairNote, Thing, ThingKeeper
from .mutual_aid.things.reservations import Reservation, ReservedDay, WaitingPlace
from .safety.models import AbuseReport, Block, Mute, ParentalApproval, Steward

__all__ = [
    "AbuseReport",
    "Block",
    "Mute",
    "ParentalApproval",
    "RepairNote",
    "Reservation",
    "ReservedDay",
    "Steward",
    "Thing",
    "ThingKeeper",
    "WaitingPlace",
]
