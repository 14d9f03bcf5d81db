"""Who answers for the mutual aid of a municipality: an organization, and its coordinators in its name."""

from __future__ import annotations

from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.db import models

from .roles import CASEWORKER, caseworker

MENU_LAGS = 60  # seconds


def answers_for(municipality):
    """The organization that answers there; None where the agency's caseworkers do."""
    steward = apps.get_model("community", "Steward").objects.select_related("organization")
    found = steward.filter(municipality=municipality).first()
    return found and found.organization


def areas_coordinated(user) -> frozenset[int]:
    """Ids of the municipalities for which somebody answers as a coordinator. Asked once a request."""
    if not user.is_authenticated or not user.is_active:
        return frozenset()
    if not hasattr(user, "_areas_coordinated"):
        user._areas_coordinated = frozenset(
            apps.get_model("community", "Steward")
            .objects.filter(
                organization__members__person=user,
                organization__members__until=None,
                organization__members__is_coordinator=True,
            )
            .values_list("municipality", flat=True)
        )
    return user._areas_coordinated


def answers_for_area(user, municipality_id: int | None) -> bool:
    """Whether somebody answers there: agrees to sensitive help, decides about reports, settles what two people do not
    agree on. The agency's caseworkers do everywhere."""
    if not user.is_authenticated or not user.is_active:
        return False
    return caseworker(user) or (municipality_id is not None and municipality_id in areas_coordinated(user))


def answers_anywhere(user) -> bool:
    return user.is_authenticated and user.is_active and (caseworker(user) or bool(areas_coordinated(user)))


def coordinates_somewhere(user) -> bool:
    """For the menus, which every page draws: remembered for MENU_LAGS, and no right."""
    if not user.is_authenticated:
        return False
    return cache.get_or_set(
        f"community.coordinates.{user.pk}", lambda: bool(areas_coordinated(user)), MENU_LAGS
    )


def who_answers_for(municipality_id: int | None, *, but=()) -> models.QuerySet:
    """The people who answer for an area: coordinators of its organization, without those in `but` (ids, who are a party
    to what is to be decided); the agency's caseworkers where nobody is left."""
    coordinators = coordinators_for(municipality_id, but=but)
    return coordinators if coordinators.exists() else caseworkers(but=but)


def coordinators_for(municipality_id: int | None, *, but=()) -> models.QuerySet:
    """The coordinators of the organization that answers for an area, without those in `but` (ids)."""
    stewards = apps.get_model("community", "Steward").objects.filter(municipality=municipality_id)
    people = get_user_model().objects.filter(
        is_active=True,
        organization_memberships__until=None,
        organization_memberships__is_coordinator=True,
        organization_memberships__organization__in=stewards.values("organization"),
    )
    return people.distinct().exclude(pk__in=[pk for pk in but if pk])


def caseworkers(*, but=()) -> models.QuerySet:
    """The agency's, without those in `but` (ids)."""
    return get_user_model().objects.with_role(CASEWORKER).exclude(pk__in=[pk for pk in but if pk])


def areas_of(organization) -> frozenset[int]:
    """Ids of the municipalities for which an organization answers."""
    stewards = apps.get_model("community", "Steward").objects.filter(organization=organization)
    return frozenset(stewards.values_list("municipality", flat=True))
