"""The models of all rooms, where Django looks for them. Nobody imports this module: ask the room."""

from .conversations.models import Conversation, Message, ReadMark
from .mediation.agreements import Acceptance, FollowUp, PartysAnswer, Version
from .mediation.diary import Diary, Entry
from .mediation.glass import BrokenGlass
from .mediation.meetings import Meeting, ProposedTime, TimeAnswer
from .mediation.models import Case, Consent, Mediator, Party, Story
from .mediation.rooms import Carrying, Room, RoomMark, Word
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
    "Acceptance",
    "Answer",
    "Block",
    "BrokenGlass",
    "CalendarLink",
    "Carrying",
    "Case",
    "Consent",
    "Contribution",
    "Conversation",
    "Diary",
    "Entry",
    "Exchange",
    "FollowUp",
    "Gathering",
    "HoursAccount",
    "HoursLimits",
    "Interest",
    "Item",
    "Mediator",
    "Meeting",
    "Message",
    "Mute",
    "ParentalApproval",
    "Party",
    "PartysAnswer",
    "Post",
    "PotRequest",
    "ProposedTime",
    "ReadMark",
    "RepairNote",
    "Reservation",
    "ReservedDay",
    "Room",
    "RoomMark",
    "Shift",
    "ShiftPlace",
    "ShiftPlan",
    "ShiftRole",
    "Steward",
    "Story",
    "SwapOffer",
    "Thing",
    "ThingKeeper",
    "TimeAnswer",
    "Version",
    "WaitingPlace",
    "Word",
]
