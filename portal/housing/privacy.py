from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime

from django.db import transaction
from django.db.models import ProtectedError, RestrictedError
from django.utils import timezone
from django.utils.translation import gettext

from portal.extensions import Impediment
from portal.people.privacy import forget_in_log

from .models import Tenancy


def export_tenancies(user) -> Iterator[dict]:
    """The tenancies of the households that the person belongs or belonged to; days in ISO 8601."""
    tenancies = (
        Tenancy.objects.filter(household__members__person=user)
        .select_related("dwelling__building")
        .distinct()
    )
    for tenancy in tenancies.order_by("starts_on"):
        yield {
            "home": str(tenancy.dwelling),
            "agreement": str(tenancy.get_kind_display()),
            "starts_on": tenancy.starts_on.isoformat(),
            "ends_on": tenancy.ends_on.isoformat(),
            "left_on": tenancy.left_on.isoformat() if tenancy.left_on else None,
        }


def keep_tenancies(user) -> int:
    """Nothing is erased: the contract is the agency's and the other members' too, and names nobody itself."""
    return 0


def tenancy_that_runs(user) -> Iterator[Impediment]:
    """What stands against erasing somebody who lives in a home of ours: they leave it, or its household, first."""
    for tenancy in Tenancy.objects.filter(
        left_on=None, household__members__person=user, household__members__until=None
    ).select_related("dwelling__building"):
        home = {"home": tenancy.dwelling}
        yield Impediment(
            staff=gettext("They live in %(home)s: end the contract or the membership first.") % home,
            person=gettext("You live in %(home)s. Once you have moved out, your data can be erased.") % home,
        )


def expire_tenancies(before: datetime) -> int:
    """What rows of another app stand on, and protect, stays until those are gone."""
    gone = 0
    for tenancy in Tenancy.objects.filter(left_on__lt=timezone.localdate(before)):
        with suppress(ProtectedError, RestrictedError), transaction.atomic():
            forget_in_log([tenancy])
            tenancy.delete()
            gone += 1
    return gone
