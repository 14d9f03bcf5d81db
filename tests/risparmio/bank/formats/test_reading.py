"""A file of any format, known by what stands in it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.utils import translation

from risparmio.bank.formats.errors import (
    CutOff,
    Empty,
    NeedsMapping,
    NotAnAmount,
    NotThisFormat,
    OtherAccount,
    OtherCurrency,
    SeveralAccounts,
    Spreadsheet,
    TooLarge,
    Unreadable,
)
from risparmio.bank.formats.reading import read

from . import samples
from .samples import ACCOUNT, MAPPING, MONTH, OTHER_ACCOUNT

FILES = [
    pytest.param(samples.camt(MONTH), id="camt"),
    pytest.param(samples.mt940(MONTH), id="mt940"),
    pytest.param(samples.csv(MONTH), id="csv"),
]


@pytest.mark.parametrize("content", FILES)
def test_the_same_statement_in_each_format(content):
    (statement,) = read(content, mapping=MAPPING, account=ACCOUNT)
    assert statement.account == ACCOUNT
    assert (statement.opening.cents, statement.closing.cents) == (100_000, 83_551)
    for name in (
        "day",
        "value_day",
        "cents",
        "reference",
        "counterparty",
        "counterparty_iban",
        "bank_reference",
    ):
        assert [getattr(line, name) for line in statement.lines] == [
            getattr(line, name) for line in MONTH.lines
        ]


@pytest.mark.parametrize("content", FILES)
def test_cut_in_half_it_is_refused(content):
    with pytest.raises(CutOff):
        read(content[: len(content) // 2], mapping=MAPPING, account=ACCOUNT)


@pytest.mark.parametrize("content", FILES[:2])
def test_a_statement_of_another_account_is_refused(content):
    assert read(content)
    assert read(content, account="it60 x054 2811 1010 0000 0123 456")
    with pytest.raises(OtherAccount) as refused:
        read(content, account=OTHER_ACCOUNT)
    assert refused.value.details == {"account": ACCOUNT}


@pytest.mark.parametrize("write", [samples.camt, samples.mt940])
def test_another_account_in_a_second_statement_is_refused(write):
    content = write(MONTH, replace(MONTH, account=OTHER_ACCOUNT))
    for account in ("", ACCOUNT):
        with pytest.raises(SeveralAccounts):
            read(content, account=account)


@pytest.mark.parametrize("content", FILES[:2])
def test_dollars_are_refused(content):
    with pytest.raises(OtherCurrency):
        read(content.replace(b"EUR", b"USD"))


def test_a_table_needs_a_mapping():
    with pytest.raises(NeedsMapping):
        read(samples.csv(MONTH), account=ACCOUNT)


@pytest.mark.parametrize("content", [b"", b" \r\n", b"\xef\xbb\xbf", b"\0\0"])
def test_an_empty_file_is_refused(content):
    with pytest.raises(Empty):
        read(content, mapping=MAPPING, account=ACCOUNT)


def test_eleven_megabytes_are_refused():
    with pytest.raises(TooLarge):
        read(b"x" * (11 * 1024 * 1024), mapping=MAPPING, account=ACCOUNT)


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"PK\x03\x04 xl/workbook.xml", Spreadsheet),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Spreadsheet),
        (b"%PDF-1.7", NotThisFormat),
        (b"\xff\xd8\xff\xe0 JFIF", NotThisFormat),
        (b"Data;Importo\n01/01/2026;1,00\0\n", NotThisFormat),
    ],
)
def test_what_is_no_statement_is_refused_with_or_without_a_mapping(content, error):
    for mapping in (None, MAPPING):
        with pytest.raises(error):
            read(content, mapping=mapping, account=ACCOUNT)


def test_byte_order_marks_hide_no_format():
    assert read(b"\xef\xbb\xbf" + samples.camt(MONTH)) == read(samples.camt(MONTH))
    assert read(b"\xef\xbb\xbf" + samples.mt940(MONTH)) == read(samples.mt940(MONTH))
    assert read(samples.camt(MONTH).decode().replace("UTF-8", "UTF-16").encode("utf-16")) == [MONTH]


def test_what_went_wrong_is_said_in_words_with_the_row():
    with pytest.raises(NotAnAmount) as refused:
        read(samples.csv(MONTH).replace(b"35,51", b"35,5,1"), mapping=MAPPING, account=ACCOUNT)
    with translation.override("en"):
        assert refused.value.message == "Row 3: “35,5,1” is no amount in euro and cents."
        assert str(refused.value) == refused.value.message


def test_a_message_quotes_little_of_a_file_and_nothing_invisible():
    error = NotAnAmount(amount="1\x00\u202e" + "9" * 500)
    assert error.details["amount"] == "1  " + "9" * 36 + "…"


def test_every_error_has_words_of_its_own():
    def kinds(base):
        for kind in base.__subclasses__():
            yield kind
            yield from kinds(kind)

    sentences = [str(kind.sentence) for kind in (Unreadable, *kinds(Unreadable))]
    assert len(sentences) == len(set(sentences)) > 15
