import rules

from portal.access import has_role

rules.add_perm("portal.keep_directory", has_role("portal.editor", "portal.administrator"))
