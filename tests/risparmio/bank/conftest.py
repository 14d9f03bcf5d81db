import pytest

from portal.testing.factories import BuildingFactory, tenant_of
from risparmio.book.models import BankAccount
from risparmio.testing import agreement_of, treasurer
from tests.risparmio.statements import OURS


@pytest.fixture
def bank():
    return BankAccount.objects.create(name="Conto risparmi", holder="Agenzia dell'abitare", iban=OURS)


@pytest.fixture
def lucia():
    return treasurer()


@pytest.fixture
def samira():
    return tenant_of(BuildingFactory(), display_name="Samira Hassan")


@pytest.fixture
def agreement(samira):
    return agreement_of(samira)
