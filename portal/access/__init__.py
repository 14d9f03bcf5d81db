"""Who may, and how often: predicates for every `rules.py`, and limits."""

from .limits import client_address, forgive, limited
from .predicates import has_any_role, has_role

__all__ = ["client_address", "forgive", "has_any_role", "has_role", "limited"]
