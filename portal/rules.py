"""Who may, for all of the portal's own permissions: each room's rules, where django-rules looks for them."""

from .notifications import rules as notifications  # noqa: F401
from .people import rules as people  # noqa: F401
