"""A household moves on: all of it goes back, both sides have signed what it is, and then it has ended."""

import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from portal.testing.factories import BuildingFactory, UserFactory, tenant_of
from risparmio.agreements.final import FinalSignature, FinalStatement
from risparmio.agreements.models import NotPossible, SavingsAgreement
from risparmio.agreements.words import Side, State
from risparmio.book import bookings
from risparmio.book.accounts import open_bank
from risparmio.payments.models import Payout
from risparmio.payments.words import Purpose
from risparmio.payments.words import State as PayoutState
from risparmio.testing import agreement_of, approver, caseworker, treasurer

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()


@pytest.fixture
def samira():
    return tenant_of(BuildingFactory(), display_name="Samira")


@pytest.fixture
def elena():
    return caseworker(display_name="Elena")


@pytest.fixture
def lucia():
    return treasurer(display_name="Lucia")


@pytest.fixture
def bank():
    return open_bank(1)


@pytest.fixture
def saved(samira, bank):
    """600.00 of their own, 60.00 of the agency's; 100.00 went to furniture, 50.00 to the landlord."""
    agreement = agreement_of(samira, match_percent=10)
    bookings.agency_funds(bank, 100_000, key="funds", about=bank)
    bookings.transfer_in(bank, agreement.ledger, 60_000, key="own", about=agreement)
    agreement.match()
    bookings.order_payout(agreement.ledger, 10_000, key="furniture", about=agreement)
    bookings.offset_arrears(agreement.ledger, 5_000, key="landlord", about=agreement)
    return agreement


@pytest.fixture
def leaving(saved, elena):
    saved.begin_exit(by=elena, on=TODAY)
    return saved


def draw(agreement, by):
    return FinalStatement.draw(agreement, by=by, client_id=uuid.uuid4())


def gives_back(agreement, samira, lucia, bank):
    """The payout of all that is left, until it is on the statement."""
    payout = Payout.request(
        agreement,
        by=samira,
        client_id=uuid.uuid4(),
        cents=agreement.held,
        purpose=Purpose.EXIT,
        payee="Samira Hassan",
        iban="IT60X0542811101000000123456",
    )
    payout.approve(by=approver())
    payout.order(by=lucia)
    payout.confirm(bank, by=lucia, key=f"line-{payout.pk}", day=None)
    return payout


def test_the_figures_of_the_statement(leaving, elena):
    """
    | paid in by the household       |  600.00 |
    | added by the agency            |   60.00 |
    | paid out before                | −100.00 |
    | given to the landlord          |  −50.00 |
    | goes back                      |  510.00 |
    """
    drawn = draw(leaving, elena)
    figures = (drawn.own_cents, drawn.matched_cents, drawn.taken_cents, drawn.offset_cents, drawn.left_cents)
    assert figures == (60_000, 6_000, 10_000, 5_000, 51_000)
    with pytest.raises(TypeError):
        drawn.save()
    with pytest.raises(IntegrityError, match="adds_up"), transaction.atomic():
        FinalStatement.objects.filter(pk=drawn.pk).update(left_cents=51_001)


def test_signed_by_both_and_paid_back_it_has_ended(leaving, elena, lucia, samira, bank):
    drawn = draw(leaving, elena)
    drawn.sign(by=elena)
    drawn.sign(by=elena)
    assert not drawn.is_signed, "twice is once"
    drawn.sign(by=samira)
    assert drawn.is_signed
    assert leaving.state == State.LEAVING, "the money is still there"

    gives_back(leaving, samira, lucia, bank)
    assert leaving.close_if_done(by=lucia)

    told = SavingsAgreement.objects.get()
    assert (told.state, told.closed_on, told.held) == (State.CLOSED, TODAY, 0)
    assert told.close_if_done(by=lucia), "closed it is closed"


def test_paid_back_first_it_ends_with_the_last_signature(leaving, elena, lucia, samira, bank):
    drawn = draw(leaving, elena)
    drawn.sign(by=samira)
    gives_back(leaving, samira, lucia, bank)
    assert SavingsAgreement.objects.get().state == State.LEAVING
    drawn.sign(by=elena)
    assert drawn.agreement.state == State.CLOSED


def test_money_that_comes_in_afterwards_wants_a_new_statement(leaving, elena, lucia, samira, bank):
    first = draw(leaving, elena)
    first.sign(by=elena)
    with pytest.raises(NotPossible):
        draw(leaving, elena)  # it is still right
    bookings.transfer_in(bank, leaving.ledger, 1_000, key="late", about=leaving)
    with pytest.raises(NotPossible):
        first.sign(by=samira)

    second = draw(leaving, elena)

    assert (second.own_cents, second.matched_cents, second.left_cents) == (61_000, 6_000, 52_000)
    with pytest.raises(NotPossible):
        first.sign(by=samira)
    for person in (samira, elena):
        second.sign(by=person)
    assert second.is_signed


def test_nothing_closes_while_a_payout_is_on_its_way_or_a_cent_is_left(leaving, elena, samira):
    drawn = draw(leaving, elena)
    for person in (samira, elena):
        drawn.sign(by=person)
    assert not leaving.close_if_done(by=elena)
    Payout.request(
        leaving,
        by=samira,
        client_id=uuid.uuid4(),
        cents=leaving.held,
        purpose=Purpose.EXIT,
        payee="Samira",
        iban="IT60X0542811101000000123456",
    )
    bookings.order_payout(leaving.ledger, leaving.held, key="all", about=leaving)
    assert not leaving.close_if_done(by=elena), "none is left, and one waits"


def test_a_payout_that_comes_back_opens_it_again(leaving, elena, lucia, samira, bank):
    drawn = draw(leaving, elena)
    for person in (samira, elena):
        drawn.sign(by=person)
    payout = gives_back(leaving, samira, lucia, bank)
    leaving.close_if_done(by=lucia)
    assert not leaving.reopen_if_held(by=lucia)
    payout.come_back(bank, by=lucia, key="back", day=None)
    leaving.reopen_if_held(by=lucia)

    leaving = SavingsAgreement.objects.get()
    assert (leaving.state, leaving.closed_on, leaving.held) == (State.LEAVING, None, 51_000)


def test_on_paper_another_person_writes_it_down(leaving, elena, lucia):
    drawn = draw(leaving, elena)
    drawn.sign(by=elena, on_paper=True)
    with pytest.raises(NotPossible):
        drawn.sign(by=elena)
    with pytest.raises(IntegrityError), transaction.atomic():
        FinalSignature.objects.create(statement=drawn, side=Side.AGENCY, person=elena)
    drawn.sign(by=lucia)
    assert drawn.is_signed


def test_the_household_asks_and_staff_begin(saved, samira, elena):
    for person in (elena, approver(), tenant_of(BuildingFactory())):
        with pytest.raises(PermissionDenied):
            saved.ask_exit(by=person)
    saved.ask_exit(by=samira)
    assert (saved.state, saved.exit_asked_at is not None) == (State.OPEN, True)
    saved.stay(by=samira)
    assert saved.exit_asked_at is None

    for person in (samira, approver(), UserFactory(roles=["portal.auditor"])):
        with pytest.raises(PermissionDenied):
            saved.begin_exit(by=person, on=TODAY)
    with pytest.raises(ValidationError, match="on"):
        saved.begin_exit(by=elena, on=TODAY + timedelta(days=400))
    saved.begin_exit(by=elena, on=TODAY)
    assert saved.state == State.LEAVING


def test_nothing_is_promised_for_the_months_afterwards(saved, elena):
    assert sum(month.promised for month in saved.months()) == 90_000
    saved.begin_exit(by=elena, on=TODAY)
    assert [month.promised for month in saved.months()] == [5_000]


def test_it_is_taken_back_as_long_as_nobody_has_signed(leaving, samira, elena):
    drawn = draw(leaving, elena)
    with pytest.raises(PermissionDenied):
        leaving.stay(by=samira)
    leaving.stay(by=elena)
    assert (leaving.state, len(leaving.months())) == (State.OPEN, 18)
    with pytest.raises(NotPossible):
        drawn.sign(by=samira)

    leaving.begin_exit(by=elena, on=TODAY)
    draw(leaving, elena).sign(by=samira)
    with pytest.raises(NotPossible):
        leaving.stay(by=elena)


def test_whose_savings_are_being_paid_out_does_not_stay(leaving, samira, elena):
    """The payout would go on by itself, and empty an agreement that runs. Taken back, what both have signed still
    stands."""
    drawn = draw(leaving, elena)
    for person in (elena, samira):
        drawn.sign(by=person)
    payout = Payout.request(
        leaving,
        by=samira,
        client_id=uuid.uuid4(),
        cents=leaving.held,
        purpose=Purpose.EXIT,
        payee="Samira Hassan",
        iban="IT60X0542811101000000123456",
    )
    for _time in range(2):
        with pytest.raises(NotPossible):
            leaving.stay(by=elena)
        if payout.state == PayoutState.REQUESTED:
            payout.withdraw(by=samira)
    assert SavingsAgreement.objects.get().state == State.LEAVING


def test_without_the_agencys_share_there_is_no_statement(samira, elena, bank):
    agreement = agreement_of(samira, match_percent=10)
    bookings.transfer_in(bank, agreement.ledger, 60_000, key="own", about=agreement)
    agreement.begin_exit(by=elena, on=TODAY)
    with pytest.raises(NotPossible):
        draw(agreement, elena)
    assert not FinalStatement.objects.exists()


def test_sent_twice_it_is_one_statement_and_only_staff_write_it(leaving, elena, samira):
    key = uuid.uuid4()
    first = FinalStatement.draw(leaving, by=elena, client_id=key)
    assert FinalStatement.draw(leaving, by=elena, client_id=key) == first
    for person in (samira, approver(), UserFactory(roles=["portal.auditor"])):
        with pytest.raises(PermissionDenied):
            draw(leaving, person)


def test_ended_it_stays_readable_to_those_who_moved_out_and_to_no_ex(leaving, samira, elena, lucia, bank):
    ex, omar = UserFactory(), UserFactory()
    for person in (ex, omar):
        leaving.household.add(person, by=None)
    leaving.household.remove(ex, by=None)
    yesterday = TODAY - timedelta(days=1)
    leaving.household.members.filter(person=ex).update(since=yesterday, until=yesterday)
    drawn = draw(leaving, elena)
    for person in (samira, elena):
        drawn.sign(by=person)
    gives_back(leaving, samira, lucia, bank)
    leaving.close_if_done(by=lucia)
    leaving.household.remove(omar, by=None)

    seen = [SavingsAgreement.objects.visible_to(one).exists() for one in (samira, omar, ex)]
    assert seen == [True, True, False]
    rules = [one.has_perm("risparmio.view_savingsagreement", leaving) for one in (samira, omar, ex)]
    assert rules == seen


def test_a_payout_that_came_back_outdates_the_statement_that_had_it_as_paid(
    leaving, elena, lucia, samira, bank
):
    told = {"purpose": Purpose.FURNITURE, "payee": "Samira Hassan", "iban": "IT60X0542811101000000123456"}
    payout = Payout.request(leaving, by=samira, client_id=uuid.uuid4(), cents=51_000, **told)
    payout.approve(by=approver())
    payout.order(by=lucia)
    payout.confirm(bank, by=lucia, key="line", day=None)
    drawn = draw(leaving, elena)
    assert drawn.left_cents == 0
    payout.come_back(bank, by=lucia, key="back", day=None)

    assert drawn.is_outdated
    with pytest.raises(NotPossible):
        drawn.sign(by=elena)
    assert draw(leaving, elena).left_cents == 51_000


def test_what_comes_back_after_the_end_goes_to_the_newer_agreement(leaving, elena, lucia, samira, bank):
    drawn = draw(leaving, elena)
    drawn.sign(by=elena)
    drawn.sign(by=samira)
    payout = gives_back(leaving, samira, lucia, bank)
    newer = agreement_of(samira)
    payout.come_back(bank, by=lucia, key="back", day=None)

    ended = SavingsAgreement.objects.get(pk=leaving.pk)
    assert (ended.state, ended.held, newer.held) == (State.CLOSED, 0, 51_000)
    assert (newer.paid_in(), newer.brought()) == (0, 51_000), "it covers no month, and has had its share"
    newer.begin_exit(by=elena, on=TODAY)
    assert draw(newer, elena).own_cents == 51_000


def test_of_what_has_ended_nobody_asks_for_a_payout_nor_does_who_has_moved_out(leaving, elena, samira):
    told = {
        "cents": 1,
        "purpose": Purpose.FURNITURE,
        "payee": "Samira",
        "iban": "IT60X0542811101000000123456",
    }
    SavingsAgreement.objects.filter(pk=leaving.pk).update(state=State.CLOSED, closed_on=TODAY)
    for person in (samira, elena):
        with pytest.raises(NotPossible):
            Payout.request(leaving, by=person, client_id=uuid.uuid4(), **told)
    leaving.household.members.filter(person=samira).update(until=TODAY)
    leaving = SavingsAgreement.objects.get(pk=leaving.pk)
    assert samira.has_perm("risparmio.view_savingsagreement", leaving)
    assert not samira.has_perm("risparmio.request_payout", leaving)
    assert not samira.has_perm("risparmio.sign_for_household", leaving)
