import rules

from portal.access import has_role

rules.add_perm("portal.view_deliveries", has_role("portal.administrator"))
