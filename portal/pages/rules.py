"""Who has pages translated: those who write them. Who publishes words that nobody else has read.

wagtail-localize makes a permission of this name by a migration of its own and no model declares it, so that a group
would hold it only by luck; the rule does not need the row.
"""

import rules

from portal.access import has_role
from portal.people.models import ADMINISTRATOR

from .editing.review import UNREVIEWED
from .roles import EDITORS

rules.add_perm("wagtail_localize.submit_translation", has_role(EDITORS))
rules.add_perm(UNREVIEWED, has_role(ADMINISTRATOR))
