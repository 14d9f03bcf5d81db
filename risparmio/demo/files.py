"""Statements as two banks would send them: one in CAMT.053, one in MT940 until it learned CAMT."""

from __future__ import annotations

from datetime import date
from xml.etree.ElementTree import Element, SubElement, tostring

from risparmio.amounts import plain
from risparmio.bank.formats.statement import Line, Statement

_SUBFIELD, _PURPOSES = 27, 10  # places of a subfield of :86:, and how many say what for


def camt(statement: Statement) -> bytes:
    """CAMT.053, version 8. The statement has both its balances."""
    document = Element("Document", xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08")
    message = SubElement(document, "BkToCstmrStmt")
    created = f"{statement.closing.day}T23:30:00"
    header = SubElement(message, "GrpHdr")
    _put(header, "MsgId", f"ESTRATTO-{statement.identification}")
    _put(header, "CreDtTm", created)
    stmt = SubElement(message, "Stmt")
    _put(stmt, "Id", statement.identification)
    _put(stmt, "CreDtTm", created)
    account = SubElement(stmt, "Acct")
    _put(account, "Id/IBAN", statement.account)
    _put(account, "Ccy", "EUR")
    for code, balance in (("OPBD", statement.opening), ("CLBD", statement.closing)):
        row = SubElement(stmt, "Bal")
        _put(row, "Tp/CdOrPrtry/Cd", code)
        _amount(row, balance.cents)
        _put(row, "Dt/Dt", balance.day.isoformat())
    for line in statement.lines:
        _entry(stmt, line)
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(document, encoding="utf-8")


def mt940(statement: Statement) -> bytes:
    """With the subfields of :86: that many banks of Europe write."""
    rows = [":20:ESTRATTO", f":25:{statement.account}", f":28C:{statement.identification}"]
    rows.append(f":60F:{_balance(statement.opening.day, statement.opening.cents)}")
    for line in statement.lines:
        value_day = line.value_day or line.day
        side = "C" if line.cents > 0 else "D"
        rows.append(
            f":61:{value_day:%y%m%d}{line.day:%m%d}{side}{_comma(line.cents)}NTRFNONREF//{line.bank_reference}"
        )
        rows.append(f":86:{_subfields(line)}")
    rows.append(f":62F:{_balance(statement.closing.day, statement.closing.cents)}")
    return ("\r\n".join([*rows, "-"]) + "\r\n").encode()


def _entry(stmt: Element, line: Line) -> None:
    entry = SubElement(stmt, "Ntry")
    _amount(entry, line.cents)
    if line.returned:
        _put(entry, "RvslInd", "true")
    _put(entry, "Sts/Cd", "BOOK")
    _put(entry, "BookgDt/Dt", line.day.isoformat())
    _put(entry, "ValDt/Dt", (line.value_day or line.day).isoformat())
    _put(entry, "AcctSvcrRef", line.bank_reference)
    domain = SubElement(SubElement(entry, "BkTxCd"), "Domn")
    code, family, kind = line.code.split("/")
    _put(domain, "Cd", code)
    families = SubElement(domain, "Fmly")
    _put(families, "Cd", family)
    _put(families, "SubFmlyCd", kind)
    detail = SubElement(SubElement(entry, "NtryDtls"), "TxDtls")
    if line.end_to_end:
        _put(detail, "Refs/EndToEndId", line.end_to_end)
    _amount(detail, line.cents)
    if line.counterparty:
        parties, role = SubElement(detail, "RltdPties"), "Dbtr" if line.cents > 0 else "Cdtr"
        _put(parties, f"{role}/Pty/Nm", line.counterparty)
        if line.counterparty_iban:
            _put(parties, f"{role}Acct/Id/IBAN", line.counterparty_iban)
    remittance = SubElement(detail, "RmtInf")
    _put(remittance, "Ustrd", line.text)
    if line.reference:
        _put(remittance, "Strd/CdtrRefInf/Ref", line.reference)


def _amount(parent: Element, cents: int) -> None:
    _put(parent, "Amt", plain(abs(cents))).set("Ccy", "EUR")
    _put(parent, "CdtDbtInd", "CRDT" if cents >= 0 else "DBIT")


def _put(parent: Element, path: str, text: str) -> Element:
    """`text` in new elements, one in the other, along the path."""
    for tag in path.split("/"):
        parent = SubElement(parent, tag)
    parent.text = text
    return parent


def _subfields(line: Line) -> str:
    said = f"EREF+{line.end_to_end or 'NOTPROVIDED'} SVWZ+{line.reference} {line.text}"
    parts = [said[start : start + _SUBFIELD] for start in range(0, len(said), _SUBFIELD)][:_PURPOSES]
    purpose = "".join(f"?{20 + place}{part}" for place, part in enumerate(parts))
    return f"166?00BONIFICO{purpose}?31{line.counterparty_iban}?32{line.counterparty[:_SUBFIELD]}"


def _balance(day: date, cents: int) -> str:
    return f"{'C' if cents >= 0 else 'D'}{day:%y%m%d}EUR{_comma(cents)}"


def _comma(cents: int) -> str:
    return plain(abs(cents)).replace(".", ",")
