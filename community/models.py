"""The models of all rooms, where Django looks for them. Nobody imports this module: ask the room."""

from .mutual_aid.shifts.models import Shift, ShiftPlace, ShiftPlan, ShiftRole, SwapOffer

__all__ = ["Shift", "ShiftPlace", "ShiftPlan", "ShiftRole", "SwapOffer"]
