"""Which role may what, in one table that a person can read."""

from __future__ import annotations

import rules
from django.apps import apps
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from portal.extensions import Role, declared

from .models import User

_ACTIONS = {
    "view": gettext_lazy("see"),
    "add": gettext_lazy("add"),
    "change": gettext_lazy("change"),
    "delete": gettext_lazy("delete"),
}


def permission_matrix() -> list[tuple[str, list[str]]]:
    """(what, for each role in what way it may), a row for each register and for each right that a rule decides.

    The first row says whose role needs a second factor.
    """
    roles = declared(Role)
    registers: dict[str, list[list[str]]] = {}
    for column, role in enumerate(roles):
        for permission in role.permissions:
            model, action = _model_and_action(permission)
            cells = registers.setdefault(str(model._meta.verbose_name_plural), [[] for _role in roles])
            cells[column].append(str(_ACTIONS[action]))
    comma = pgettext("between the words of a list", ", ")
    rights = {right: words for role in roles for right, words in role.rights.items()}
    holders = [_holder_of(role) for role in roles]
    must = (
        _("Must sign in with a second step"),
        [_("yes") if role.needs_second_factor else "" for role in roles],
    )
    return [
        must,
        *((words, [comma.join(cell) for cell in cells]) for words, cells in sorted(registers.items())),
        *sorted(
            (
                str(words),
                [
                    _("yes") if right in role.rights or rules.has_perm(right, holder) else ""
                    for role, holder in zip(roles, holders, strict=True)
                ],
            )
            for right, words in rights.items()
        ),
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
