"""The roles that tickets know. Rules about one ticket, questions about many and the history all read them here."""

from portal.access import has_role

OPERATOR, CONTRACTOR = "manutenzione.operator", "manutenzione.contractor"
CASEWORKER, AUDITOR = "portal.caseworker", "portal.auditor"

WORKERS = (OPERATOR, CONTRACTOR)

# What somebody may be granted to do for whoever lives in a building: see portal.access.acting.
REPORTS = "manutenzione.reports"

# Predicates: `worker(user)`; rules.py combines them with what is asked of one ticket.
operator = has_role(OPERATOR)
worker = has_role(*WORKERS)  # may be given a ticket
reader = has_role(OPERATOR, AUDITOR)  # sees every ticket, and names
desk = has_role(OPERATOR, CASEWORKER)  # writes down what others tell them, of whatever building
agency = has_role(*WORKERS, CASEWORKER)  # acts and reports on the agency's behalf
