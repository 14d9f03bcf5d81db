"""Where somebody belongs, and for whom something is meant: one answer for offers, things, shifts and shared days.

Somebody belongs to the building where they live, to the organizations that they are a member of, and to the
municipalities of both. Nobody chooses it: it follows from tenancies and memberships, and ends with them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, kw_only=True)
class Reach:
    """Ids of what somebody belongs to now. An empty one is false: whoever has it takes no part.

    `is_adult` is true of whoever lives in a building as an adult of its household; of others nothing is known here.
    """

    buildings: frozenset[int] = frozenset()
    municipalities: frozenset[int] = frozenset()
    organizations: frozenset[int] = frozenset()
    is_adult: bool = False

    def __bool__(self) -> bool:
        return bool(self.buildings or self.organizations)


def reach_of(user) -> Reach:
    """Asked once a request (two queries), and kept on the person's instance."""
    if not user.is_authenticated or not user.is_active:
        return Reach()
    if not hasattr(user, "_reach"):
        user._reach = _reach_of(user)
    return user._reach


def _reach_of(user) -> Reach:
    homes = apps.get_model("portal", "Building").objects.home_of(user)
    # The same join as in `home_of`: of the person's own membership.
    homes = homes.values_list("pk", "municipality_id", "dwellings__tenancies__household__members__is_adult")
    homes, organizations = list(homes), _memberships_of(user)
    return Reach(
        buildings=frozenset(building for building, _town, _is_adult in homes),
        municipalities=frozenset(row[1] for row in (*homes, *organizations) if row[1] is not None),
        organizations=frozenset(organization for organization, _town, _coordinates in organizations),
        is_adult=any(is_adult for _building, _town, is_adult in homes),
    )


def coordinated_by(user) -> frozenset[int]:
    """The ids of the organizations that somebody coordinates now. One query a request, the same as `reach_of` makes."""
    if not user.is_authenticated or not user.is_active:
        return frozenset()
    return frozenset(
        organization for organization, _town, coordinates in _memberships_of(user) if coordinates
    )


def member_of(user) -> frozenset[int]:
    """The ids of the organizations that somebody is a member of now: of `reach_of` the half that costs one query."""
    if not user.is_authenticated or not user.is_active:
        return frozenset()
    return frozenset(organization for organization, _town, _coordinates in _memberships_of(user))


def _memberships_of(user) -> list[tuple[int, int | None, bool]]:
    """Each organization of somebody with each municipality where it is at work, and whether they coordinate it."""
    if not hasattr(user, "_memberships"):
        memberships = user.organization_memberships.filter(until=None)
        rows = memberships.values_list("organization_id", "organization__areas", "is_coordinator")
        user._memberships = list(rows)
    return user._memberships


def coordinators_of(organization_id: int | None) -> set[int]:
    """`coordinated_by` the other way round: the ids of the people."""
    members = apps.get_model("portal", "OrganizationMember").objects.filter(
        organization=organization_id, until=None, is_coordinator=True
    )
    return set(members.values_list("person", flat=True)) if organization_id else set()


class Audience(models.TextChoices):
    BUILDING = "building", _("those who live in my building")
    AREA = "area", _("everybody in my area")
    ORGANIZATION = "organization", _("the members of an organization")


class AudienceQuerySet(models.QuerySet):
    """Of models with `AudienceMixin`."""

    def within_reach_of(self, user) -> AudienceQuerySet:
        """What is meant for somebody, by where they belong. Blocks and states are asked for elsewhere."""
        reach = reach_of(user)
        return self.filter(
            Q(audience=Audience.BUILDING, building__in=reach.buildings)
            | Q(audience=Audience.AREA, municipality__in=reach.municipalities)
            | Q(audience=Audience.ORGANIZATION, organization__in=reach.organizations)
        )


class AudienceMixin(models.Model):
    """Something that is meant for some people. `municipality` is where it is, whoever it is meant for."""

    audience = models.CharField(_("for whom it is"), max_length=20, choices=Audience.choices)
    municipality = models.ForeignKey(
        "portal.Municipality", models.PROTECT, related_name="+", verbose_name=_("municipality")
    )
    building = models.ForeignKey(
        "portal.Building",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("building"),
    )
    organization = models.ForeignKey(
        "portal.Organization",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("organization"),
    )

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(audience=Audience.AREA)
                | Q(audience=Audience.BUILDING, building__isnull=False)
                | Q(audience=Audience.ORGANIZATION, organization__isnull=False),
                name="%(app_label)s_%(class)s_is_meant_for_somebody",
            )
        ]

    @property
    def audience_key(self) -> str:
        """What `Meant.key` was, when it was chosen."""
        named = {Audience.BUILDING: self.building_id, Audience.ORGANIZATION: self.organization_id}
        return f"{self.audience}:{named.get(Audience(self.audience), self.municipality_id)}"

    def is_within_reach_of(self, user) -> bool:
        """`within_reach_of` for one."""
        reach = reach_of(user)
        return {
            Audience.BUILDING: self.building_id in reach.buildings,
            Audience.AREA: self.municipality_id in reach.municipalities,
            Audience.ORGANIZATION: self.organization_id in reach.organizations,
        }[Audience(self.audience)]


def people_within(row: AudienceMixin) -> models.QuerySet:
    """The people for whom it is meant: `is_within_reach_of` the other way round."""
    today = timezone.localdate()
    members = apps.get_model("portal", "HouseholdMember").objects
    helpers = apps.get_model("portal", "OrganizationMember").objects.filter(until=None)

    def living(**where) -> models.QuerySet:
        # In one filter: of one and the same tenancy.
        return members.filter(
            until=None,
            household__tenancies__starts_on__lte=today,
            household__tenancies__left_on=None,
            **{f"household__tenancies__dwelling__{name}": value for name, value in where.items()},
        )

    in_it = {
        Audience.BUILDING: (living(building=row.building_id),),
        Audience.AREA: (
            living(building__municipality=row.municipality_id),
            helpers.filter(organization__areas=row.municipality_id),
        ),
        Audience.ORGANIZATION: (helpers.filter(organization=row.organization_id),),
    }[Audience(row.audience)]
    belong = Q()
    for found in in_it:
        belong |= Q(pk__in=found.values("person"))
    return get_user_model().objects.filter(belong, is_active=True)


@dataclass(frozen=True, kw_only=True)
class Meant:
    """One answer to "for whom is it?": what a form offers, and what it becomes in an `AudienceMixin`."""

    audience: Audience
    municipality: Any
    building: Any = None
    organization: Any = None

    @classmethod
    def of(cls, row: AudienceMixin) -> Meant:
        """For whom it is meant now."""
        named = {Audience.BUILDING: "building", Audience.ORGANIZATION: "organization"}.get(
            Audience(row.audience)
        )
        return cls(
            audience=Audience(row.audience),
            municipality=row.municipality,
            **({named: getattr(row, named)} if named else {}),
        )

    @property
    def key(self) -> str:
        """What the form sends: "building:3"."""
        return f"{self.audience}:{self._named.pk}"

    @property
    def label(self) -> str:
        return str(self._named)

    @property
    def _named(self):
        return self.building or self.organization or self.municipality

    @property
    def fields(self) -> dict[str, Any]:
        """The fields of an `AudienceMixin`."""
        names = ("audience", "municipality", "building", "organization")
        return {name: getattr(self, name) for name in names}


def meant_by(user) -> list[Meant]:
    """For whom somebody can mean something: those near first. An organization of no municipality is left out."""
    homes = list(apps.get_model("portal", "Building").objects.home_of(user).select_related("municipality"))
    organizations = apps.get_model("portal", "Organization").objects.filter(
        pk__in=reach_of(user).organizations, areas__isnull=False
    )
    organizations = list(organizations.distinct().prefetch_related("areas"))
    towns = {home.municipality for home in homes}
    towns |= {town for organization in organizations for town in organization.areas.all()}
    return [
        *(Meant(audience=Audience.BUILDING, building=home, municipality=home.municipality) for home in homes),
        *(
            Meant(audience=Audience.AREA, municipality=town)
            for town in sorted(
                towns, key=lambda town: (town not in {h.municipality for h in homes}, town.name)
            )
        ),
        *(
            Meant(
                audience=Audience.ORGANIZATION,
                organization=organization,
                municipality=organization.areas.all()[0],
            )
            for organization in organizations
        ),
    ]


def meant_by_agency() -> list[Meant]:
    """For whom the agency can mean something: every building of its own, and every municipality where it has one."""
    buildings = apps.get_model("portal", "Building").objects.select_related("municipality")
    buildings = list(buildings.order_by("municipality__name", "name"))
    towns = dict.fromkeys(building.municipality for building in buildings)
    return [
        *(
            Meant(audience=Audience.BUILDING, building=home, municipality=home.municipality)
            for home in buildings
        ),
        *(Meant(audience=Audience.AREA, municipality=town) for town in towns),
    ]
