"""A household gets back what is its own: two people for each payout, three where it goes to the landlord."""

import uuid

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from portal.ledger import verify
from portal.testing.factories import BuildingFactory, UserFactory, tenant_of
from risparmio.agreements.models import NotPossible
from risparmio.book import bookings
from risparmio.book.accounts import book_of_money, open_bank
from risparmio.payments.models import Payout
from risparmio.payments.words import Purpose, State
from risparmio.payments.workflow import TRANSITIONS, VERBS, target_of
from risparmio.testing import agreement_of, approver, caseworker, treasurer

pytestmark = pytest.mark.django_db

IBAN = "IT60X0542811101000000123456"


@pytest.fixture
def samira():
    return tenant_of(BuildingFactory(), display_name="Samira")


@pytest.fixture
def bank():
    return open_bank(1)


@pytest.fixture
def saved(samira, bank):
    """An agreement with 300.00 in it."""
    agreement = agreement_of(samira)
    bookings.transfer_in(bank, agreement.ledger, 30_000, key="a", about=agreement)
    return agreement


@pytest.fixture
def lucia():
    return treasurer(display_name="Lucia")


@pytest.fixture
def paola():
    return approver(display_name="Paola")


def ask(agreement, by, cents=20_000, **told):
    terms = {
        "client_id": uuid.uuid4(),
        "purpose": Purpose.FURNITURE,
        "payee": "Samira Hassan",
        "iban": IBAN,
    } | told
    return Payout.request(agreement, by=by, cents=cents, **terms)


def balances():
    return {code: amount for code, amount in book_of_money().replay().items() if amount}


def test_asked_approved_ordered_and_seen_on_the_statement(saved, samira, lucia, paola, bank):
    """
    |           | household | payable | bank    |
    | saved     |   −300.00 |         | +300.00 |
    | ordered   |   −100.00 | −200.00 | +300.00 |
    | confirmed |   −100.00 |         | +100.00 |
    """
    household = saved.ledger.code
    payout = ask(saved, samira)
    payout.approve(by=paola)
    assert saved.held == 30_000, "nothing has moved yet"
    payout.order(by=lucia)
    assert balances() == {household: -10_000, "payable": -20_000, "bank-1": 30_000}

    payout.confirm(bank, by=lucia, key="line", day=None)

    assert balances() == {household: -10_000, "bank-1": 10_000}
    assert Payout.objects.get().state == State.PAID
    assert list(verify(book_of_money())) == []


def test_who_asked_never_approves(saved, samira):
    """Whatever roles they hold: not the rule, and not the database."""
    everything = UserFactory(roles=["portal.caseworker", "risparmio.treasurer", "risparmio.approver"])
    payout = ask(saved, everything)
    for verb in (payout.approve, payout.order):
        with pytest.raises(PermissionDenied):
            verb(by=everything)
    with pytest.raises(IntegrityError, match="four_eyes"), transaction.atomic():
        Payout.objects.filter(pk=payout.pk).update(approved_by=everything, state=State.APPROVED)
    with pytest.raises(IntegrityError, match="goes_out_approved"), transaction.atomic():
        Payout.objects.filter(pk=payout.pk).update(state=State.ORDERED)


def test_nor_does_anybody_of_the_household(saved, samira):
    samira.give_role("risparmio.approver", by=None)
    payout = ask(saved, caseworker())
    with pytest.raises(PermissionDenied):
        payout.approve(by=samira)


def test_who_else_may_not(saved, samira, lucia, paola):
    payout = ask(saved, samira)
    neighbour = tenant_of(BuildingFactory())
    for person in (neighbour, lucia, caseworker(), UserFactory(roles=["portal.auditor"])):
        with pytest.raises(PermissionDenied):
            payout.approve(by=person)
        with pytest.raises(PermissionDenied):
            payout.sign(by=person)
    for person in (neighbour, paola, lucia, UserFactory(roles=["portal.auditor"])):
        with pytest.raises(PermissionDenied):
            ask(saved, person)
    for person in (neighbour, paola, UserFactory(roles=["portal.auditor"])):
        with pytest.raises(PermissionDenied):
            payout.withdraw(by=person)
        with pytest.raises(PermissionDenied):
            payout.order(by=person)


def test_what_goes_to_the_landlord_is_signed_by_the_household_and_approved_twice(
    saved, samira, lucia, paola, bank
):
    second = approver()
    payout = ask(saved, caseworker(), purpose=Purpose.ARREARS, cents=12_000)
    with pytest.raises(NotPossible):
        payout.approve(by=paola)
    payout.sign(by=samira)
    payout.approve(by=paola)
    payout.approve(by=paola)
    assert payout.state == State.REQUESTED, "the same person twice is one"
    with pytest.raises(NotPossible):
        payout.order(by=lucia)

    payout.approve(by=second)
    payout.order(by=lucia)
    assert balances()["landlord"] == -12_000
    payout.confirm(bank, by=lucia, key="line", day=None)

    assert balances() == {saved.ledger.code: -18_000, "bank-1": 18_000}


@pytest.mark.parametrize("lacks", ["seconded_by", "signed_by", "signed_at"])
def test_the_database_asks_for_both_too(saved, samira, paola, lacks):
    payout = ask(saved, caseworker(), purpose=Purpose.ARREARS)
    whole = {
        "approved_by": paola,
        "seconded_by": approver(),
        "signed_by": samira,
        "signed_at": payout.requested_at,
    }
    with pytest.raises(IntegrityError, match="signed_and_seconded"), transaction.atomic():
        Payout.objects.filter(pk=payout.pk).update(**whole | {lacks: None}, state=State.APPROVED)
    with pytest.raises(IntegrityError, match="third_person"), transaction.atomic():
        Payout.objects.filter(pk=payout.pk).update(**whole | {"seconded_by": paola}, state=State.APPROVED)
    Payout.objects.filter(pk=payout.pk).update(**whole, state=State.APPROVED)


def test_more_than_there_is_cannot_be_asked_for(saved, samira):
    with pytest.raises(NotPossible):
        ask(saved, samira, cents=30_001)
    assert ask(saved, samira, cents=30_000).pk


def test_one_waits_at_a_time_and_the_same_submission_is_the_same(saved, samira):
    key = uuid.uuid4()
    first = ask(saved, samira, client_id=key)
    assert ask(saved, samira, client_id=key) == first
    with pytest.raises(NotPossible):
        ask(saved, samira)
    first.withdraw(by=samira)
    assert ask(saved, samira) != first


def test_what_was_refused_says_why_and_goes_no_further(saved, samira, lucia, paola):
    payout = ask(saved, samira)
    payout.refuse(by=paola, reason="L'IBAN è di un'altra persona")
    assert Payout.objects.get().refusal == "L'IBAN è di un'altra persona"
    for verb in (
        lambda: payout.approve(by=approver()),
        lambda: payout.order(by=lucia),
        lambda: payout.withdraw(by=samira),
    ):
        with pytest.raises(NotPossible):
            verb()
    assert saved.held == 30_000


def test_the_table_of_states_is_what_the_verbs_do():
    reached = {(source.value, verb): target.value for (source, verb), target in TRANSITIONS.items()}
    assert reached[("requested", "approve")] == "approved"
    assert set(VERBS) == {"approve", "refuse", "withdraw", "order", "confirm", "come_back"}
    assert target_of("paid", "withdraw") is None
