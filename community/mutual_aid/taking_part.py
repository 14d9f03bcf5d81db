"""Who takes part in mutual aid: one predicate for the rules of all its rooms; and when a parent's word is gone."""

from __future__ import annotations

from typing import Any

import rules
from django.apps import apps
from django.db import models

from community.safety.models import ParentalApproval
from community.safety.rules import needs_parent

from .neighbourhood import coordinated_by, reach_of


@rules.predicate
def needs_nobody(user) -> bool:
    """Whoever is no minor, or one with a parent's word. Asked once a request, like `reach_of`."""
    if reach_of(user).is_adult:
        return True
    if not hasattr(user, "_needs_nobody"):
        user._needs_nobody = not needs_parent(user)
    return user._needs_nobody


@rules.predicate
def takes_part(user) -> bool:
    """Whoever lives in one of our buildings or is a member of an organization; a minor with a parent's word."""
    return bool(reach_of(user)) and needs_nobody.test(user)


@rules.predicate
def may_run(user) -> bool:
    """What they organize: whoever coordinates an organization, whom the agency has checked; of others no minor without
    a parent's word."""
    return bool(coordinated_by(user)) or needs_nobody.test(user)


def without_minors_in_need(people: models.QuerySet) -> models.QuerySet:
    """Of people who belong somewhere those who take part: a minor with a parent's word only. A little stricter than
    `takes_part`, which is asked of each: here whoever is a minor of any household needs it."""
    minors = apps.get_model("portal", "HouseholdMember").objects.filter(until=None, is_adult=False)
    let = ParentalApproval.objects.in_force().values("minor")
    return people.exclude(pk__in=minors.exclude(person__in=let).values("person"))


def minor_left_without_word(event: Any) -> Any | None:
    """The minor whose parent does not let them take part any more, where the event says so and it still is so."""
    if event.kind != "community.approval.withdrawn" or event.target is None:
        return None
    minor = event.target.minor
    return minor if needs_parent(minor) else None  # the word may have been given again meanwhile
