"""The roles that tickets know. Rules about one ticket, questions about many and the history all read them here."""

OPERATOR, CONTRACTOR, AUDITOR = "manutenzione.operator", "manutenzione.contractor", "portal.auditor"

WORKERS = frozenset({OPERATOR, CONTRACTOR})  # may be given a ticket
READERS = frozenset({OPERATOR, AUDITOR})  # see every ticket, and names


def is_one_of(user, roles: frozenset[str]) -> bool:
    return user.is_authenticated and not roles.isdisjoint(user.role_keys)
