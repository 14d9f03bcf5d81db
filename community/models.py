"""The models of all rooms, where Django looks for them. Nobody imports this module: ask the room."""

from .mutual_aid.exchanges.models import Exchange, Interest, Post
from .mutual_aid.time_bank.models import HoursAccount, HoursLimits, PotRequest

__all__ = ["Exchange", "HoursAccount", "HoursLimits", "Interest", "PotRequest", "Post"]
