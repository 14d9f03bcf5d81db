"""Which role may what, in one table that a person can read."""

from __future__ import annotations

from django.apps import apps
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.extensions import Role, declared

_ACTIONS = {
    "view": gettext_lazy("see"),
    "add": gettext_lazy("add"),
    "change": gettext_lazy("change"),
    "delete": gettext_lazy("delete"),
}


def permission_matrix() -> list[tuple[str, list[str]]]:
    """(what, for each role in what way it may), a row for each register and for each right that a rule decides."""
    roles = declared(Role)
    registers: dict[str, list[list[str]]] = {}
    rights: dict[str, list[str]] = {}
    for column, role in enumerate(roles):
        for permission in role.permissions:
            model, action = _model_and_action(permission)
            cells = registers.setdefault(str(model._meta.verbose_name_plural), [[] for _role in roles])
            cells[column].append(str(_ACTIONS[action]))
        for words in role.rights.values():
            rights.setdefault(str(words), ["" for _role in roles])[column] = _("yes")
    return [
        *((words, [", ".join(cell) for cell in cells]) for words, cells in sorted(registers.items())),
        *sorted(rights.items()),
    ]


def _model_and_action(permission: str):
    app_label, _dot, codename = permission.partition(".")
    action, _underscore, model_name = codename.partition("_")
    return apps.get_model(app_label, model_name), action
