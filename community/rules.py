"""Who may, in all rooms: where the portal looks for a plugin's rules."""

from .safety import rules as safety  # noqa: F401
