from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache

from django.apps import apps

from .registry import Declaration, Text, find


@dataclass(frozen=True, kw_only=True)
class Role(Declaration):
    """What somebody does for the agency. Becomes a Django group named like `key` that holds its model permissions.

    `permissions` are those to see, add, change and delete what a model holds; `rights` are all others, those that rules
    decide (`rules.py`) above all, each with the words for it that the table of roles shows. `needs_second_factor` keeps
    whoever holds the role out until they have proved themselves by a passkey or an authenticator app as well.

    A role that `opens_confidences` lets somebody read what was told in confidence, without a yes of those who told it:
    nobody gives it to themselves, and all who hold it are told when somebody else is given it.
    """

    label: Text
    description: Text
    permissions: tuple[str, ...] = ()
    rights: Mapping[str, Text] = field(default_factory=dict, hash=False)
    needs_second_factor: bool = False
    opens_confidences: bool = False

    @property
    def all_permissions(self) -> tuple[str, ...]:
        return (*self.permissions, *self.rights)


@cache
def register_permissions() -> frozenset[str]:
    """To see, add, change and delete the rows of a model, "app.action_model". The apps must be ready."""
    return frozenset(
        f"{model._meta.app_label}.{action}_{model._meta.model_name}"
        for model in apps.get_models()
        for action in model._meta.default_permissions
    )


@cache
def model_permissions() -> frozenset[str]:
    """Every permission that a model declares, "app.codename". The apps must be ready."""
    own = {
        f"{model._meta.app_label}.{codename}"
        for model in apps.get_models()
        for codename, _words in model._meta.permissions
    }
    return register_permissions() | own


def permissions_of(role_keys: Iterable[str]) -> set[str]:
    """The model permissions that these roles bring. A role that nobody declares any more brings none."""
    roles = filter(None, (find(Role, key) for key in role_keys))
    return {permission for role in roles for permission in role.all_permissions} & model_permissions()
