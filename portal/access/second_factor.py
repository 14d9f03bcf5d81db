"""Who must prove themselves by more than a password or a code, and whether they have done so in a session."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from portal.extensions import Role, find

PROVED_BY = "portal_second_factor"  # in the session: the id of the person who did


def needs_second_factor(person: Any) -> bool:
    """True for whoever holds a role that says so."""
    roles = (find(Role, key) for key in person.role_keys)
    return any(role is not None and role.needs_second_factor for role in roles)


def prove_second_factor(request: HttpRequest) -> None:
    """The person has just used their passkey, their app or a recovery code: it holds until they sign out."""
    request.session[PROVED_BY] = request.user.pk


def is_held_back(person: Any, session: Any) -> bool:
    """True where somebody's role asks for a second factor and this session has seen none.

    They may do nothing then but prove themselves by it, set one up, or sign out. Costs a query where the person's roles
    are not known yet.
    """
    if not person.is_authenticated or session.get(PROVED_BY) == person.pk:
        return False
    return needs_second_factor(person)
