"""The roles that tickets know. Rules about one ticket, questions about many and the history all read them here."""

OPERATOR, CONTRACTOR = "manutenzione.operator", "manutenzione.contractor"
CASEWORKER, AUDITOR = "portal.caseworker", "portal.auditor"

WORKERS = frozenset({OPERATOR, CONTRACTOR})  # may be given a ticket
READERS = frozenset({OPERATOR, AUDITOR})  # see every ticket, and names
DESK = frozenset({OPERATOR, CASEWORKER})  # write down what others tell them, of whatever building
AGENCY = WORKERS | DESK  # act and report on the agency's behalf


def is_one_of(user, roles: frozenset[str]) -> bool:
    return user.is_authenticated and not roles.isdisjoint(user.role_keys)
