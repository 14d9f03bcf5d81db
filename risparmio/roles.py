"""The roles that savings know. Rules about one agreement and questions about many both read them here."""

from portal.access import has_role

TREASURER, APPROVER = "risparmio.treasurer", "risparmio.approver"
CASEWORKER, AUDITOR = "portal.caseworker", "portal.auditor"

# Predicates: `keeps_books(user)`; rules.py combines them with what is asked of one thing.
keeps_books = has_role(TREASURER)
approves = has_role(APPROVER)
advises = has_role(CASEWORKER)  # talks with households about their plans
audits = has_role(AUDITOR)  # reads everything, changes nothing
keeper = has_role(TREASURER, APPROVER, AUDITOR)  # sees what banks say, and so everybody's payments
reader = has_role(TREASURER, APPROVER, CASEWORKER, AUDITOR)
