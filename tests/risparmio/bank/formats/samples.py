"""Files as banks send them, written from lines: CAMT.053 of several versions, MT940, CSV."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from xml.sax.saxutils import escape

from risparmio.bank.formats.delimited import Mapping
from risparmio.bank.formats.statement import Balance, Line, Statement

ACCOUNT = "IT60X0542811101000000123456"
OTHER_ACCOUNT = "DE89370400440532013000"
FAMILY_IBAN = "GB29NWBK60161331926819"
RF = "RF18539007547034"

VERSIONS = ("02", "04", "06", "08", "10", "13")

# A month of the savings account: two families paid in, one was paid out.
MONTH = Statement(
    account=ACCOUNT,
    identification="2026/1",
    opening=Balance(day=date(2026, 1, 1), cents=100_000),
    closing=Balance(day=date(2026, 1, 31), cents=83_551),
    lines=(
        Line(
            day=date(2026, 1, 5),
            value_day=date(2026, 1, 6),
            cents=5_000,
            reference=RF,
            end_to_end="E2E-0001",
            counterparty="Amina Haddad",
            counterparty_iban=FAMILY_IBAN,
            text="Risparmio gennaio",
            bank_reference="BR-0001",
            code="PMNT/RCDT/ESCT",
        ),
        Line(
            day=date(2026, 1, 12),
            value_day=date(2026, 1, 12),
            cents=3_551,
            counterparty="Carlo Neri",
            text="per la casa",
            bank_reference="BR-0002",
            code="PMNT/RCDT/ESCT",
        ),
        Line(
            day=date(2026, 1, 30),
            value_day=date(2026, 1, 30),
            cents=-25_000,
            end_to_end="OUT-7",
            counterparty="Elena Conti",
            counterparty_iban=OTHER_ACCOUNT,
            text="Deposito cauzionale",
            bank_reference="BR-0003",
            code="PMNT/ICDT/ESCT",
        ),
    ),
)


def statement_of(*lines: Line, opening: int = 0, account: str = ACCOUNT) -> Statement:
    """Those lines between two balances that fit them."""
    days = [line.day for line in lines] or [date(2026, 1, 1)]
    return Statement(
        account=account,
        identification="1",
        opening=Balance(day=min(days), cents=opening),
        closing=Balance(day=max(days), cents=opening + sum(line.cents for line in lines)),
        lines=lines,
    )


# -- CAMT.053 ---------------------------------------------------------------------------------------------------------


def camt(*statements: Statement, version: str = "08") -> bytes:
    return camt_document("".join(camt_statement(one, version) for one in statements), version).encode()


def camt_document(stmts: str, version: str = "08") -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}"><BkToCstmrStmt>'
        "<GrpHdr><MsgId>M1</MsgId><CreDtTm>2026-02-01T06:00:00</CreDtTm></GrpHdr>"
        f"{stmts}</BkToCstmrStmt></Document>"
    )


def camt_statement(statement: Statement, version: str = "08") -> str:
    entries = "".join(camt_entry(line, version) for line in statement.lines)
    return camt_stmt(
        entries,
        account=statement.account,
        identification=statement.identification,
        opening=statement.opening,
        closing=statement.closing,
    )


def camt_stmt(
    entries: str,
    *,
    account: str = ACCOUNT,
    identification: str = "1",
    opening: Balance | None = None,
    closing: Balance | None = None,
) -> str:
    return (
        f"<Stmt><Id>{identification}</Id><ElctrncSeqNb>1</ElctrncSeqNb><CreDtTm>2026-02-01T06:00:00</CreDtTm>"
        f"<Acct><Id><IBAN>{account}</IBAN></Id><Ccy>EUR</Ccy></Acct>"
        f"{_camt_balance('OPBD', opening)}{_camt_balance('CLBD', closing)}{entries}</Stmt>"
    )


def camt_entry(line: Line, version: str = "08") -> str:
    status = "<Sts>BOOK</Sts>" if version < "08" else "<Sts><Cd>BOOK</Cd></Sts>"
    domain, family, kind = line.code.split("/") if line.code else ("PMNT", "RCDT", "ESCT")
    return (
        f"<Ntry>{camt_amount(line.cents)}"
        f"{'<RvslInd>true</RvslInd>' if line.returned else ''}{status}"
        f"<BookgDt><Dt>{line.day}</Dt></BookgDt>"
        f"{_element('ValDt', _element('Dt', str(line.value_day or '')))}"
        f"{_element('AcctSvcrRef', escape(line.bank_reference))}"
        f"<BkTxCd><Domn><Cd>{domain}</Cd><Fmly><Cd>{family}</Cd><SubFmlyCd>{kind}</SubFmlyCd></Fmly></Domn></BkTxCd>"
        f"<NtryDtls>{camt_detail(line, version)}</NtryDtls></Ntry>"
    )


def camt_detail(line: Line, version: str = "08") -> str:
    role = "Dbtr" if line.cents >= 0 else "Cdtr"
    name = _element("Nm", escape(line.counterparty))
    party = name if version < "08" else _element("Pty", name)
    iban = _element("IBAN", line.counterparty_iban)
    parties = f"{_element(role, party)}{_element(role + 'Acct', _element('Id', iban))}"
    reference = _element("Strd", _element("CdtrRefInf", _element("Ref", line.reference)))
    if version == "02":
        amount = f"<AmtDtls><TxAmt>{_amount_alone(line.cents)}</TxAmt></AmtDtls>"
    else:
        amount = camt_amount(line.cents)
    return (
        f"<TxDtls>{_element('Refs', _element('EndToEndId', escape(line.end_to_end)))}{amount}"
        f"{_element('RltdPties', parties)}"
        f"{_element('RmtInf', _element('Ustrd', escape(line.text)) + reference)}</TxDtls>"
    )


def camt_amount(cents: int) -> str:
    return f"{_amount_alone(cents)}<CdtDbtInd>{'CRDT' if cents >= 0 else 'DBIT'}</CdtDbtInd>"


def _amount_alone(cents: int) -> str:
    return f'<Amt Ccy="EUR">{euro(cents)}</Amt>'


def _camt_balance(kind: str, balance: Balance | None) -> str:
    if balance is None:
        return ""
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp>{camt_amount(balance.cents)}"
        f"<Dt><Dt>{balance.day}</Dt></Dt></Bal>"
    )


def _element(name: str, content: str) -> str:
    return f"<{name}>{content}</{name}>" if content else ""


def euro(cents: int) -> str:
    """Without a sign, with a full stop."""
    return f"{abs(cents) // 100}.{abs(cents) % 100:02}"


# -- MT940 ------------------------------------------------------------------------------------------------------------


def mt940(*statements: Statement) -> bytes:
    return "".join(mt940_statement(one) for one in statements).encode()


def mt940_statement(statement: Statement) -> str:
    fields = [":20:STARTUMS", f":25:{statement.account}", f":28C:{statement.identification}"]
    fields.append(f":60F:{_mt940_balance(statement.opening)}")
    for line in statement.lines:
        fields += [f":61:{_mt940_line(line)}", f":86:{_mt940_information(line)}"]
    fields += [f":62F:{_mt940_balance(statement.closing)}", "-"]
    return "\r\n".join(fields) + "\r\n"


def _mt940_line(line: Line) -> str:
    mark = "C" if line.cents >= 0 else "D"
    if line.returned:  # a credit taken back is a debit
        mark = "RD" if line.cents >= 0 else "RC"
    value_day = line.value_day or line.day
    return f"{value_day:%y%m%d}{line.day:%m%d}{mark}{_comma(line.cents)}NTRFNONREF//{line.bank_reference}"


def _mt940_information(line: Line) -> str:
    """With German subfields of 27 places, as many Italian banks use them too."""
    purpose = f"EREF+{line.end_to_end or 'NOTPROVIDED'} SVWZ+{line.reference} {line.text}".strip()
    chunks = [purpose[n : n + 27] for n in range(0, len(purpose), 27)]
    subfields = [f"?{20 + n}{chunk}" for n, chunk in enumerate(chunks)]
    return f"166?00BONIFICO{''.join(subfields)}?31{line.counterparty_iban}?32{line.counterparty}"


def _mt940_balance(balance: Balance) -> str:
    return f"{'C' if balance.cents >= 0 else 'D'}{balance.day:%y%m%d}EUR{_comma(balance.cents)}"


def _comma(cents: int) -> str:
    return euro(cents).replace(".", ",")


# -- CSV --------------------------------------------------------------------------------------------------------------

HEADER = "Data contabile;Data valuta;Importo;Ordinante;IBAN;Descrizione;CRO;Saldo"
MAPPING = Mapping(
    day="Data contabile",
    value_day="Data valuta",
    amount="Importo",
    counterparty="Ordinante",
    iban="IBAN",
    text="Descrizione",
    bank_reference="CRO",
    balance="Saldo",
)


def csv(statement: Statement) -> bytes:
    """As MAPPING reads it. The creditor reference stands in the text."""
    rows, balance = [HEADER], statement.opening.cents
    for line in statement.lines:
        balance += line.cents
        cells: Sequence[str] = (
            f"{line.day:%d/%m/%Y}",
            f"{line.value_day:%d/%m/%Y}" if line.value_day else "",
            italian(line.cents),
            line.counterparty,
            line.counterparty_iban,
            f"{line.text} {line.reference}".strip(),
            line.bank_reference,
            italian(balance),
        )
        rows.append(";".join(cells))
    return ("\r\n".join(rows) + "\r\n").encode()


def italian(cents: int) -> str:
    """With a sign, a comma, and full stops between thousands."""
    whole = f"{abs(cents) // 100:,}".replace(",", ".")
    return f"{'-' if cents < 0 else ''}{whole},{abs(cents) % 100:02}"
