"""Who may, how often, who has just proved who they are, who has said why they look: predicates for every `rules.py`,
limits, step-up, the log of confidential readings."""

from .limits import client_address, forgive, limited
from .predicates import has_any_role, has_role
from .reads import ask_why, has_said_why, log_read
from .step_up import ask_to_step_up, has_stepped_up, step_up, step_up_required

__all__ = [
    "ask_to_step_up",
    "ask_why",
    "client_address",
    "forgive",
    "has_any_role",
    "has_role",
    "has_said_why",
    "has_stepped_up",
    "limited",
    "log_read",
    "step_up",
    "step_up_required",
]
