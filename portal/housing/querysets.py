from django.db import models


class BuildingQuerySet(models.QuerySet):
    def home_of(self, user) -> "BuildingQuerySet":
        """The buildings where somebody lives now."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(
            dwellings__tenancies__left_on=None,
            dwellings__tenancies__household__members__person=user,
            dwellings__tenancies__household__members__until=None,
        ).distinct()


class TenancyQuerySet(models.QuerySet):
    def lived_by(self, user) -> "TenancyQuerySet":
        """The tenancy, at most one, of the household that somebody belongs to now."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(left_on=None, household__members__person=user, household__members__until=None)
