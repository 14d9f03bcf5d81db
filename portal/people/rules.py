import rules

from portal.access import has_any_role, has_role

rules.add_perm("portal.view_day", has_any_role)
rules.add_perm("portal.view_indicators", has_role("portal.auditor", "portal.administrator"))
rules.add_perm("portal.give_role", has_role("portal.administrator"))
rules.add_perm("portal.register_household", has_role("portal.caseworker", "portal.administrator"))
