"""Who may, for whom, how often, and who has just proved who they are: predicates for `rules.py`, limits, step-up."""

from .acting import act_as_oneself, acting_for, acts_in, drawn_for_another, may_act_for, principals_of
from .limits import client_address, forgive, limited
from .predicates import has_any_role, has_role
from .second_factor import is_held_back, needs_second_factor, prove_second_factor
from .step_up import ask_to_step_up, has_stepped_up, step_up, step_up_required

__all__ = [
    "act_as_oneself",
    "acting_for",
    "acts_in",
    "ask_to_step_up",
    "client_address",
    "drawn_for_another",
    "forgive",
    "has_any_role",
    "has_role",
    "has_stepped_up",
    "is_held_back",
    "limited",
    "needs_second_factor",
    "prove_second_factor",
    "may_act_for",
    "principals_of",
    "step_up",
    "step_up_required",
]
