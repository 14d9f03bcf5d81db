"""What can be reported, and by whom: anything that says who answers for it, by whoever may see it."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError


def name_of(target: Any) -> str:
    """The word for its kind in an address: "community.thing"."""
    return target._meta.label_lower


def find_reportable(user, model: str, key: str) -> Any | None:
    """The thing behind an address, if this person may see it and can report it; else None, as if it did not exist.

    One's own cannot be reported, nor what nobody answers for: there is nobody to keep at a distance.
    """
    try:
        kind = apps.get_model(model)
    except (LookupError, ValueError):
        return None
    if not any(hasattr(kind, name) for name in ("reportable_author", "reportable_author_for")):
        return None
    try:
        target = kind._default_manager.filter(pk=key).first()
    except (ValueError, ValidationError, OverflowError):
        return None
    if target is None or not may_see(user, target):
        return None
    return target if can_be_reported_by(user, target) else None


def may_see(user, target: Any) -> bool:
    return user.has_perm(f"{target._meta.app_label}.view_{target._meta.model_name}", target)


def author_of(target: Any, user) -> Any | None:
    """Who answers for something: of what two people do together, the other one, as this person sees it."""
    ask = getattr(target, "reportable_author_for", None)
    return ask(user) if ask is not None else getattr(target, "reportable_author", None)


def text_of(target: Any, user) -> str | None:
    """What a moderator has to read of it: where several write, all but this person's own words.

    None where nobody can tell any more which those are: the person is erased.
    """
    ask = getattr(target, "reportable_text_for", None)
    if ask is None:
        return getattr(target, "reportable_text", "")
    return ask(user) if user is not None else None


def can_be_reported_by(user, target: Any) -> bool:
    author = author_of(target, user)
    return author is not None and author.pk != user.pk
