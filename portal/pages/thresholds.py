"""What the law or a call asks of somebody in figures: data, because the figures change with the year and the place."""

from __future__ import annotations

from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel
from wagtail.models import Orderable

from .traits import http_only

CENTS = 100
# What is counted in euro; all else is not.
MONEY = ("isee_max", "isee_min", "income_max", "income_min", "assets_max", "rent_max", "arrears_max")


class Threshold(Orderable):
    """One figure: "an ISEE of at most 26,000 €, Lombardy, 2025". For any page model, by a `ParentalKey` named page."""

    class What(models.TextChoices):
        ISEE_MAX = "isee_max", _("ISEE, at most")
        ISEE_MIN = "isee_min", _("ISEE, at least")
        INCOME_MAX = "income_max", _("income in a year, at most")
        INCOME_MIN = "income_min", _("income in a year, at least")
        ASSETS_MAX = "assets_max", _("savings and property, at most")
        RENT_MAX = "rent_max", _("rent in a month, at most")
        ARREARS_MAX = "arrears_max", _("rent owed, at most")
        RESIDENCE_YEARS = "residence_years", _("resident, at least")
        LEASE_MONTHS = "lease_months", _("lease running, at least")
        AGE_MIN = "age_min", _("age, at least")
        AGE_MAX = "age_max", _("age, at most")
        HOUSEHOLD_MIN = "household_min", _("people in the household, at least")
        HOUSEHOLD_MAX = "household_max", _("people in the household, at most")

    class Unit(models.TextChoices):
        EUR = "eur", _("euro")
        YEARS = "years", _("years")
        MONTHS = "months", _("months")
        PEOPLE = "people", _("people")

    what = models.CharField(_("what is asked"), max_length=20, choices=What)
    value = models.PositiveBigIntegerField(_("how much"))  # cents where the unit is euro
    unit = models.CharField(
        pgettext_lazy("of a threshold", "unit"), max_length=10, choices=Unit, default=Unit.EUR
    )
    year = models.PositiveSmallIntegerField(
        _("year"),
        validators=[MinValueValidator(1990), MaxValueValidator(2100)],
        help_text=_("For which year the figure holds."),
    )
    area = models.CharField(_("area"), max_length=80, blank=True, help_text=_("Where it holds."))
    source = models.CharField(
        _("source"), max_length=200, help_text=_("The law, decree or call that says so.")
    )
    source_link = models.URLField(_("link to the source"), blank=True, validators=[http_only()])

    panels = [
        FieldRowPanel([FieldPanel("what"), FieldPanel("value"), FieldPanel("unit")]),
        FieldRowPanel([FieldPanel("year"), FieldPanel("area")]),
        FieldPanel("source"),
        FieldPanel("source_link"),
    ]

    class Meta(Orderable.Meta):
        abstract = True
        verbose_name = _("threshold")
        verbose_name_plural = _("thresholds")
        constraints = [
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_money_in_euro",
                condition=Q(what__in=MONEY, unit="eur") | (~Q(what__in=MONEY) & ~Q(unit="eur")),
                violation_error_message=_("This figure has another unit."),
            ),
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_known_year", condition=Q(year__range=(1990, 2100))
            ),
        ]

    def clean(self) -> None:
        super().clean()
        if self.what and self.unit and self.is_money != (self.unit == self.Unit.EUR):
            raise ValidationError({"unit": _("Money is counted in euro, and nothing else is.")})

    @property
    def is_money(self) -> bool:
        return self.what in MONEY

    @property
    def amount(self) -> Decimal:
        """In the unit that people read: euro, years."""
        return Decimal(self.value) / (CENTS if self.is_money else 1)


class ThresholdForm(WagtailAdminModelForm):
    """Asks for euro, keeps cents."""

    value = forms.DecimalField(
        label=_("how much"), min_value=0, max_digits=10, decimal_places=2, localize=True
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.value is not None:
            amount = self.instance.amount
            self.initial["value"] = int(amount) if amount == int(amount) else amount

    def clean(self) -> dict:
        cleaned = super().clean()
        value = cleaned.get("value")
        if value is None:
            return cleaned
        if cleaned.get("unit") == Threshold.Unit.EUR:
            cleaned["value"] = int(value * CENTS)
        elif value == int(value):
            cleaned["value"] = int(value)
        else:
            self.add_error("value", _("Write a whole number."))
        return cleaned


class ThresholdsPanel(InlinePanel):
    """`InlinePanel`, which has no word of its own for the form of its rows."""

    def __init__(self, relation_name: str = "thresholds", **kwargs) -> None:
        kwargs.setdefault("heading", _("Thresholds"))
        kwargs.setdefault("label", _("threshold"))
        super().__init__(relation_name, **kwargs)

    def get_form_options(self) -> dict:
        options = super().get_form_options()
        options["formsets"][self.relation_name]["form"] = ThresholdForm
        return options


class HasThresholdsMixin:
    """A page that shows its thresholds, whose related name is `thresholds`."""

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict:
        return {**super().get_context(request, *args, **kwargs), "thresholds": list(self.thresholds.all())}


class HasThresholdsQuerySet(models.QuerySet):
    """For pages whose thresholds have the related name `thresholds`."""

    def admitting_isee(self, cents: int) -> HasThresholdsQuerySet:
        """Those that an ISEE of so many cents does not shut out. Where no limit is stated, nobody is shut out."""
        rows = self.model.thresholds.rel.related_model.objects.filter(page=OuterRef("pk"))
        return self.exclude(
            Exists(rows.filter(Q(what="isee_max", value__lt=cents) | Q(what="isee_min", value__gt=cents)))
        )
