"""Who may, in all rooms: where the portal looks for a plugin's rules."""

from .mutual_aid.exchanges import rules as exchanges  # noqa: F401
