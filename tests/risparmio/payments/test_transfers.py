"""Approved payouts leave in one file: all of them, or none."""

import hashlib
import uuid
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from portal.testing.factories import BuildingFactory, tenant_of
from risparmio.agreements.models import NotPossible
from risparmio.book import bookings
from risparmio.book.models import BankAccount
from risparmio.payments.models import Payout
from risparmio.payments.pain001 import NotTransferable
from risparmio.payments.transfers import TransferOrder
from risparmio.payments.words import Purpose, State
from risparmio.sent import OtherBody
from risparmio.testing import agreement_of, approver, caseworker, treasurer

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()


@pytest.fixture
def bank():
    return BankAccount.objects.create(
        name="Conto", holder="Agenzia dell'abitare", iban="IT60X0542811101000000123456"
    )


@pytest.fixture
def lucia():
    return treasurer()


def approved(bank, cents, payee="Samira Hassan"):
    tenant = tenant_of(BuildingFactory())
    agreement = agreement_of(tenant)
    bookings.transfer_in(bank.ledger, agreement.ledger, 50_000, key=f"in-{agreement.pk}", about=agreement)
    told = {"purpose": Purpose.FURNITURE, "payee": payee, "iban": "DE89370400440532013000"}
    payout = Payout.request(agreement, by=tenant, cents=cents, client_id=uuid.uuid4(), **told)
    payout.approve(by=approver())
    return payout


def make(bank, payouts, by, **told):
    return TransferOrder.make(
        bank, payouts, by=by, **{"execution_day": TODAY, "client_id": uuid.uuid4()} | told
    )


def states():
    return list(Payout.objects.order_by("pk").values_list("state", flat=True))


def test_a_file_tells_the_bank_of_all_of_them(bank, lucia):
    payouts = [approved(bank, 12_345), approved(bank, 20_000, "Niccolò Rossi")]

    order = make(bank, payouts, lucia)

    assert states() == [State.ORDERED] * 2
    told = ElementTree.fromstring(order.content())
    names = {"": "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"}
    assert [one.text for one in told.iterfind(".//CdtTrfTxInf/Amt/InstdAmt", names)] == ["123.45", "200.00"]
    assert [one.text for one in told.iterfind(".//CdtTrfTxInf/PmtId/EndToEndId", names)] == [
        one.end_to_end for one in payouts
    ]
    assert [one.text for one in told.iterfind(".//Cdtr/Nm", names)] == ["Samira Hassan", "Niccolo Rossi"]


def test_the_same_file_is_made_again_from_its_rows(bank, lucia):
    key, payouts = uuid.uuid4(), [approved(bank, 100)]
    order = make(bank, payouts, lucia, client_id=key)

    assert make(bank, payouts, lucia, client_id=key) == order
    assert hashlib.sha256(TransferOrder.objects.get().content()).hexdigest() == order.digest


def test_one_that_cannot_be_ordered_holds_all_back(bank, lucia):
    ready, waiting = approved(bank, 100), approved(bank, 100)
    Payout.objects.filter(pk=waiting.pk).update(state=State.WITHDRAWN)
    with pytest.raises(NotPossible):
        make(bank, [ready, waiting], lucia)
    assert states() == [State.APPROVED, State.WITHDRAWN]


def test_a_day_that_is_over_is_none(bank, lucia):
    payout = approved(bank, 100)
    with pytest.raises(NotTransferable):
        make(bank, [payout], lucia, execution_day=TODAY - timedelta(days=1))
    assert states() == [State.APPROVED]


def test_another_body_under_the_same_number_is_refused(bank, lucia):
    key, payouts = uuid.uuid4(), [approved(bank, 100), approved(bank, 200)]
    make(bank, payouts[:1], lucia, client_id=key)
    with pytest.raises(OtherBody):
        make(bank, payouts, lucia, client_id=key)
    with pytest.raises(OtherBody):
        make(bank, payouts[:1], lucia, client_id=key, execution_day=TODAY + timedelta(days=1))
    assert states() == [State.ORDERED, State.APPROVED]


def test_where_the_money_goes_was_changed_after_the_yes(bank, lucia):
    """Somebody with a hand in the database, between approval and file."""
    payout = approved(bank, 100)
    Payout.objects.filter(pk=payout.pk).update(iban="IT60X0542811101000000123456")
    with pytest.raises(NotPossible):
        make(bank, [payout], lucia)
    with pytest.raises(NotPossible):
        payout.order(by=lucia)
    assert states() == [State.APPROVED]


def test_or_after_the_file(bank, lucia):
    order = make(bank, [approved(bank, 100)], lucia)
    Payout.objects.update(payee="Mario Rossi")
    with pytest.raises(NotPossible):
        order.content()


def test_told_of_the_past(bank, lucia):
    payout = approved(bank, 100)
    yesterday = timezone.now() - timedelta(days=1)
    order = make(bank, [payout], lucia, at=yesterday)
    payout.refresh_from_db()
    assert (order.made_at, payout.ordered_at) == (yesterday, yesterday)
    assert payout.entry.day == TODAY - timedelta(days=1)


def test_nobody_sends_their_own_households_money(bank):
    payout = approved(bank, 100)
    tenant = payout.requested_by
    tenant.give_role("risparmio.treasurer", by=None)
    with pytest.raises(PermissionDenied):
        make(bank, [payout], tenant)
    assert states() == [State.APPROVED]


def test_a_file_without_payouts_is_none(bank, lucia):
    with pytest.raises(NotTransferable):
        make(bank, [], lucia)


def test_only_the_treasurer_makes_one(bank):
    payout = approved(bank, 100)
    for person in (approver(), caseworker()):
        with pytest.raises(PermissionDenied):
            make(bank, [payout], person)
