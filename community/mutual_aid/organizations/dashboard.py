"""What an organization's mutual aid shows elsewhere: on its coordinator's home, on its page in the portal."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.http import HttpRequest

from community.mutual_aid.exchanges.menus import waiting_count
from community.mutual_aid.neighbourhood import coordinated_by
from portal.extensions import DashboardCard, ObjectPanel


def my_organizations(request: HttpRequest) -> dict[str, Any] | None:
    """For whoever coordinates: what waits for their yes, and the way to the rest."""
    coordinated = coordinated_by(request.user)
    if not coordinated:
        return None
    found = apps.get_model("portal", "Organization").objects.filter(pk__in=coordinated).order_by("name")
    return {"organizations": list(found), "waiting": waiting_count(request.user) or 0}


def figures(request: HttpRequest) -> dict[str, Any] | None:
    """For whoever reads on my day what the last thirty days add up to: the way to the quarters."""
    return {} if request.user.has_perms(["portal.view_indicators", "community.view_figures"]) else None


def of_organization(request: HttpRequest, organization: Any) -> dict[str, Any] | None:
    looks_after = request.user.has_perm("community.look_after_organization", organization)
    return {"organization": organization} if looks_after else None


CARDS = (
    DashboardCard(
        key="community.my_organizations",
        template="community/organizations/card.html",
        context=my_organizations,
        order=24,
    ),
    DashboardCard(
        key="community.figures",
        template="community/organizations/figures_card.html",
        context=figures,
        place="day",
        order=95,
    ),
)
PANELS = (
    ObjectPanel(
        key="community.organization",
        models=("portal.Organization",),
        template="community/organizations/panel.html",
        context=of_organization,
        order=20,
    ),
)
