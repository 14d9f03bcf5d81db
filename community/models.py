"""The models of all rooms, where Django looks for them. Nobody imports this module: ask the room."""

from .mutual_aid.time_bank.models import HoursAccount, HoursLimits
from .mutual_aid.time_bank.pot import PotRequest

__all__ = ["HoursAccount", "HoursLimits", "PotRequest"]
