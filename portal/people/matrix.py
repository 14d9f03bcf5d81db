"""Which role may what, in one table that a person can read."""

from __future__ import annotations

from dataclasses import dataclass

import rules
from django.apps import apps
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.extensions import Role, declared
from portal.extensions.registry import Text
from portal.ui.words import listed

from .models import User


@dataclass(frozen=True)
class Way:
    """How one may deal with something, in a word and as a picture."""

    words: Text
    icon: str


_ACTIONS = {
    "view": Way(gettext_lazy("see"), "eye"),
    "add": Way(gettext_lazy("add"), "plus"),
    "change": Way(gettext_lazy("change"), "pencil"),
    "delete": Way(gettext_lazy("delete"), "trash-2"),
}
WAYS = tuple(_ACTIONS.values())
_YES = Way(gettext_lazy("yes"), "check")


@dataclass(frozen=True)
class Cell:
    """What one role may of one thing; without ways it may nothing."""

    role: Role
    ways: tuple[Way, ...]

    def __str__(self) -> str:
        return listed(way.words for way in self.ways)

    @property
    def is_yes(self) -> bool:
        """Whether there is nothing to say but that it may."""
        return self.ways == (_YES,)


@dataclass(frozen=True)
class Row:
    """Something, and for each role in what way it may."""

    what: str
    cells: tuple[Cell, ...]


def permission_matrix() -> list[Row]:
    """A row for each register and for each right that a rule decides, by what they are called.

    The first row says whose role needs a second factor.
    """
    roles = declared(Role)

    def row(what: Text, ways: list[tuple[Way, ...]]) -> Row:
        return Row(str(what), tuple(Cell(role, some) for role, some in zip(roles, ways, strict=True)))

    registers: dict[str, list[list[Way]]] = {}
    for column, role in enumerate(roles):
        for permission in role.permissions:
            model, action = _model_and_action(permission)
            ways = registers.setdefault(str(model._meta.verbose_name_plural), [[] for _role in roles])
            ways[column].append(_ACTIONS[action])
    rights = {right: words for role in roles for right, words in role.rights.items()}
    holders = [_holder_of(role) for role in roles]

    def may(right: str) -> list[tuple[Way, ...]]:
        return [
            (_YES,) if right in role.rights or rules.has_perm(right, holder) else ()
            for role, holder in zip(roles, holders, strict=True)
        ]

    return [
        row(
            _("Must sign in with a second step"),
            [(_YES,) if role.needs_second_factor else () for role in roles],
        ),
        *(row(words, [tuple(some) for some in ways]) for words, ways in sorted(registers.items())),
        *sorted((row(words, may(right)) for right, words in rights.items()), key=lambda row: row.what),
    ]


def by_role(matrix: list[Row]) -> list[tuple[Role, list[tuple[str, Cell]]]]:
    """The same the other way round: each role with the things that it may, and how."""
    rows = [(row.what, row.cells) for row in matrix]
    return [
        (role, [(what, cells[column]) for what, cells in rows if cells[column].ways])
        for column, role in enumerate(declared(Role))
    ]


def _holder_of(role: Role) -> User:
    """Somebody with that role only, for the rules to decide about: a plugin's rules may name other apps' roles."""
    person = User()
    person.__dict__["role_keys"] = frozenset({role.key})
    return person


def _model_and_action(permission: str):
    app_label, _dot, codename = permission.partition(".")
    action, _underscore, model_name = codename.partition("_")
    return apps.get_model(app_label, model_name), action
