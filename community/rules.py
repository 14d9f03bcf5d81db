"""Who may, in all rooms: where the portal looks for a plugin's rules."""

from .conversations import rules as conversations  # noqa: F401
from .mediation import rules as mediation  # noqa: F401
from .mutual_aid.exchanges import rules as exchanges  # noqa: F401
from .mutual_aid.gatherings import rules as gatherings  # noqa: F401
from .mutual_aid.organizations import rules as organizations  # noqa: F401
from .mutual_aid.shifts import rules as shifts  # noqa: F401
from .mutual_aid.things import rules as things  # noqa: F401
from .mutual_aid.time_bank import rules as time_bank  # noqa: F401
from .safety import rules as safety  # noqa: F401
