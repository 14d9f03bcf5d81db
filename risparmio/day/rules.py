"""Who may."""

import rules

from risparmio.roles import keeper

rules.add_perm("risparmio.view_day", keeper)
