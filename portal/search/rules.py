import rules

from portal.access import has_role

# Who keeps the words by which people find the pages.
rules.add_perm("portal.keep_search_words", has_role("portal.editor", "portal.administrator"))
