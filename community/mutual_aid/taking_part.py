"""Who takes part in mutual aid: one predicate for the rules of all its rooms."""

import rules
from django.apps import apps
from django.db import models

from community.safety.models import ParentalApproval
from community.safety.rules import needs_parent

from .neighbourhood import reach_of


@rules.predicate
def takes_part(user) -> bool:
    """Whoever lives in one of our buildings or is a member of an organization; a minor with a parent's word."""
    reach = reach_of(user)
    return bool(reach) and (reach.is_adult or not needs_parent(user))


def without_minors_in_need(people: models.QuerySet) -> models.QuerySet:
    """Of people who belong somewhere those who take part: a minor with a parent's word only. A little stricter than
    `takes_part`, which is asked of each: here whoever is a minor of any household needs it."""
    minors = apps.get_model("portal", "HouseholdMember").objects.filter(until=None, is_adult=False)
    let = ParentalApproval.objects.in_force().values("minor")
    return people.exclude(pk__in=minors.exclude(person__in=let).values("person"))
