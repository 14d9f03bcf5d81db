"""The models of all rooms, where Django looks for them. Nobody imports this module: ask the room."""

from .mutual_aid.calendar.models import CalendarLink
from .mutual_aid.exchanges.models import Exchange, Interest, Post
from .mutual_aid.gatherings.models import Answer, Contribution, Gathering, Item
from .mutual_aid.shifts.models import Shift, ShiftPlace, ShiftPlan, ShiftRole, SwapOffer
from .mutual_aid.time_bank.models import HoursAccount, HoursLimits, PotRequest

__all__ = [
    "Answer",
    "CalendarLink",
    "Contribution",
    "Exchange",
    "Gathering",
    "HoursAccount",
    "HoursLimits",
    "Interest",
    "Item",
    "Post",
    "PotRequest",
    "Shift",
    "ShiftPlace",
    "ShiftPlan",
    "ShiftRole",
    "SwapOffer",
]
