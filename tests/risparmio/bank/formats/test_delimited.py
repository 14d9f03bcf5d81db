"""CSV, by the mapping that a treasurer made for the bank."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest

from risparmio.bank.formats import delimited
from risparmio.bank.formats.delimited import Mapping
from risparmio.bank.formats.errors import (
    CutOff,
    DoesNotAddUp,
    Empty,
    InvalidMapping,
    NoAccount,
    NoColumn,
    NoHeader,
    NotADay,
    NotAnAmount,
    NotWellFormed,
    OtherCurrency,
    Spreadsheet,
    TooLarge,
    WrongEncoding,
)
from risparmio.bank.formats.statement import Balance, Line

from . import samples
from .samples import ACCOUNT, MAPPING, MONTH

FILE = samples.csv(MONTH)
PLAIN = Mapping(day="Data", amount="Importo", text="Causale")
IN_AND_OUT = Mapping(day="Data", paid_in="Avere", paid_out="Dare")


def lines(text: str, mapping: Mapping = PLAIN) -> tuple[Line, ...]:
    return delimited.read(text.encode(), mapping, ACCOUNT).lines


def amount(text: str, mapping: Mapping = PLAIN) -> int:
    (line,) = lines(f"Data;Importo;Causale\n05/01/2026;{text};risparmio\n", mapping)
    return line.cents


def test_a_month():
    statement = delimited.read(FILE, MAPPING, ACCOUNT)
    # There is no column for the end-to-end identification, and the reference stands in the text.
    expected = tuple(
        replace(line, code="", end_to_end="", text=f"{line.text} {line.reference}".strip())
        for line in MONTH.lines
    )
    assert statement == replace(
        MONTH,
        identification="",
        opening=Balance(day=date(2026, 1, 5), cents=100_000),
        closing=Balance(day=date(2026, 1, 30), cents=83_551),
        lines=expected,
    )


def test_the_newest_first_reads_the_same():
    header, *rows = FILE.decode().strip().split("\r\n")
    upside_down = "\r\n".join([header, *reversed(rows)]).encode()
    assert delimited.read(upside_down, MAPPING, ACCOUNT) == delimited.read(FILE, MAPPING, ACCOUNT)


def test_without_balances_there_are_none():
    statement = delimited.read(FILE, replace(MAPPING, balance=None), ACCOUNT)
    assert (statement.opening, statement.closing, len(statement.lines)) == (None, None, 3)


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("1.234,56", 123_456),
        ("1234,56", 123_456),
        ("-12,50", -1_250),
        ("+12,5", 1_250),
        ("12", 1_200),
        ("€ 12,50", 1_250),
        ("12,50 EUR", 1_250),
        ("- 12,50", -1_250),
        ("−12,50", -1_250),
        ("0,00", 0),
    ],
)
def test_an_amount_with_a_comma(text, cents):
    assert amount(text) == cents


@pytest.mark.parametrize(("text", "cents"), [("12.50", 1_250), ("1,234.56", 123_456), ("-1234.5", -123_450)])
def test_an_amount_with_a_full_stop(text, cents):
    assert amount(text, replace(PLAIN, decimal_mark=".")) == cents


@pytest.mark.parametrize(
    "text",
    ["12,5,0", "1e3", "", "NaN", "12,505", "12.50", "1.23,45", "12.3456,00", "--5", "1 234", "12,", ",5", "²"]
    + ["1000000000000000000", "5-"],
)
def test_what_is_no_amount_is_refused_with_its_row(text):
    with pytest.raises(NotAnAmount) as refused:
        lines(f"Data;Importo;Causale\n05/01/2026;1,00;prima\n05/01/2026;{text};seconda\n")
    assert (refused.value.row, refused.value.details) == (3, {"amount": text})


def test_two_columns_for_money_in_and_money_out():
    text = "Data;Dare;Avere\n05/01/2026;;50,00\n06/01/2026;12,00;\n07/01/2026;-3,00;\n08/01/2026;0,00;1,00\n"
    assert [line.cents for line in lines(text, IN_AND_OUT)] == [5_000, -1_200, -300, 100]


@pytest.mark.parametrize("cells", [";", "1,00;2,00", ";-5,00"])
def test_a_row_must_say_one_of_the_two(cells):
    with pytest.raises(NotAnAmount) as refused:
        lines(f"Data;Dare;Avere\n05/01/2026;{cells}\n", IN_AND_OUT)
    assert refused.value.row == 2


def test_what_a_bank_prints_above_and_below_is_skipped():
    text = "Banca\n\nData;Importo;Causale\n05/01/2026;1,00;uno\n\nTotale;1,00;\n"
    assert lines(text, replace(PLAIN, skip=2, skip_end=1)) == (
        Line(day=date(2026, 1, 5), cents=100, text="uno"),
    )


def test_without_headings_columns_go_by_their_place():
    mapping = Mapping(
        has_header=False, day=0, amount=2, delimiter=",", decimal_mark=".", date_format="%Y-%m-%d"
    )
    assert lines("2026-01-05,x,1.50\n", mapping) == (Line(day=date(2026, 1, 5), cents=150),)


def test_a_delimiter_within_quotes_is_text():
    (line,) = lines('Data;Importo;Causale\n05/01/2026;1,00;"uno; ""due""\ntre"\n')
    assert line.text == 'uno; "due" tre'


def test_headings_are_compared_without_case_blanks_and_marks():
    assert lines(" DATA :;importo;Causale\n05/01/2026;1,00;\n")[0].cents == 100


@pytest.mark.parametrize("header", ["Giorno;Importo;Causale", "Data;Data;Importo;Causale"])
def test_a_column_that_is_not_there_or_twice_is_refused(header):
    with pytest.raises(NoColumn) as refused:
        lines(f"{header}\n05/01/2026;1,00;x;y\n")
    assert refused.value.details == {"column": "Data"}


def test_one_cell_too_many_is_refused():
    """It would move the amount into another column."""
    with pytest.raises(NotWellFormed) as refused:
        lines("Data;Importo;Causale\n05/01/2026;1,00;uno;due\n")
    assert refused.value.row == 2


def test_no_day_is_refused_with_its_row():
    with pytest.raises(NotADay) as refused:
        lines("Data;Importo;Causale\n30/02/2026;1,00;uno\n")
    assert refused.value.row == 2


def test_a_balance_that_does_not_follow_is_refused_with_the_difference():
    with pytest.raises(DoesNotAddUp) as refused:
        delimited.read(FILE.replace(b";1.085,51", b";1.085,61"), MAPPING, ACCOUNT)
    assert refused.value.difference_cents == 10


def test_another_currency_is_refused_with_its_row():
    mapping = replace(PLAIN, currency="Divisa")
    with pytest.raises(OtherCurrency) as refused:
        lines("Data;Importo;Causale;Divisa\n05/01/2026;1,00;x;EUR\n05/01/2026;1,00;x;USD\n", mapping)
    assert (refused.value.row, refused.value.details) == (3, {"currency": "USD"})


def test_latin_1_by_its_mapping():
    text = "Data;Importo;Causale\n05/01/2026;1,00;È per la casa\n".encode("latin-1")
    with pytest.raises(WrongEncoding):
        delimited.read(text, PLAIN, ACCOUNT)
    (line,) = delimited.read(text, replace(PLAIN, encoding="iso-8859-1"), ACCOUNT).lines
    assert line.text == "È per la casa"


def test_a_spreadsheet_is_refused_by_its_name():
    for read in (lambda content: delimited.read(content, PLAIN, ACCOUNT), delimited.guess):
        with pytest.raises(Spreadsheet):
            read(b"PK\x03\x04" + bytes(range(256)))


def test_cut_within_a_row_it_is_refused():
    start = FILE.rindex(b"\r\n30/01/2026") + 3
    for end in range(start, FILE.rindex(b"835,51") + 6):
        with pytest.raises(CutOff):
            delimited.read(FILE[:end], MAPPING, ACCOUNT)


def test_cut_in_half_it_is_refused():
    with pytest.raises(CutOff):
        delimited.read(FILE[: len(FILE) // 2], MAPPING, ACCOUNT)
    with pytest.raises(CutOff):
        lines('Data;Importo;Causale\n05/01/2026;1,00;"risparmio di\n')


def test_nothing_in_it_is_refused():
    for content in (b"", b"\xef\xbb\xbf\r\n", b"Data;Importo;Causale\n", b"Data;Importo;Causale\n;;\n"):
        with pytest.raises(Empty):
            delimited.read(content, PLAIN, ACCOUNT)
    with pytest.raises(NoHeader):
        lines("Data;Importo;Causale\n", replace(PLAIN, skip=5))


def test_without_an_account_it_is_refused():
    with pytest.raises(NoAccount):
        delimited.read(FILE, MAPPING, " ")


def test_too_large_a_file_is_refused():
    for read in (lambda content: delimited.read(content, PLAIN, ACCOUNT), delimited.guess):
        with pytest.raises(TooLarge):
            read(b"x" * (11 * 1024 * 1024))


# -- The mapping ------------------------------------------------------------------------------------------------------


def test_a_mapping_survives_json():
    assert Mapping.from_json(json.loads(json.dumps(MAPPING.to_json()))) == MAPPING


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"delimiter": "x"}, "delimiter"),
        ({"delimiter": ["x"]}, "delimiter"),
        ({"encoding": "x-unknown"}, "encoding"),
        ({"encoding": "zip"}, "encoding"),
        ({"encoding": None}, "encoding"),
        ({"decimal_mark": "'"}, "decimal_mark"),
        ({"date_format": "%d/%m"}, "date_format"),
        ({"date_format": "%d/%m/%Y %H"}, "date_format"),
        ({"date_format": "%d/%m/%Y%"}, "date_format"),
        ({"skip": -1}, "skip"),
        ({"skip": "2"}, "skip"),
        ({"skip_end": 101}, "skip_end"),
        ({"has_header": "yes"}, "has_header"),
        ({"day": None}, "day"),
        ({"day": ""}, "day"),
        ({"day": True}, "day"),
        ({"iban": -1}, "iban"),
        ({"text": "Importo"}, "text"),
        ({"paid_in": "Avere"}, "amount"),
        ({"amount": None, "paid_in": "Avere"}, "paid_out"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_what_is_wrong_in_a_mapping_is_said_by_field(change, field):
    with pytest.raises(InvalidMapping) as refused:
        Mapping.from_json({**PLAIN.to_json(), **change})
    assert list(refused.value.errors) == [field]


def test_everything_wrong_is_said_at_once():
    with pytest.raises(InvalidMapping) as refused:
        Mapping(delimiter="x", has_header=False, text="Causale")
    assert set(refused.value.errors) == {"delimiter", "text", "day", "paid_in", "paid_out"}


@pytest.mark.parametrize("data", [None, [], "x", 3])
def test_what_describes_no_columns_is_refused(data):
    with pytest.raises(InvalidMapping):
        Mapping.from_json(data)


# -- Guessing ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Data contabile;Data valuta;Importo;Descrizione\n05/01/2026;06/01/2026;1.234,56;x\n",
            Mapping(day="Data contabile", value_day="Data valuta", amount="Importo", text="Descrizione"),
        ),
        (
            "Estratto conto\n\nData;Valuta;Dare;Avere;Causale;Saldo\n5.1.2026;6.1.2026;;1,00;x;1,00\n",
            Mapping(
                skip=2,
                date_format="%d.%m.%Y",
                day="Data",
                value_day="Valuta",
                paid_out="Dare",
                paid_in="Avere",
                text="Causale",
                balance="Saldo",
            ),
        ),
        (
            "Booking date,Value date,Amount,Currency,Counterparty,Description\n2026-01-05,2026-01-06,-12.50,EUR,a,b\n",
            Mapping(
                delimiter=",",
                decimal_mark=".",
                date_format="%Y-%m-%d",
                day="Booking date",
                value_day="Value date",
                amount="Amount",
                currency="Currency",
                counterparty="Counterparty",
                text="Description",
            ),
        ),
        (
            "Date\tPaid out\tPaid in\tDetails\n05/01/26\t\t1,234.56\tx\n",
            Mapping(
                delimiter="\t",
                decimal_mark=".",
                date_format="%d/%m/%y",
                day="Date",
                paid_out="Paid out",
                paid_in="Paid in",
                text="Details",
            ),
        ),
        (
            "Data;Importo;Causale;Causale\n05/01/2026;1,00;x;y\n",
            Mapping(day="Data", amount="Importo", text=2),
        ),
    ],
    ids=["italian", "debit and credit", "english", "tabs", "a heading twice"],
)
def test_a_mapping_is_proposed_by_the_header(text, expected):
    assert delimited.guess(text.encode()) == expected
    assert lines(text, delimited.guess(text.encode()))


@pytest.mark.parametrize(
    ("encoding", "guessed"),
    [("utf-8", "utf-8-sig"), ("utf-8-sig", "utf-8-sig"), ("cp1252", "cp1252"), ("utf-16",) * 2],
)
def test_the_encoding_is_proposed_too(encoding, guessed):
    content = "Data;Importo;Causale\n05/01/2026;1,00;È per la casa\n".encode(encoding)
    mapping = delimited.guess(content)
    assert mapping.encoding == guessed
    assert delimited.read(content, mapping, ACCOUNT).lines[0].text == "È per la casa"


def test_what_is_written_for_a_mapping_is_guessed_from_it():
    assert delimited.guess(FILE) == MAPPING


def test_without_a_header_nothing_is_proposed():
    with pytest.raises(NoHeader):
        delimited.guess(b"05/01/2026;1,00;x\n")
