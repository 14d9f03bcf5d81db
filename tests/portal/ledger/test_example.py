"""The example of docs/extending.md runs."""

import uuid

import pytest

from portal.ledger import LedgerEntry
from tests.docs.blocks import DOCS, named_blocks

from . import example


@pytest.mark.django_db
def test_an_hour_changes_hands():
    giver, receiver = example.open_account("p1"), example.open_account("p2")
    key = uuid.uuid4()

    entry = example.one_hour(giver, receiver, key=key, about=giver)

    assert example.one_hour(giver, receiver, key=key, about=giver) == entry
    assert (giver.balance(), receiver.balance()) == (60, -60)
    assert LedgerEntry.objects.about(giver).get() == entry


@pytest.mark.once
def test_the_page_shows_it():
    assert "tests/portal/ledger/example.py" in named_blocks(DOCS / "extending.md")
