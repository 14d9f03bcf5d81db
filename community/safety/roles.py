"""The roles that safety knows."""

from portal.access import has_role

CASEWORKER = "portal.caseworker"

caseworker = has_role(CASEWORKER)
