"""Who may, for all of the portal's own permissions: each room's rules, where django-rules looks for them."""

from .access import rules as access  # noqa: F401
from .desk import rules as desk  # noqa: F401
from .desk.appointments import rules as appointments  # noqa: F401
from .notifications import rules as notifications  # noqa: F401
from .pages import rules as pages  # noqa: F401
from .pages.directory import rules as directory  # noqa: F401
from .people import rules as people  # noqa: F401
from .privacy import rules as privacy  # noqa: F401
from .proof import rules as proof  # noqa: F401
from .search import rules as search  # noqa: F401
