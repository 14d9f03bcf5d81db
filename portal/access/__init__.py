"""Who may, and how often: predicates for every `rules.py`, and limits."""

from .predicates import has_any_role, has_role

__all__ = ["has_any_role", "has_role"]
