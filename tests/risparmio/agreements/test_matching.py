"""What the agency adds: its share of what the household has paid in, once it has the money, and never less again."""

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from portal.ledger import LimitReached
from portal.testing.factories import BuildingFactory, OrganizationFactory, UserFactory, tenant_of
from risparmio.agreements.models import SavingsAgreement
from risparmio.agreements.schedules import add_the_agencys_share
from risparmio.book import bookings
from risparmio.book.accounts import open_bank
from risparmio.testing import agreement_of, approver, caseworker, treasurer

pytestmark = pytest.mark.django_db


@pytest.fixture
def bank():
    return open_bank(1)


def saved(bank, cents, *, percent=20, key="own"):
    agreement = agreement_of(match_percent=percent)
    bookings.transfer_in(bank, agreement.ledger, cents, key=f"{key}-{agreement.pk}", about=agreement)
    return agreement


def funds(bank, cents, key="funds"):
    bookings.agency_funds(bank, cents, key=key, about=bank)


def test_a_fifth_of_what_was_paid_in_rounded_down(bank):
    funds(bank, 100_000)
    agreement = saved(bank, 5_004)

    entry = agreement.match()

    assert (agreement.matched(), agreement.held) == (1_000, 6_004)
    assert entry.key == f"match:{agreement.pk}:1000"
    assert agreement.match() is None, "twice is once"
    bookings.transfer_in(bank, agreement.ledger, 1, key="cent", about=agreement)
    agreement.match()
    assert agreement.matched() == 1_001


def test_what_was_added_is_never_taken_back(bank):
    funds(bank, 100_000)
    agreement = agreement_of(match_percent=50)
    wrong = bookings.transfer_in(bank, agreement.ledger, 10_000, key="a", about=agreement)
    agreement.match()
    wrong.reverse(key="a-back")

    assert agreement.match() is None
    assert (agreement.paid_in(), agreement.matched()) == (0, 5_000)


def test_where_the_agency_has_too_little_it_waits_for_the_agencys_money(bank):
    funds(bank, 999)
    agreement = saved(bank, 5_000)
    with pytest.raises(LimitReached):
        agreement.match()
    assert agreement.matched() == 0
    assert list(SavingsAgreement.objects.match_missing()) == [agreement]

    funds(bank, 1, key="more")
    add_the_agencys_share()

    assert agreement.matched() == 1_000
    assert not SavingsAgreement.objects.match_missing().exists()


def test_one_that_waits_does_not_stop_the_others(bank):
    funds(bank, 1_000)
    rich, poor = saved(bank, 50_000), saved(bank, 5_000)
    none, cents = saved(bank, 5_000, percent=0), saved(bank, 4)
    assert set(SavingsAgreement.objects.match_missing()) == {rich, poor}, "nothing is due of 4 cents"

    add_the_agencys_share()

    assert [one.matched() for one in (rich, poor, none, cents)] == [0, 1_000, 0, 0]
    assert list(SavingsAgreement.objects.match_missing()) == [rich]


def test_told_of_the_past_it_counts_on_that_day(bank):
    funds(bank, 10_000)
    agreement = saved(bank, 5_000)
    now = timezone.now()
    assert agreement.match(at=now).day == timezone.localdate(now)


def test_only_the_treasurer_adds_by_hand_and_not_to_their_own(bank):
    funds(bank, 10_000)
    agreement = saved(bank, 5_000)
    lucia = treasurer()
    agreement.household.add(lucia, by=None)
    for person in (caseworker(), approver(), lucia, UserFactory(roles=["portal.auditor"])):
        with pytest.raises(PermissionDenied):
            agreement.match(by=person)
    assert agreement.match(by=treasurer()) is not None


def test_a_parish_also_pays_in_and_staff_write_it_down():
    samira = tenant_of(BuildingFactory())
    agreement, parish = agreement_of(samira), OrganizationFactory(name="San Martino")
    for person in (samira, approver(), UserFactory(roles=["portal.auditor"])):
        with pytest.raises(PermissionDenied):
            agreement.support(parish, by=person)
    agreement.support(parish, by=caseworker())
    assert SavingsAgreement.objects.get().supporter == parish
    agreement.support(None, by=treasurer())
    assert SavingsAgreement.objects.get().supporter is None
