"""Who takes part in what is said about something: what a conversation asks of whatever it hangs on.

A conversation knows nothing of what it is about. It asks the rules of the other app: `<app>.discuss_<model>` where
there is such a permission, else `<app>.view_<model>`. For many at once the manager answers `discussed_by(user)`, else
`visible_to(user)`; the two agree (docs/extending.md). Who is told of a message is what the thing itself says,
`people_in_conversation()`, else those who have made its history.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

import rules
from django.core.exceptions import ValidationError
from django.db import models

from portal.events import history_of


def may_discuss(user: Any, subject: models.Model | None) -> bool:
    """Whether somebody may read and write what is said about it."""
    if subject is None or not user.is_authenticated or not user.is_active:
        return False
    app, model = subject._meta.app_label, subject._meta.model_name
    discuss = f"{app}.discuss_{model}"
    return rules.perm_exists(discuss) and user.has_perm(discuss, subject)


def may_discuss_among(people: Iterable[Any], subject: models.Model | None) -> list[Any]:
    """`may_discuss` for many people: of these those who may. In few queries where the thing itself answers
    `discussed_among(people)`."""
    if subject is not None and hasattr(subject, "discussed_among"):
        return list(subject.discussed_among([person for person in people if person.is_active]))
    return [person for person in people if may_discuss(person, subject)]


def discussed_by(user: Any, kind: type[models.Model], keys: Collection[str]) -> dict[str, models.Model]:
    """Of the things of a kind with these keys those that somebody may discuss: `may_discuss` for many, in one query."""
    if not user.is_authenticated or not user.is_active:
        return {}
    manager = kind._default_manager
    ask = getattr(manager, "discussed_by", None) or getattr(manager, "visible_to", None)
    if ask is None:
        found = manager.filter(pk__in=_valid(kind, keys))
        return {str(subject.pk): subject for subject in found if may_discuss(user, subject)}
    return {str(subject.pk): subject for subject in ask(user).filter(pk__in=_valid(kind, keys))}


def _valid(kind: type[models.Model], keys: Iterable[str]) -> list[Any]:
    valid = []
    for key in keys:
        try:
            valid.append(kind._meta.pk.to_python(key))
        except ValidationError:
            continue
    return valid


def people_of(subject: models.Model | None) -> list[Any]:
    """Those whom news of it concerns, whether or not they have written; each still has to be allowed to."""
    if subject is None:
        return []
    if hasattr(subject, "people_in_conversation"):
        return [person for person in subject.people_in_conversation() if person is not None]
    events = history_of(subject)
    return list({event.actor_id: event.actor for event in events if event.actor_id}.values())
