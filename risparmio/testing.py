"""Invented savings for tests, here and in a site's own suite."""

from __future__ import annotations

import uuid
from datetime import date, datetime, time

from django.utils import timezone

from portal.testing.factories import BuildingFactory, UserFactory, tenant_of

from .agreements.models import SavingsAgreement
from .agreements.words import Goal


def treasurer(**fields):
    return UserFactory(roles=["risparmio.treasurer"], **fields)


def approver(**fields):
    return UserFactory(roles=["risparmio.approver"], **fields)


def caseworker(**fields):
    return UserFactory(roles=["portal.caseworker"], **fields)


def agreement_of(tenant=None, *, by=None, signed: bool = True, **told) -> SavingsAgreement:
    """50 euros a month on the 10th, from the first of this month for eighteen months, towards a deposit of 900. Signed
    on its first day (or `at`): this month is promised, whichever day a test runs."""
    tenant = tenant or tenant_of(BuildingFactory())
    tenancy = tenant.household_memberships.get(until=None).household.tenancies.get(left_on=None)
    start = timezone.localdate().replace(day=1)
    terms = {
        "goal": Goal.DEPOSIT,
        "goal_cents": 90_000,
        "starts_on": start,
        "ends_on": date(
            start.year + (start.month + 16) // 12, (start.month + 16) % 12 + 1, 28
        ),  # in 17 months
        "cents": 5_000,
        "due_day": 10,
    } | told
    # The service agreement lasts at least as long as what a test saves for.
    tenancy.starts_on = min(tenancy.starts_on, terms["starts_on"])
    tenancy.ends_on = max(tenancy.ends_on, terms["ends_on"])
    tenancy.save()
    agreement = SavingsAgreement.open(by=by or caseworker(), client_id=uuid.uuid4(), tenancy=tenancy, **terms)
    if signed:
        first_day = datetime.combine(min(terms["starts_on"], timezone.localdate()), time())
        agreement.plans.get().sign(by=tenant, at=told.get("at") or timezone.make_aware(first_day))
    return SavingsAgreement.objects.get(pk=agreement.pk)
