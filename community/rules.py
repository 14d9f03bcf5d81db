"""Who may, in all rooms: where the portal looks for a plugin's rules."""

from .mutual_aid.things import rules as things  # noqa: F401
from .safety import rules as safety  # noqa: F401
