"""Who may, for whom, how often, who has just proved who they are, who has said why they look: predicates for every
`rules.py`, acting for somebody, limits, step-up, the log of confidential readings."""

from .acting import act_as_oneself, acting_for, acts_in, drawn_for_another, may_act_for, principals_of
from .limits import client_address, client_network, forgive, limited
from .predicates import has_any_role, has_role
from .reads import ask_why, has_said_why, log_read, note_read, read_together, reads_on
from .second_factor import is_held_back, needs_second_factor, prove_second_factor
from .step_up import ask_to_step_up, has_stepped_up, step_up, step_up_and_send_again, step_up_required

__all__ = [
    "act_as_oneself",
    "acting_for",
    "acts_in",
    "ask_to_step_up",
    "ask_why",
    "client_address",
    "drawn_for_another",
    "client_network",
    "forgive",
    "has_any_role",
    "has_role",
    "has_said_why",
    "has_stepped_up",
    "is_held_back",
    "limited",
    "needs_second_factor",
    "prove_second_factor",
    "may_act_for",
    "principals_of",
    "log_read",
    "note_read",
    "read_together",
    "reads_on",
    "step_up",
    "step_up_and_send_again",
    "step_up_required",
]
