"""Who may, in all rooms: where the portal looks for a plugin's rules."""

from .agreements import rules as agreements  # noqa: F401
from .auditing import rules as auditing  # noqa: F401
from .bank import rules as bank  # noqa: F401
from .day import rules as day  # noqa: F401
from .goals import rules as goals  # noqa: F401
from .payments import rules as payments  # noqa: F401
