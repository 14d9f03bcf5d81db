"""Who may decide about what was reported, who answers for an area, and who needs a parent's word."""

import rules
from django.apps import apps

from .areas import answers_anywhere
from .models import AbuseReport, ParentalApproval
from .roles import caseworker


@rules.predicate
def moderates(user) -> bool:
    return answers_anywhere(user)


@rules.predicate
def moderates_report(user, report) -> bool:
    """`AbuseReportQuerySet.moderated_by`, for one."""
    return report is not None and AbuseReport.objects.moderated_by(user).filter(pk=report.pk).exists()


# Whoever decides for an organization is a neighbour too: who reported it the agency alone may know.
learns_who_reported = caseworker & moderates_report


@rules.predicate
def is_parent_of(adult, minor) -> bool:
    """An adult of the household in which the other is a minor now."""
    if minor is None or not adult.is_authenticated:
        return False
    members = apps.get_model("portal", "HouseholdMember").objects.filter(until=None)
    homes = members.filter(person=adult, is_adult=True).values("household")
    return members.filter(person=minor, is_adult=False, household__in=homes).exists()


@rules.predicate
def is_minor_without_word(user) -> bool:
    return needs_parent(user)


def is_minor(user) -> bool:
    """Whether somebody is under 18, as far as their household says."""
    return user.household_memberships.filter(until=None, is_adult=False).exists()


def needs_parent(user) -> bool:
    """Whether somebody is a minor whom no adult of the household lets take part (now)."""
    if not user.is_authenticated:
        return False
    return is_minor(user) and not ParentalApproval.objects.in_force().filter(minor=user).exists()


rules.add_perm("community.moderate", moderates)
rules.add_perm("community.view_abusereport", moderates_report)
rules.add_perm("community.decide_abusereport", moderates_report)
rules.add_perm("community.view_reporter", learns_who_reported)
rules.add_perm("community.approve_minor", is_parent_of)
rules.add_perm("community.ask_parent", is_minor_without_word)
