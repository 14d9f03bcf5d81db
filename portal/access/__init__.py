"""Who may, how often, and who has just proved who they are: predicates for every `rules.py`, limits, step-up."""

from .limits import client_address, client_network, forgive, limited
from .predicates import has_any_role, has_role
from .step_up import ask_to_step_up, has_stepped_up, step_up, step_up_required

__all__ = [
    "ask_to_step_up",
    "client_address",
    "client_network",
    "forgive",
    "has_any_role",
    "has_role",
    "has_stepped_up",
    "limited",
    "step_up",
    "step_up_required",
]
