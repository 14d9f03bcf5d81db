from __future__ import annotations

from datetime import date

from django.db import models
from django.utils import timezone


class BuildingQuerySet(models.QuerySet):
    def home_of(self, user) -> BuildingQuerySet:
        """The buildings where somebody lives now."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(
            dwellings__tenancies__starts_on__lte=timezone.localdate(),
            dwellings__tenancies__left_on=None,
            dwellings__tenancies__household__members__person=user,
            dwellings__tenancies__household__members__until=None,
        ).distinct()


class TenancyQuerySet(models.QuerySet):
    def lived_by(self, user) -> TenancyQuerySet:
        """The tenancy, at most one, of the household that somebody belongs to now."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(
            starts_on__lte=timezone.localdate(),
            left_on=None,
            household__members__person=user,
            household__members__until=None,
        )

    def during(self, starts_on: date, left_on: date | None) -> TenancyQuerySet:
        """Those that share a night with this time; without a last day it has no end yet."""
        found = self.exclude(left_on__lte=starts_on)
        return found.filter(starts_on__lt=left_on) if left_on else found
