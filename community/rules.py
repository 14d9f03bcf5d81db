"""Who may, in all rooms: where the portal looks for a plugin's rules."""

from .conversations import rules as conversations  # noqa: F401
