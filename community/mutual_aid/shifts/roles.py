"""Who has to do with shifts besides those who belong to where they are."""

from portal.access import has_role

agency = has_role("portal.caseworker")
