"""Who may, for all of the portal's own permissions: each room's rules, where django-rules looks for them."""

from .desk import rules as desk  # noqa: F401
from .people import rules as people  # noqa: F401
