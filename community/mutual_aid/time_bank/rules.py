"""Who may. `user.has_perm("community.view_hoursaccount", account)` asks here."""

import rules
from django.apps import apps

from community.mutual_aid.taking_part import takes_part
from community.safety.roles import caseworker


@rules.predicate
def is_mine(user, account) -> bool:
    return account is not None and user.is_active and account.person_id == user.pk


@rules.predicate
def coordinates_its_organization(user, account) -> bool:
    return (
        account is not None
        and user.is_active
        and account.organization_id is not None
        and account.organization.is_coordinated_by(user)
    )


@rules.predicate
def asked(user, request) -> bool:
    return request is not None and user.is_active and request.person_id == user.pk


@rules.predicate
def coordinates_there(user, request) -> bool:
    """Of an organization that works in the municipality of whoever asks."""
    if request is None or not user.is_active:
        return False
    nearby = apps.get_model("portal", "Organization").objects.filter(areas=request.municipality_id)
    return user.organization_memberships.filter(
        until=None, is_coordinator=True, organization__in=nearby
    ).exists()


rules.add_perm("community.use_time_bank", takes_part)
rules.add_perm("community.view_hoursaccount", is_mine | coordinates_its_organization)
rules.add_perm("community.decide_pot_request", ~asked & (coordinates_there | caseworker))
rules.add_perm("community.withdraw_pot_request", asked)
