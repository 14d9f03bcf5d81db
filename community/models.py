"""The models of all rooms, where Django looks for them. Nobody imports this module: ask the room."""

from .conversations.models import Conversation, Message, ReadMark
from .mutual_aid.calendar.models import CalendarLink
from .mutual_aid.exchanges.models import Exchange, Interest, Post
from .mutual_aid.gatherings.models import Answer, Contribution, Gathering, Item
from .mutual_aid.shifts.models import Shift, ShiftPlace, ShiftPlan, ShiftRole, SwapOffer
from .mutual_aid.things.models import RepairNote, Thing, ThingKeeper
from .mutual_aid.things.reservations import Reservation, ReservedDay, WaitingPlace
from .mutual_aid.time_bank.models import HoursAccount, HoursLimits
from .mutual_aid.time_bank.pot import PotRequest
from .safety.models import AbuseReport, Block, Mute, ParentalApproval, Steward

__all__ = [
    "AbuseReport",
    "Answer",
    "Block",
    "CalendarLink",
    "Contribution",
    "Conversation",
    "Exchange",
    "Gathering",
    "HoursAccount",
    "HoursLimits",
    "Interest",
    "Item",
    "Message",
    "Mute",
    "ParentalApproval",
    "Post",
    "PotRequest",
    "ReadMark",
    "RepairNote",
    "Reservation",
    "ReservedDay",
    "Shift",
    "ShiftPlace",
    "ShiftPlan",
    "ShiftRole",
    "Steward",
    "SwapOffer",
    "Thing",
    "ThingKeeper",
    "WaitingPlace",
]
