"""MT940, with the subfields of different banks."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from risparmio.bank.formats import mt940
from risparmio.bank.formats.errors import (
    CutOff,
    DoesNotAddUp,
    NoAccount,
    NotADay,
    NotAnAmount,
    NotThisFormat,
    NotWellFormed,
    OtherCurrency,
    TooLarge,
)
from risparmio.bank.formats.statement import Line

from . import samples
from .samples import FAMILY_IBAN, MONTH, RF, statement_of

DEPOSIT = MONTH.lines[0]
FILE = samples.mt940(MONTH).decode()


def informed(information: str) -> Line:
    """What is read of a deposit with this :86:."""
    text = samples.mt940_statement(statement_of(DEPOSIT))
    start, end = text.index(":86:"), text.index(":62F:")
    (statement,) = mt940.read(f"{text[:start]}:86:{information}\r\n{text[end:]}".encode())
    return statement.lines[0]


def test_a_month():
    (statement,) = mt940.read(FILE.encode())
    assert statement == replace(
        MONTH,
        lines=tuple(
            replace(line, code="NTRF", text=f"{line.reference} {line.text}".strip()) for line in MONTH.lines
        ),
    )


def test_several_statements_and_pages_in_one_file():
    february = statement_of(replace(DEPOSIT, day=date(2026, 2, 5)), opening=MONTH.closing.cents)
    text = samples.mt940(MONTH, february).decode().replace(":62F:", ":62M:", 1)
    first, second = mt940.read(text.encode())
    assert (first.closing, second.closing) == (replace(MONTH.closing, is_final=False), february.closing)


def test_a_swift_envelope_and_line_ends_of_unix():
    envelope = "{1:F01BPPIITRRXXXX0000000000}{2:I940BPPIITRRXXXXN}{4:\n"
    text = envelope + FILE.replace("\r\n", "\n").removesuffix("-\n") + "-}\n"
    assert mt940.read(text.encode()) == mt940.read(FILE.encode())
    with pytest.raises(CutOff):
        mt940.read(text.removesuffix("-}\n").encode())


def test_a_day_without_movements():
    (statement,) = mt940.read(samples.mt940(statement_of(opening=4_200)))
    assert (statement.lines, statement.closing.cents) == ((), 4_200)


def test_what_stands_after_the_closing_balance_is_of_no_line():
    text = FILE.replace("-\r\n", ":64:C260131EUR1,00\r\n:86:Saldo disponibile\r\n-\r\n")
    assert mt940.read(text.encode()) == mt940.read(FILE.encode())


@pytest.mark.parametrize(
    ("mark", "cents", "returned"),
    [
        ("C", 5_000, False),
        ("D", -5_000, False),
        ("RC", -5_000, True),
        ("RD", 5_000, True),
        ("CR", 5_000, False),
    ],
)
def test_the_marks_of_what_comes_and_goes(mark, cents, returned):
    statement = statement_of(replace(DEPOSIT, cents=cents))
    text = (
        samples.mt940_statement(statement)
        .replace("0105C50,", "0105D50,")
        .replace("0105D50,", f"0105{mark}50,")
    )
    (line,) = mt940.read(text.encode())[0].lines
    assert (line.cents, line.returned) == (cents, returned)


def test_booked_in_the_year_before_its_value():
    text = samples.mt940_statement(statement_of(DEPOSIT)).replace(":61:2601060105", ":61:2601021230")
    (line,) = mt940.read(text.encode())[0].lines
    assert (line.day, line.value_day) == (date(2025, 12, 30), date(2026, 1, 2))


def test_without_a_day_of_booking_the_value_day_counts():
    text = samples.mt940_statement(statement_of(DEPOSIT)).replace(":61:2601060105", ":61:260106")
    assert mt940.read(text.encode())[0].lines[0].day == date(2026, 1, 6)


def test_subfields_after_a_business_code():
    line = informed(
        f"166?00BONIFICO?20EREF+E2E-0001?21SVWZ+Risparmio di genna?22io {RF}?30BPPIITRR\r\n"
        f"?31{FAMILY_IBAN}?32Amina?33Haddad"
    )
    assert line == replace(DEPOSIT, text=f"Risparmio di genna io {RF}", code="NTRF")


def test_a_full_subfield_goes_on_in_the_next():
    line = informed(f"166?20{'Risparmio della famiglia Ha':27}?21ddad")
    assert line.text == "Risparmio della famiglia Haddad"


def test_keys_between_slashes():
    line = informed(f"/EREF/E2E-0001/CNTP/{FAMILY_IBAN}/BPPIITRR/Amina Haddad///REMI/USTD//Risparmio {RF}/")
    assert line == replace(DEPOSIT, text=f"Risparmio {RF}", code="NTRF")


def test_a_structured_reference_between_slashes():
    line = informed(f"/EREF/E2E-0001/NAME/Amina Haddad/IBAN/{FAMILY_IBAN}/REMI/STRD/CUR/{RF}")
    assert line == replace(DEPOSIT, text="", code="NTRF")


def test_plain_words():
    line = informed("Bonifico da Amina Haddad\r\nRif. RF18 5390 0754 7034")
    assert (line.text, line.reference) == ("Bonifico da Amina Haddad Rif. RF18 5390 0754 7034", RF)


def test_a_line_without_information():
    text = samples.mt940_statement(statement_of(DEPOSIT))
    text = text[: text.index(":86:")] + text[text.index(":62F:") :]
    (line,) = mt940.read(text.encode())[0].lines
    assert (line.cents, line.text) == (5_000, "")


def test_what_stands_under_a_line_is_its_text_and_is_not_logged(caplog):
    text = samples.mt940_statement(statement_of(DEPOSIT))
    text = text[: text.index(":86:")] + "Amina Haddad\r\nrisparmio\r\n" + text[text.index(":62F:") :]
    (line,) = mt940.read(text.encode())[0].lines
    assert (line.cents, line.text, line.bank_reference) == (5_000, "Amina Haddad risparmio", "BR-0001")
    assert caplog.text == ""


def test_letters_of_latin_1():
    (statement,) = mt940.read(FILE.replace("Carlo Neri", "Niccolò Neri").encode("latin-1"))
    assert statement.lines[1].counterparty == "Niccolò Neri"


@pytest.mark.parametrize("amount", ["12,505", "1.000,00", "12,5,0", "", "-50,00", "1000000000000000000,"])
def test_what_is_no_amount_is_refused(amount):
    with pytest.raises(NotAnAmount) as refused:
        mt940.read(FILE.replace("0105C50,00", f"0105C{amount}").encode())
    assert refused.value.details == {"amount": amount}
    with pytest.raises(NotAnAmount):
        mt940.read(FILE.replace("EUR1000,00", f"EUR{amount}").encode())


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [
        ("EUR1000,00", "USD1000,00", OtherCurrency),
        (":60F:C260101", ":60F:C260230", NotADay),
        (":61:2601060105", ":61:2602300105", NotADay),
        (f":25:{samples.ACCOUNT}", ":25:", NoAccount),
        (f":25:{samples.ACCOUNT}\r\n", "", NotWellFormed),
        (":60F:C260101EUR1000,00\r\n", "", NotWellFormed),
        (":60F:", ":60:F:", NotWellFormed),
        (":62F:", ":62X:", CutOff),
        (":61:2601060105C", ":61:2601060105X", NotWellFormed),
        ("C50,00NTRF", "C51,00NTRF", DoesNotAddUp),
        ("C50,00NTRFNONREF", "C50,00", NotWellFormed),
    ],
)
def test_what_is_damaged_is_refused(old, new, error):
    assert old in FILE
    with pytest.raises(error):
        mt940.read(FILE.replace(old, new).encode())


def test_cut_anywhere_before_the_closing_balance_it_is_refused():
    for end in range(12, FILE.index(":62F:") + 5, 7):
        with pytest.raises(CutOff):
            mt940.read(FILE[:end].encode())


def test_cut_within_the_closing_balance_it_is_refused():
    start = FILE.index(":62F:") + 5
    for end in range(start, FILE.index("835,51") + 5):
        with pytest.raises((NotWellFormed, NotAnAmount, DoesNotAddUp)):
            mt940.read(FILE[:end].encode())


def test_a_second_statement_cut_off_takes_the_first_with_it():
    text = samples.mt940(MONTH, MONTH).decode()
    with pytest.raises(CutOff):
        mt940.read(text[: len(text) * 3 // 4].encode())


def test_a_line_after_the_closing_balance_is_refused():
    with pytest.raises(NotWellFormed):
        mt940.read(FILE.replace("-\r\n", ":61:2601060105C50,00NTRFNONREF\r\n-\r\n").encode())


def test_the_name_of_a_file_is_not_a_file(tmp_path):
    """The package opens what looks like a path."""
    path = tmp_path / "statement.sta"
    path.write_bytes(FILE.encode())
    with pytest.raises(NotThisFormat):
        mt940.read(str(path).encode())


def test_too_large_a_file_is_refused():
    with pytest.raises(TooLarge):
        mt940.read(b":20:" + b"x" * (11 * 1024 * 1024))
