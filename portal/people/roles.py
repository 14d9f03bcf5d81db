"""Roles, as the apps declare them, become groups that hold model permissions."""

from __future__ import annotations

from django.apps import apps as all_apps

from portal.extensions import Role, declared


def is_last(app_config) -> bool:
    """Whether all other apps have been through `post_migrate`: permissions are made app by app."""
    return app_config == [config for config in all_apps.get_app_configs() if config.models_module][-1]


def sync_roles(app_config, *, apps=all_apps, using="default", **kwargs) -> None:
    """After `migrate`: a group for each declared role, with exactly the model permissions that it names.

    Runs once, after the last app. What rules decide has no row here.
    """
    if not is_last(app_config):
        return
    try:
        Group, Permission = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    except LookupError:
        return  # migrating only part of the way
    known = {
        f"{permission.content_type.app_label}.{permission.codename}": permission.pk
        for permission in Permission.objects.using(using).select_related("content_type")
    }
    for role in declared(Role):
        group, _ = Group.objects.using(using).get_or_create(name=role.key)
        group.permissions.set(
            [known[permission] for permission in role.all_permissions if permission in known]
        )
