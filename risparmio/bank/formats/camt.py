"""CAMT.053 (ISO 20022), the statement in XML, of every version so far.

The versions differ in their namespace and in a few places, so elements are found by their names alone; where a version
puts something elsewhere, both places are looked at. References in comments are to the names of the standard.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from xml.etree.ElementTree import Element, ParseError  # noqa: S405 (for their names: defusedxml does the parsing)
from xml.parsers.expat import errors as expat
from zoneinfo import ZoneInfo

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from risparmio.reference import the_one_in

from .errors import (
    CutOff,
    ForbiddenXml,
    NoAccount,
    NotADay,
    NotAnAmount,
    NotThisFormat,
    NotWellFormed,
    OtherCurrency,
    check_size,
)
from .statement import Balance, Format, Line, Statement
from .values import (
    CODE_LIMIT,
    NAME_LIMIT,
    account_of,
    cents,
    iban_of,
    identifier_of,
    reference_of,
    tidy,
)

_BANKS_TIME = ZoneInfo("Europe/Rome")
_ROOT = re.compile(r"\{[^}]*camt\.053\.001\.(?:0[1-9]|1[0-4])\}Document")
_DAY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:Z|[+-][0-9]{2}:[0-9]{2})?")
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?(?:Z|[+-][0-9]{2}:[0-9]{2})?"
)
# The parser came to the end in the middle of something.
_ENDS_EARLY = {
    expat.codes[message]
    for message in (
        expat.XML_ERROR_NO_ELEMENTS,
        expat.XML_ERROR_UNCLOSED_TOKEN,
        expat.XML_ERROR_PARTIAL_CHAR,
        expat.XML_ERROR_UNCLOSED_CDATA_SECTION,
    )
}
# Expected, announced, not (yet) on the account.
_NOT_BOOKED = {"PDNG", "INFO", "FUTR"}
_OPENING, _CLOSING = ("OPBD", "PRCD"), ("CLBD",)


def read(content: bytes) -> list[Statement]:
    """Every Stmt of the file, in its order. Raises Unreadable."""
    check_size(content)
    root = _parse(content)
    if not _ROOT.fullmatch(root.tag):
        raise NotThisFormat()
    message = next((child for child in root if _name(child).startswith("BkToCstmrStmt")), None)
    if message is None:
        raise NotThisFormat()
    statements = [_statement(stmt) for stmt in _all(message, "Stmt")]
    if not statements:
        raise NotThisFormat()
    return statements


def _parse(content: bytes) -> Element:
    try:
        return fromstring(content, forbid_dtd=True, forbid_entities=True, forbid_external=True)
    except DefusedXmlException as forbidden:
        raise ForbiddenXml() from forbidden
    except ParseError as error:
        raise (CutOff() if error.code in _ENDS_EARLY else NotWellFormed()) from error
    except (
        LookupError,
        ValueError,
    ) as error:  # an encoding that nobody knows, or that the parser cannot take
        raise NotWellFormed() from error


def _statement(stmt: Element) -> Statement:
    account = account_of(_account_number(_one(stmt, "Acct")))
    if not account:
        raise NoAccount()
    _check_currency(_text(stmt, "Acct/Ccy"))
    lines = [line for entry in _all(stmt, "Ntry") for line in _lines(entry, account)]
    return Statement(
        account=account,
        format=Format.CAMT,
        identification=tidy(_text(stmt, "Id"), CODE_LIMIT),
        opening=_balance(stmt, _OPENING, earliest=True),
        closing=_balance(stmt, _CLOSING, earliest=False),
        lines=tuple(lines),
    )


def _account_number(account: Element | None) -> str:
    number = _one(account, "Id")
    paths = ("IBAN", "Othr/Id", "PrtryAcct/Id", "BBAN", "UPIC")  # the last three: version 01
    return next((text for path in paths if (text := _text(number, path))), "")


def _balance(stmt: Element, kinds: tuple[str, ...], *, earliest: bool) -> Balance | None:
    """Of the first kind that is there. A statement of several days may have one for each: the outermost counts."""
    found: dict[str, list[Balance]] = {kind: [] for kind in kinds}
    for bal in _all(stmt, "Bal"):
        kind = _text(bal, "Tp/CdOrPrtry/Cd") or _text(bal, "Tp/Cd")
        if kind in found:
            found[kind].append(Balance(day=_day(_one(bal, "Dt")), cents=_signed(bal)))
    balances = next((found[kind] for kind in kinds if found[kind]), None)
    if not balances:
        return None
    return min(balances, key=_day_of) if earliest else max(reversed(balances), key=_day_of)


def _day_of(balance: Balance) -> date:
    return balance.day


def _lines(entry: Element, account: str) -> Iterator[Line]:
    """One line for each transaction of a batch where the bank tells their amounts, else one for the entry."""
    if (_text(entry, "Sts/Cd") or _text(entry, "Sts")) in _NOT_BOOKED:
        return
    total = _signed(entry)
    details = [one for group in _all(entry, "NtryDtls") for one in _all(group, "TxDtls")]
    details = details or _all(entry, "TxDtls")  # version 01
    if len(details) == 1:
        yield _line(entry, details[0], total, account, alone=True)
        return
    amounts = [_detail_cents(one, total) for one in details]
    if details and None not in amounts and sum(amounts) == total:
        for one, amount in zip(details, amounts, strict=True):
            yield _line(entry, one, amount, account, alone=False)
        return
    # Nobody knows who paid how much of it: the line has nobody's name, and all their words.
    line = _line(entry, None, total, account, alone=True)
    words = " ".join(words for one in details if (words := _remittance(one)))
    yield replace(line, text=tidy(words) if words else line.text, several=len(details) > 1)


def _line(entry: Element, detail: Element | None, amount: int, account: str, *, alone: bool) -> Line:
    text = _remittance(detail) or tidy(_text(detail, "AddtlTxInf") or _text(entry, "AddtlNtryInf"))
    name, iban = _counterparty(_one(detail, "RltdPties"), amount, account)
    booked, value = _one(entry, "BookgDt"), _one(entry, "ValDt")
    value_day = _day(value) if value is not None else None
    # A batch's own reference is of all its payments together, and of none.
    bank_reference = _text(detail, "Refs/AcctSvcrRef") or (alone and _text(entry, "AcctSvcrRef")) or ""
    return Line(
        day=_day(booked) if booked is not None or value_day is None else value_day,
        value_day=value_day,
        cents=amount,
        reference=_structured_reference(detail) or the_one_in(text),
        end_to_end=identifier_of(_text(detail, "Refs/EndToEndId")),
        counterparty=name,
        counterparty_iban=iban,
        text=text,
        bank_reference=identifier_of(bank_reference),
        code=_code(_one(detail, "BkTxCd")) or _code(_one(entry, "BkTxCd")),
        returned=_is_returned(entry, detail),
    )


def _detail_cents(detail: Element, total: int) -> int | None:
    """Of one transaction in a batch, None if the bank does not say it in euro. Older versions give it no direction."""
    amount = next(
        (found for path in ("Amt", "AmtDtls/TxAmt/Amt") if (found := _one(detail, path)) is not None), None
    )
    if amount is None or amount.get("Ccy") != "EUR":
        return None
    direction = _text(detail, "CdtDbtInd") or ("DBIT" if total < 0 else "CRDT")
    return _direct(cents((amount.text or "").strip()), direction)


def _signed(element: Element) -> int:
    """The cents of an entry or a balance.

    CdtDbtInd tells which way the money went, also in a reversal: RvslInd says why, and turns nothing round.
    """
    amount = _one(element, "Amt")
    if amount is None:
        raise NotAnAmount(amount="")
    _check_currency(amount.get("Ccy", ""))
    return _direct(cents((amount.text or "").strip()), _text(element, "CdtDbtInd"))


def _direct(amount: int, direction: str) -> int:
    if direction not in ("CRDT", "DBIT"):
        raise NotWellFormed()
    return amount if direction == "CRDT" else -amount


def _check_currency(currency: str) -> None:
    if currency and currency != "EUR":
        raise OtherCurrency(currency=currency)


def _day(element: Element | None) -> date:
    """Of Dt or DtTm. A moment with a time zone is the day that it was in Rome."""
    text = _text(element, "Dt") or _text(element, "DtTm")
    try:
        if match := _DAY.fullmatch(text):
            return date.fromisoformat(match[1])
        if not _MOMENT.fullmatch(text):
            raise NotADay(day=text)
        moment = datetime.fromisoformat(text)
        return (moment.astimezone(_BANKS_TIME) if moment.tzinfo else moment).date()
    except (ValueError, OverflowError) as error:
        raise NotADay(day=text) from error


def _remittance(detail: Element | None) -> str:
    return tidy(" ".join(part.text or "" for part in _all(_one(detail, "RmtInf"), "Ustrd")))


def _structured_reference(detail: Element | None) -> str:
    for structured in _all(_one(detail, "RmtInf"), "Strd"):
        text = _text(structured, "CdtrRefInf/Ref") or _text(structured, "CdtrRefInf/CdtrRef")  # version 01
        if reference := reference_of(text):
            return reference
    return ""


def _counterparty(parties: Element | None, amount: int, account: str) -> tuple[str, str]:
    """Name and IBAN of whoever paid, or was paid. What goes back may keep the roles it had: the IBAN is not ours."""
    expected, other = ("Dbtr", "Cdtr") if amount >= 0 else ("Cdtr", "Dbtr")
    for role in (expected, other):
        name = _text(parties, f"{role}/Nm") or _text(parties, f"{role}/Pty/Nm")  # Pty: since version 08
        iban = iban_of(_text(parties, f"{role}Acct/Id/IBAN"))
        if iban != account and (iban or (name and role == expected)):
            return tidy(name, NAME_LIMIT), iban
    return "", ""


def _code(code: Element | None) -> str:
    domain = (
        _text(code, "Domn/Cd"),
        _text(code, "Domn/Fmly/Cd"),
        _text(code, "Domn/Fmly/SubFmlyCd"),
    )
    return tidy("/".join(filter(None, domain)) or _text(code, "Prtry/Cd"), CODE_LIMIT)


def _is_returned(entry: Element, detail: Element | None) -> bool:
    codes = (_text(one, "BkTxCd/Domn/Fmly/SubFmlyCd") for one in (detail, entry))
    return _text(entry, "RvslInd") in ("true", "1") or _one(detail, "RtrInf") is not None or "RRTN" in codes


# -- Finding elements by their names, whatever their namespace --------------------------------------------------------


def _name(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _all(parent: Element | None, name: str) -> list[Element]:
    return [] if parent is None else [child for child in parent if _name(child) == name]


def _one(parent: Element | None, path: str) -> Element | None:
    """The first element at the end of the path, None if there is none."""
    for name in path.split("/"):
        parent = next(iter(_all(parent, name)), None)
    return parent


def _text(parent: Element | None, path: str) -> str:
    element = _one(parent, path)
    return "" if element is None else (element.text or "").strip()
