from __future__ import annotations

import uuid

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .querysets import BuildingQuerySet, TenancyQuerySet


class Municipality(models.Model):
    name = models.CharField(_("name"), max_length=80, unique=True)
    province = models.CharField(_("province"), max_length=2, default="MI")
    # Where its middle is, for distances and the map.
    latitude = models.DecimalField(_("latitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(_("longitude"), max_digits=9, decimal_places=6, null=True, blank=True)

    class Meta:
        verbose_name = _("municipality")
        verbose_name_plural = _("municipalities")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(latitude=None, longitude=None)
                | models.Q(latitude__gte=-90, latitude__lte=90, longitude__gte=-180, longitude__lte=180),
                name="municipality_on_the_globe",
                violation_error_message=_("Write both numbers of a place on earth, or neither."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Building(models.Model):
    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="buildings", verbose_name=_("municipality")
    )
    name = models.CharField(_("name"), max_length=80)
    address = models.CharField(_("address"), max_length=160)
    gas_emergency_phone = models.CharField(
        _("gas emergency number"),
        max_length=30,
        blank=True,
        help_text=_("The distributor's number that answers day and night; it stands on the meter."),
    )
    lift_emergency_phone = models.CharField(_("lift emergency number"), max_length=30, blank=True)

    objects = BuildingQuerySet.as_manager()

    class Meta:
        verbose_name = _("building")
        verbose_name_plural = _("buildings")
        ordering = ["municipality__name", "name"]
        constraints = [
            models.UniqueConstraint(fields=["municipality", "name"], name="building_name_in_municipality")
        ]

    def __str__(self) -> str:
        return self.name


class Stairwell(models.Model):
    building = models.ForeignKey(
        Building, models.CASCADE, related_name="stairwells", verbose_name=_("building")
    )
    name = models.CharField(_("name"), max_length=20)

    class Meta:
        verbose_name = _("stairwell")
        verbose_name_plural = _("stairwells")
        ordering = ["building", "name"]
        constraints = [
            models.UniqueConstraint(fields=["building", "name"], name="stairwell_name_in_building")
        ]

    def __str__(self) -> str:
        return self.name


class CommonArea(models.Model):
    """A place that all look after. `label` stands in the QR code on its wall, which opens this place's page."""

    class Kind(models.TextChoices):
        STAIRS = "stairs", _("stairs")
        ENTRANCE = "entrance", _("entrance")
        LIFT = "lift", _("lift")
        COURTYARD = "courtyard", _("courtyard")
        CELLARS = "cellars", _("cellars")
        LAUNDRY = "laundry", _("laundry")
        KITCHEN = "kitchen", _("shared kitchen")
        BOILER_ROOM = "boiler_room", _("boiler room")
        ROOF = "roof", _("roof")
        WASTE = "waste", _("waste area")
        ROOM = "room", _("common room")
        OTHER = "other", _("other")

    building = models.ForeignKey(
        Building, models.CASCADE, related_name="common_areas", verbose_name=_("building")
    )
    stairwell = models.ForeignKey(
        Stairwell, models.SET_NULL, null=True, blank=True, verbose_name=_("stairwell")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    name = models.CharField(_("name"), max_length=80)
    label = models.UUIDField(_("label"), default=uuid.uuid4, unique=True, editable=False)

    class Meta:
        verbose_name = _("common area")
        verbose_name_plural = _("common areas")
        ordering = ["building", "name"]
        constraints = [
            models.UniqueConstraint(fields=["building", "name"], name="common_area_name_in_building")
        ]

    def __str__(self) -> str:
        return self.name

    def label_url(self) -> str:
        """The absolute address that the printed QR code holds: the same, whatever the language of who prints it."""
        return f"{settings.WAGTAILADMIN_BASE_URL}{reverse('scan', args=[self.label])}"

    def clean(self) -> None:
        _check_stairwell(self)


def _check_stairwell(place: CommonArea | Dwelling) -> None:
    if place.stairwell and place.stairwell.building_id != place.building_id:
        raise ValidationError({"stairwell": _("This stairwell is in another building.")})


class Dwelling(models.Model):
    building = models.ForeignKey(
        Building, models.PROTECT, related_name="dwellings", verbose_name=_("building")
    )
    stairwell = models.ForeignKey(
        Stairwell, models.SET_NULL, null=True, blank=True, verbose_name=_("stairwell")
    )
    number = models.CharField(_("number"), max_length=10)
    floor = models.SmallIntegerField(_("floor"), default=0)
    rooms = models.PositiveSmallIntegerField(_("rooms"), default=2)
    square_metres = models.PositiveSmallIntegerField(_("square metres"), null=True, blank=True)
    is_shared = models.BooleanField(
        _("shared"), default=False, help_text=_("Several households live here, each with a room of its own.")
    )

    class Meta:
        verbose_name = _("dwelling")
        verbose_name_plural = _("dwellings")
        ordering = ["building", "number"]
        constraints = [
            models.UniqueConstraint(fields=["building", "number"], name="dwelling_number_in_building")
        ]

    def __str__(self) -> str:
        return f"{self.building} · {self.number}"

    def clean(self) -> None:
        _check_stairwell(self)
        # A tenancy keeps a copy of this, on which the database's own constraint stands.
        if self.pk and self.tenancies.filter(left_on=None).exclude(is_shared=self.is_shared).exists():
            raise ValidationError(
                {"is_shared": _("Somebody lives here. This changes only while nobody does.")}
            )


class Tenancy(models.Model):
    """That a household lives in a dwelling, under which answer of the agency (DOMAIN.md §1), and until when it may."""

    class Kind(models.TextChoices):
        RECEPTION = "reception", _("reception house")
        SERVICE_AGREEMENT = "service_agreement", _("service agreement")
        AGREED_RENT = "agreed_rent", _("agreed-rent lease (3+2)")

    dwelling = models.ForeignKey(
        Dwelling, models.PROTECT, related_name="tenancies", verbose_name=_("dwelling")
    )
    household = models.ForeignKey(
        "portal.Household", models.PROTECT, related_name="tenancies", verbose_name=_("household")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"))
    left_on = models.DateField(_("left on"), null=True, blank=True)
    is_shared = models.BooleanField(default=False, editable=False)

    objects = TenancyQuerySet.as_manager()

    class Meta:
        verbose_name = _("tenancy")
        verbose_name_plural = _("tenancies")
        ordering = ["-starts_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")), name="tenancy_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=models.Q(left_on=None) | models.Q(left_on__gte=models.F("starts_on")),
                name="tenancy_left_after_it_starts",
            ),
            models.UniqueConstraint(
                fields=["household"], condition=models.Q(left_on=None), name="household_lives_in_one_dwelling"
            ),
            # A shared dwelling (reception house) holds several households; any other holds one.
            models.UniqueConstraint(
                fields=["dwelling"],
                condition=models.Q(left_on=None, is_shared=False),
                name="dwelling_has_one_tenancy",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.household} · {self.dwelling}"

    def clean(self) -> None:
        """In words what the database holds in constraints, and about times past what it cannot."""
        if not self.starts_on:
            return
        wrong = {}
        if self.ends_on and self.ends_on < self.starts_on:
            wrong["ends_on"] = _("It cannot end before it starts.")
        if self.left_on and self.left_on < self.starts_on:
            wrong["left_on"] = _("They cannot have left before it starts.")
        elif self.left_on and self.left_on > timezone.localdate():
            wrong["left_on"] = _(
                "From this day on they have no access any more: enter it once they have left."
            )
        others = Tenancy.objects.exclude(pk=self.pk).during(self.starts_on, self.left_on)
        if self.dwelling_id and not self.dwelling.is_shared:
            there = others.filter(dwelling=self.dwelling_id)
            if there.filter(left_on=None).exists():
                wrong["dwelling"] = _("Another household lives here. End its tenancy first.")
            elif there.exists():
                wrong["dwelling"] = _("Another household lived here at that time.")
        if self.household_id:
            elsewhere = others.filter(household=self.household_id)
            if elsewhere.filter(left_on=None).exists():
                wrong["household"] = _("This household lives somewhere already. End that tenancy first.")
            elif elsewhere.exists():
                wrong["household"] = _("This household lived somewhere else at that time.")
        if wrong:
            raise ValidationError(wrong)

    def save(self, *args, **kwargs) -> None:
        # Copied, because a database constraint sees one table only.
        self.is_shared = self.dwelling.is_shared
        super().save(*args, **kwargs)

    @property
    def months(self) -> int:
        """How many months the agreement lasts."""
        return max(1, round((self.ends_on - self.starts_on).days / 30.44))

    @property
    def month(self) -> int:
        """The month of the agreement that runs today, from 1 to `months`."""
        passed = (timezone.localdate() - self.starts_on).days
        return min(self.months, max(1, int(passed / 30.44) + 1))
