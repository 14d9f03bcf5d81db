"""Who may reach whom, and who answers for an area when something has to be agreed to or settled."""

from __future__ import annotations

from django.contrib.auth import get_user_model
from django.db.models import QuerySet

from portal.access import has_role

caseworker = has_role("portal.caseworker")


def unseen_by(user) -> set[int]:
    """Ids of people whom this person neither sees nor is seen by."""
    return set()


def coordinated_by(user) -> frozenset[int]:
    """Ids of the organizations in whose name somebody may act."""
    return frozenset(organization for organization, _town in _coordinated(user))


def areas_of(user) -> frozenset[int]:
    """Ids of the municipalities where an organization that somebody coordinates is at work."""
    return frozenset(town for _organization, town in _coordinated(user) if town is not None)


def _coordinated(user) -> list[tuple[int, int | None]]:
    """Asked once a request (one query), and kept on the person's instance."""
    if not user.is_authenticated or not user.is_active:
        return []
    if not hasattr(user, "_coordinated"):
        coordinates = user.organization_memberships.filter(until=None, is_coordinator=True)
        user._coordinated = list(coordinates.values_list("organization_id", "organization__areas"))
    return user._coordinated


def answers_anywhere(user) -> bool:
    return user.is_authenticated and user.is_active and (caseworker(user) or bool(areas_of(user)))


def coordinates_area(user, municipality_id: int) -> bool:
    """Whether somebody agrees to sensitive help there, and settles what two people do not agree on."""
    if not user.is_authenticated or not user.is_active:
        return False
    return caseworker(user) or municipality_id in areas_of(user)


def stewards_of(municipality_id: int) -> QuerySet:
    """Those who answer for an area: its organizations' coordinators; where it has none, the agency's caseworkers."""
    people = get_user_model().objects
    coordinators = people.filter(
        is_active=True,
        organization_memberships__until=None,
        organization_memberships__is_coordinator=True,
        organization_memberships__organization__areas=municipality_id,
    ).distinct()
    return coordinators if coordinators.exists() else people.with_role("portal.caseworker")
