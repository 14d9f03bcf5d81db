"""Who may. `user.has_perm("community.view_hoursaccount", account)` asks here."""

import rules

from community.mutual_aid.taking_part import takes_part
from community.safety.areas import answers_for_area


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
def answers_for_request(user, request) -> bool:
    return request is not None and answers_for_area(user, request.municipality_id)


rules.add_perm("community.use_time_bank", takes_part)
rules.add_perm("community.view_hoursaccount", is_mine | coordinates_its_organization)
rules.add_perm("community.decide_pot_request", ~asked & answers_for_request)
rules.add_perm("community.withdraw_pot_request", asked)
