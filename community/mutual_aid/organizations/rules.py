"""Who looks after an organization's mutual aid, who reads what it adds up to, and who reads the agency's figures."""

import rules

from community.mutual_aid.neighbourhood import coordinated_by
from community.safety.roles import caseworker
from portal.access import has_role


@rules.predicate
def coordinates(user, organization) -> bool:
    return organization is not None and organization.pk in coordinated_by(user)


@rules.predicate
def coordinates_public_body(user) -> bool:
    """A municipality is a member of the network as a public body: whoever coordinates one reads the figures."""
    if not user.is_authenticated or not user.is_active:
        return False
    memberships = user.organization_memberships.filter(until=None, is_coordinator=True)
    return memberships.filter(organization__kind="public").exists()


auditor = has_role("portal.auditor")

rules.add_perm(
    "community.look_after_organization", caseworker | coordinates
)  # names, and what there is to do
rules.add_perm(
    "community.view_organization_hours", auditor | caseworker | coordinates
)  # sums, and nobody's name
rules.add_perm(
    "community.view_figures",
    caseworker | has_role("portal.auditor", "portal.administrator") | coordinates_public_body,
)
