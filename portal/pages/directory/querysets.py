"""What of the directory is shown, and what somebody has to look after."""

from __future__ import annotations

from datetime import date, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from wagtail.models import PageManager
from wagtail.query import PageQuerySet

from portal.pages.languages import for_everybody

from .words import Status

# Nobody has looked for so long: the editor is warned, and the page says so.
WARN_AFTER = timedelta(days=365)
# For so long: it leaves every list.
DROP_AFTER = timedelta(days=548)


def warned_since(today: date | None = None) -> date:
    return (today or timezone.localdate()) - WARN_AFTER


def dropped_since(today: date | None = None) -> date:
    return (today or timezone.localdate()) - DROP_AFTER


class ResourceQuerySet(PageQuerySet):
    def with_facts(self) -> ResourceQuerySet:
        """Those that carry facts: one of each resource, in the language that is written first."""
        return self.filter(locale__language_code=settings.LANGUAGE_CODE, provider__isnull=False)

    def in_use(self) -> ResourceQuerySet:
        return self.with_facts().live().exclude(status=Status.INACTIVE)

    def listed(self) -> ResourceQuerySet:
        """What lists, map and API show: live, for everybody, in use, and looked at within 18 months."""
        return for_everybody(self.in_use().filter(assured_on__gt=dropped_since()))

    def unchecked(self) -> ResourceQuerySet:
        """What nobody has looked at for 12 months or more, the oldest first."""
        return self.in_use().filter(assured_on__lte=warned_since()).order_by("assured_on", "pk")


ResourceManager = PageManager.from_queryset(ResourceQuerySet)


class RenewalQuerySet(models.QuerySet):
    def open(self) -> RenewalQuerySet:
        return self.filter(expires_at__gt=timezone.now())


class CorrectionQuerySet(models.QuerySet):
    def waiting(self) -> CorrectionQuerySet:
        return self.filter(Q(done_at=None)).order_by("pk")
