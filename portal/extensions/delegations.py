from __future__ import annotations

from dataclasses import dataclass

from .registry import Declaration, Text, declared


@dataclass(frozen=True, kw_only=True)
class DelegationScope(Declaration):
    """What somebody may be allowed to do for another person: "<app>.<subject>", and in words what that is.

    `label` is what follows "may": "report faults in the building and follow the reports". `hint` says what it does not
    let one do or see. `url_name` is the page where it begins. What stands in no scope, nobody can do for another.
    """

    label: Text
    hint: Text
    url_name: str


@dataclass(frozen=True, kw_only=True)
class NeverDelegated(Declaration):
    """A subject in which nobody acts for another person, "<app>.<subject>", whatever is declared later; and why.

    No scope may lie in it (an error of `manage.py check`, and void), and no fact of it is recorded as done for another.
    """

    reason: Text


def never_delegated(key: str) -> NeverDelegated | None:
    """The declaration that forbids the scope, or the kind of fact, of this key."""
    return next((never for never in declared(NeverDelegated) if f"{key}.".startswith(f"{never.key}.")), None)


def delegation_scopes() -> tuple[DelegationScope, ...]:
    """The scopes that may be granted."""
    return tuple(scope for scope in declared(DelegationScope) if never_delegated(scope.key) is None)
