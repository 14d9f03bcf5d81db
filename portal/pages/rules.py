"""Who has pages translated: those who write them.

wagtail-localize makes a permission of this name by a migration of its own and no model declares it, so that a group
would hold it only by luck; the rule does not need the row.
"""

import rules

from portal.access import has_role

from .roles import EDITORS

rules.add_perm("wagtail_localize.submit_translation", has_role(EDITORS))
