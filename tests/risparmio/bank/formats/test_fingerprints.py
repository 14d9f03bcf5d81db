"""The same line in two files is the same; two equal deposits are two."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from risparmio.bank.formats.reading import read
from risparmio.bank.formats.statement import Line, fingerprints

from . import samples
from .samples import ACCOUNT, MAPPING, MONTH, OTHER_ACCOUNT, RF, statement_of

BY_BANK = MONTH.lines[0]
BY_CONTENT = replace(BY_BANK, bank_reference="")


def prints(*lines: Line, account: str = ACCOUNT) -> list[str]:
    return fingerprints(statement_of(*lines, account=account))


def test_a_fingerprint_stays_what_it_is():
    """It stands in databases: whoever changes it imports everything twice."""
    assert prints(BY_BANK) == ["9ca1dc59e9cbd2670366660b379d512cb4d2bd4668e89b228bfa3bcbefdcb033"]
    assert prints(BY_CONTENT) == ["f4c47f1a96bbf09f1b4f379a181603914bf9c06ff5b52d88ccbd48d5abd0c519"]


def test_one_statement_in_each_format_has_the_same_fingerprints():
    expected = fingerprints(MONTH)
    for content in (samples.camt(MONTH), samples.mt940(MONTH), samples.csv(MONTH)):
        (statement,) = read(content, mapping=MAPPING, account=ACCOUNT)
        assert fingerprints(statement) == expected


@pytest.mark.parametrize("base", [BY_BANK, BY_CONTENT], ids=["bank's reference", "content"])
def test_overlapping_periods_share_what_they_share(base):
    days = [
        replace(base, day=date(2026, 1, n), bank_reference=base.bank_reference and f"BR{n}")
        for n in range(1, 7)
    ]
    early, late = prints(*days[:4]), prints(*days[2:])
    assert early[2:] == late[:2]
    assert len(set(early + late)) == 6


@pytest.mark.parametrize("base", [BY_BANK, BY_CONTENT], ids=["bank's reference", "content"])
def test_two_equal_deposits_of_a_day_are_two_in_every_export(base):
    morning, evening = prints(base), prints(base, base)
    assert len(set(evening)) == 2
    assert morning == evening[:1]
    assert prints(base, base) == evening


def test_the_order_in_a_file_changes_nothing():
    lines = (BY_BANK, BY_CONTENT, BY_CONTENT, replace(BY_CONTENT, cents=1), *MONTH.lines[1:])
    assert set(prints(*lines)) == set(prints(*reversed(lines)))
    assert len(set(prints(*lines))) == len(lines)


@pytest.mark.parametrize(
    "change",
    [
        {"day": date(2026, 1, 7)},
        {"value_day": date(2026, 1, 7)},
        {"cents": 5_001},
        {"cents": -5_000},
        {"reference": ""},
        {"end_to_end": "E2E-0002"},
        {"counterparty_iban": OTHER_ACCOUNT},
        {"text": "Risparmio febbraio"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_without_the_banks_reference_another_word_is_another_line(change):
    assert prints(BY_CONTENT) != prints(replace(BY_CONTENT, **change))


def test_a_bank_that_counts_anew_each_day_does_not_swallow_lines():
    numbered = replace(BY_BANK, bank_reference="0001")
    lines = (numbered, replace(numbered, day=date(2026, 1, 6)), replace(numbered, cents=1))
    assert len(set(prints(*lines))) == 3


def test_another_account_is_another_line():
    assert prints(BY_BANK) != prints(BY_BANK, account=OTHER_ACCOUNT)


def test_how_a_format_writes_it_does_not_count():
    noisy = replace(
        BY_CONTENT,
        text="RISPARMIO GEN NAIO.",
        counterparty="HADDAD AMINA",
        code="NTRF",
        reference=RF,
        value_day=BY_CONTENT.value_day,
    )
    assert prints(BY_CONTENT) == prints(noisy)
    accented = replace(BY_CONTENT, text="È la città")
    assert prints(accented) == prints(replace(accented, text="E LA CITTA"))
    same_day = replace(BY_CONTENT, value_day=BY_CONTENT.day)
    assert prints(same_day) == prints(replace(same_day, value_day=None))
