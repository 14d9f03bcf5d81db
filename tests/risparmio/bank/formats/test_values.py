"""Amounts, references and accounts, as every format writes them."""

from __future__ import annotations

import pytest

from risparmio.bank.formats.errors import NotAnAmount
from risparmio.bank.formats.values import account_of, cents, identifier_of, reference_of, tidy

from .samples import ACCOUNT, RF


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12", 1200),
        ("12.5", 1250),
        ("12.50", 1250),
        ("0.01", 1),
        ("0", 0),
        ("999999999999.99", 99_999_999_999_999),
    ],
)
def test_an_amount_in_cents(text, expected):
    assert cents(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "12.505",
        "12.",
        ".5",
        "1e3",
        "1E3",
        "NaN",
        "INF",
        "-12.50",
        "+12.50",
        "12,50",
        "12.5.0",
        "1 000",
        "1_000",
        "1000000000000000000",
        "1e18",
        "٣",
        "²",
        "12.50\n",
    ],
)
def test_no_amount(text):
    with pytest.raises(NotAnAmount):
        cents(text)


def test_a_reference_is_written_in_one_way():
    assert reference_of(" rf18 5390 0754 7034 ") == RF


@pytest.mark.parametrize("text", ["NONREF", "NOTPROVIDED", "notprovided", "0000", "", None])
def test_what_banks_write_where_there_is_no_reference(text):
    assert identifier_of(text) == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("IT60 X054 2811 1010 0000 0123 456", ACCOUNT),
        (ACCOUNT.lower(), ACCOUNT),
        (f"BPPIITRR/{ACCOUNT}", ACCOUNT),
        (f"{ACCOUNT}EUR", ACCOUNT),
        (f"{ACCOUNT}/EUR", ACCOUNT),
        ("05428/11101 123456", "05428/11101123456"),
        ("", ""),
    ],
)
def test_the_account_is_an_iban_wherever_it_stands(text, expected):
    assert account_of(text) == expected


def test_a_text_is_one_line_without_what_nobody_sees():
    assert tidy(" per\n la\x00casa\t\u202e ") == "per la casa"
    assert len(tidy("x" * 5000)) == 1000
