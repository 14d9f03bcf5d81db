"""What a declaration gets wrong is an error of `manage.py check`, before anybody meets it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import rules
from django.apps import apps
from django.core import checks
from django.template import TemplateDoesNotExist, TemplateSyntaxError
from django.template.loader import get_template
from django.urls import NoReverseMatch, reverse

from .dashboard import DashboardCard
from .delegations import DelegationScope, NeverDelegated, never_delegated
from .events import EventKind
from .indicators import Indicator
from .live import LiveTopic
from .navigation import NavigationItem
from .notifications import NotificationKind
from .panels import ObjectPanel
from .privacy import Exempt, PersonalData
from .registry import Declaration, declared, duplicates
from .roles import Role, model_permissions, register_permissions


def _error(number: int, message: str, obj: Declaration) -> checks.Error:
    return checks.Error(f"{type(obj).__name__} {obj.key!r}: {message}", id=f"portal.E{number:03}")


@checks.register("portal")
def check_declarations(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    return [
        *(_error(1, "this key is declared twice", d) for d in duplicates()),
        *_check_urls(),
        *_check_templates(),
        *_check_permissions(),
        *_check_kinds(),
        *_check_models(),
        *_check_retention(),
        *_check_scopes(),
    ]


def _check_urls() -> Iterator[checks.CheckMessage]:
    for item in declared(NavigationItem):
        for name in filter(None, (item.url_name, item.badge_url)):
            try:
                reverse(name)
            except NoReverseMatch:
                yield _error(2, f"the address {name!r} does not reverse", item)


def _check_templates() -> Iterator[checks.CheckMessage]:
    rendered: list[DashboardCard | ObjectPanel] = [*declared(DashboardCard), *declared(ObjectPanel)]
    for item in rendered:
        try:
            get_template(item.template)
        except (TemplateDoesNotExist, TemplateSyntaxError) as error:
            yield _error(3, f"the template {item.template!r} does not load: {error}", item)


def _check_permissions() -> Iterator[checks.CheckMessage]:
    known = model_permissions()
    for role in declared(Role):
        for permission in set(role.permissions) - register_permissions():
            yield _error(
                4, f"{permission!r} does nothing to what a model holds: name it in `rights`, with words", role
            )
        for right in role.rights:
            if right not in known and not rules.perm_exists(right):
                yield _error(4, f"the permission {right!r} is missing", role)
    for indicator in declared(Indicator):
        if indicator.permission not in known and not rules.perm_exists(indicator.permission):
            yield _error(4, f"the permission {indicator.permission!r} is missing", indicator)


def _check_kinds() -> Iterator[checks.CheckMessage]:
    kinds = {kind.key for kind in declared(EventKind)}
    for notification in declared(NotificationKind):
        if notification.key not in kinds:
            yield _error(5, "no EventKind has this key", notification)
    labels: dict[str, str] = {}
    for notification in declared(NotificationKind):
        if not notification.label:
            yield _error(9, "what its news is about has no label", notification)
        elif labels.setdefault(notification.subject, str(notification.label)) != str(notification.label):
            yield _error(9, f"the group {notification.group!r} has another label elsewhere", notification)
    for topic in declared(LiveTopic):
        if not any(topic.concerns(kind) for kind in kinds):
            yield _error(6, f"no EventKind fits {topic.kinds!r}", topic)


def _check_models() -> Iterator[checks.CheckMessage]:
    for data in (*declared(PersonalData), *declared(Exempt)):
        try:
            apps.get_model(data.key)
        except (LookupError, ValueError):
            yield _error(7, "there is no such model", data)
    for panel in declared(ObjectPanel):
        for label in panel.models:
            if label == "*":
                continue
            try:
                apps.get_model(label)
            except (LookupError, ValueError):
                # A panel may wait for a plugin that is not installed; a wrong name in an installed one is a mistake.
                if apps.is_installed(label.split(".")[0]):
                    yield _error(7, f"there is no model {label!r}", panel)


def _check_retention() -> Iterator[checks.CheckMessage]:
    for data in declared(PersonalData):
        if data.retention is not None and data.expire is None:
            yield _error(8, "a time is promised after which rows go, and no `expire` removes them", data)
        if data.retention is None and data.expire is not None:
            yield _error(8, "`expire` is never called without a `retention`", data)


def _check_scopes() -> Iterator[checks.CheckMessage]:
    for scope in declared(DelegationScope):
        if never := never_delegated(scope.key):
            yield _error(9, f"in {never.key!r} nobody acts for another person", scope)
        try:
            reverse(scope.url_name)
        except NoReverseMatch:
            yield _error(2, f"the address {scope.url_name!r} does not reverse", scope)
    for declaration in (*declared(DelegationScope), *declared(NeverDelegated)):
        if not declaration.key.partition(".")[2]:
            yield _error(9, "the key is <app>.<subject>: a whole app is no subject", declaration)
