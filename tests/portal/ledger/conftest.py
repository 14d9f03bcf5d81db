import pytest

from portal.ledger import LedgerBook


@pytest.fixture
def book():
    """A book of hours, in minutes."""
    return LedgerBook.named("tests.hours", unit="minutes")


@pytest.fixture
def anna(book):
    return book.account("anna", lowest=-600, highest=1200)


@pytest.fixture
def bruno(book):
    return book.account("bruno", lowest=-600, highest=1200)


@pytest.fixture
def pot(book):
    return book.account("pot")
