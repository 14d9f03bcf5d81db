"""A few weeks of money for those who read the book: what the bank told, what came over the counter."""

import uuid
from datetime import timedelta

from django.utils import timezone

from portal.testing.factories import BuildingFactory, DeskFactory, UserFactory, tenant_of
from risparmio.bank.importing import take
from risparmio.book.models import BankAccount
from risparmio.payments.models import CashReceipt
from risparmio.testing import agreement_of, caseworker, treasurer
from tests.risparmio.statements import OURS, swift

ELSEWHERE = "IT37Y0542811101000000123457"


def auditor(**fields):
    return UserFactory(roles=["portal.auditor"], **fields)


def bank_account(name="Conto risparmi", iban=OURS):
    return BankAccount.objects.create(name=name, holder="Agenzia dell'abitare", iban=iban)


def told(bank, *lines, number=1, opening=0, by=None):
    """The bank tells lines of (day, cents, text) in an MT940 file, and the balance before the first of them."""

    days = [line[0] for line in lines] or [timezone.localdate()]
    file = swift(lines, opening=opening, before=min(days), until=max(days), number=number, iban=bank.iban)
    return take(bank, file, by=by or treasurer())


def saver():
    """A household with its agreement."""
    return agreement_of(tenant_of(BuildingFactory()), by=caseworker())


def cash(agreement, cents, desk=None, **told_):
    return CashReceipt.take(
        agreement, by=caseworker(), desk=desk or DeskFactory(), cents=cents, client_id=uuid.uuid4(), **told_
    )


def days_ago(count):
    return timezone.localdate() - timedelta(days=count)
