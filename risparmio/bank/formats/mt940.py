"""MT940 (SWIFT), the statement in fields of text.

The package `mt-940` knows the fields, and forgives nearly everything; money is not the place for that. So the file is
taken apart here, field by field in the order of the standard, and each value is looked at before the package reads it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from mt940 import Options
from mt940.models import Transactions
from mt940.tags import FinalClosingBalance, FinalOpeningBalance, StatementGLS, Tag

from risparmio.reference import the_one_in

from .errors import (
    CutOff,
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
    iban_of,
    identifier_of,
    reference_of,
    tidy,
)

_FIELD = re.compile(r":([0-9]{2}[A-Z]?|NS):(.*)", re.DOTALL)
_AMOUNT = re.compile(r"[0-9]{1,12}(?:,[0-9]{0,2})?")
# Everything but the amount is strict; the amount is whatever stands where one belongs, to be named in the error.
_BALANCE = re.compile(r"[DC][0-9]{6}(?P<currency>[A-Z]{3})(?P<amount>.*)", re.DOTALL)
_LINE = re.compile(r"[0-9]{6}(?:[0-9]{4}| {4})?R?[DC][A-Z]?(?P<amount>[^A-Z]*)[A-Z][A-Z0-9]{3}.*", re.DOTALL)
_OPENINGS, _CLOSINGS = ("60F", "60M"), ("62F", "62M")

# Lines of :86: have 65 places, subfields of it 27: a full one goes on in the next without a blank.
_LINE_WIDTH, _SUBFIELD_WIDTH = 65, 27
_SUBFIELDS = re.compile(r"[0-9]{3}(?P<mark>[?~<>^])[0-9]{2}")
_PLUS_KEYS = re.compile(r"\b(EREF|KREF|MREF|CRED|DEBT|PURP|SVWZ|ABWA|ABWE|IBAN|BIC|COAM|OAMT|RREF|RTRN)\+")
_SLASH_KEYS = re.compile(
    r"/(EREF|REMI|NAME|IBAN|BIC|ORDP|BENM|CNTP|ULTC|ULTD|TRTP|CSID|MARF|PURP|ADDR|RTRN|PREF|KREF|SVCL|CRED|SVWZ)/"
)
_STRUCTURED = re.compile(r"^/?(?:USTD/{1,2}|STRD/(?:CUR|ISO)?/?)")


@dataclass
class _Message:
    """One statement's fields, in the order of the file; `is_closed` once its closing balance is there."""

    fields: list[tuple[str, str]] = field(default_factory=list)
    is_closed: bool = False


@dataclass(frozen=True, kw_only=True)
class _Information:
    """What :86: says of a line."""

    text: str = ""
    end_to_end: str = ""
    counterparty: str = ""
    iban: str = ""
    reference: str = ""
    returned: bool = False


def read(content: bytes) -> list[Statement]:
    """Every statement (page) of the file, in its order. Raises Unreadable."""
    check_size(content)
    return [_statement(message.fields) for message in _messages(_decode(content))]


def _decode(content: bytes) -> str:
    """SWIFT's own signs are ASCII; what banks add to them is UTF-8 or Latin-1."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("latin-1")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _messages(text: str) -> list[_Message]:
    """Raises NotThisFormat without any statement, CutOff if one has no end."""
    messages: list[_Message] = []
    current: _Message | None = None
    for line in text.split("\n"):
        match = _FIELD.fullmatch(line)
        if match and match[1] == "20":
            if current and not current.is_closed:
                raise CutOff()
            current = _Message()
            messages.append(current)
        elif current and current.is_closed and (line.strip() == "-" or line.startswith("-}")):
            current = None
        if not current:
            continue
        if match:
            current.fields.append((match[1].replace("25P", "25"), match[2]))
            current.is_closed = current.is_closed or match[1] in _CLOSINGS
        elif line.strip():
            name, value = current.fields[-1]
            current.fields[-1] = (name, f"{value}\n{line.rstrip()}")
    if not messages:
        raise NotThisFormat()
    # An envelope has an end of its own, which files without one cannot miss.
    if (current and not current.is_closed) or text.count("{4:") > text.count("-}"):
        raise CutOff()
    return messages


def _statement(fields: list[tuple[str, str]]) -> Statement:
    _check_order([name for name, _ in fields])
    values = dict(reversed(fields))  # the first of each name
    account = account_of(values["25"].partition("\n")[0])  # under :25P: there is the bank's BIC
    if not account:
        raise NoAccount()
    return Statement(
        account=account,
        format=Format.MT940,
        identification=tidy(values.get("28C") or values.get("28"), CODE_LIMIT),
        opening=_balance(FinalOpeningBalance(), values, _OPENINGS),
        closing=_balance(FinalClosingBalance(), values, _CLOSINGS),
        lines=tuple(_line(line, information) for line, information in _pairs(fields)),
    )


def _check_order(names: list[str]) -> None:
    """:20: :25: :60: (:61: [:86:])* :62:, each balance once. Raises NotWellFormed."""
    landmarks = ["first" if name in _OPENINGS else "last" if name in _CLOSINGS else name for name in names]
    order = [name for name in landmarks if name in ("20", "25", "first", "61", "last")]
    if [name for name in order if name != "61"] != ["20", "25", "first", "last"]:
        raise NotWellFormed()
    if "61" in order and (order[2] != "first" or order[-1] != "last"):
        raise NotWellFormed()


def _pairs(fields: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Each :61: with the :86: that follows it, or with "". After the closing balance, :86: is of the statement."""
    for position, (name, value) in enumerate(fields):
        if name == "61":
            following = fields[position + 1]  # there is one: :62: stands at the end
            yield value, following[1] if following[0] == "86" else ""


def _balance(tag: Tag, values: dict[str, str], names: tuple[str, ...]) -> Balance:
    """The last letter of its name says whether it is the day's (F) or only a page's (M)."""
    name = next(one for one in names if one in values)
    value = values[name]
    match = _BALANCE.fullmatch(value.strip())
    if not match:
        raise NotWellFormed()
    if match["currency"] != "EUR":
        raise OtherCurrency(currency=match["currency"])
    _check_amount(match["amount"])
    balance = _by_the_package(tag, value.strip())[tag.slug]
    return Balance(day=_plain(balance.date), cents=_cents(balance.amount.amount), is_final=name.endswith("F"))


def _line(value: str, information: str) -> Line:
    # The package logs a value that does not fit its pattern, names and all: it gets nothing but what fits.
    value, _, supplement = value.strip().partition("\n")
    match = _LINE.fullmatch(value)
    if not match:
        raise NotWellFormed()
    _check_amount(match["amount"])
    data = _by_the_package(StatementGLS(), value)  # its customer reference may be of any length
    said = _information(information)
    value_day = _plain(data["date"])
    return Line(
        day=_plain(data["entry_date"]) if "entry_date" in data else value_day,
        value_day=value_day,
        cents=_cents(data["amount"].amount),
        reference=said.reference or the_one_in(said.text) or the_one_in(said.end_to_end),
        end_to_end=said.end_to_end,
        counterparty=said.counterparty,
        counterparty_iban=said.iban,
        text=said.text or tidy(supplement),
        bank_reference=identifier_of(data.get("bank_reference")),
        code=tidy(data.get("id"), CODE_LIMIT),
        returned=data["status"].startswith("R") or said.returned,
    )


def _by_the_package(tag: Tag, value: str) -> dict:
    """Raises NotADay: everything else has been looked at."""
    page = Transactions(options=Options.all())
    try:
        return tag(page, tag.parse(page, value))
    except (ValueError, OverflowError) as error:
        raise NotADay(day=value) from error
    except RuntimeError as error:  # the package's word for a value that does not have its pattern
        raise NotWellFormed() from error


def _check_amount(text: str) -> None:
    if not _AMOUNT.fullmatch(text):
        raise NotAnAmount(amount=text)


def _cents(amount: Decimal) -> int:
    return int(amount * 100)  # two decimals at most, and a Decimal: exact


def _plain(day: date) -> date:
    """The package has dates of its own kind."""
    return date(day.year, day.month, day.day)


# -- :86:, in the ways of different banks -----------------------------------------------------------------------------


def _information(value: str) -> _Information:
    if match := _SUBFIELDS.match(value):
        return _from_subfields(value, match["mark"])
    text = _join(value.split("\n"), _LINE_WIDTH)
    if _SLASH_KEYS.search(text):
        return _from_slashes(text)
    return _Information(text=tidy(text))


def _from_subfields(value: str, mark: str) -> _Information:
    """?20 to ?29 and ?60 to ?63 say what for, ?31 from which account, ?32 and ?33 from whom."""
    found: dict[str, list[str]] = {}
    for part in value.replace("\n", "").split(mark)[1:]:
        found.setdefault(part[:2], []).append(part[2:])
    purpose_fields = [*(f"2{n}" for n in range(10)), *(f"6{n}" for n in range(4))]
    purpose = _join([part for name in purpose_fields for part in found.get(name, [])], _SUBFIELD_WIDTH)
    said = _keyed(purpose, _PLUS_KEYS)
    if "SVWZ" in said:
        text = said["SVWZ"]
    elif said.keys() == {""}:
        text = purpose
    else:
        text = said.get("", "")
    return _Information(
        text=tidy(text or " ".join(found.get("00", []))),
        end_to_end=identifier_of(said.get("EREF")),
        counterparty=tidy(_join(found.get("32", []) + found.get("33", []), _SUBFIELD_WIDTH), NAME_LIMIT),
        iban=iban_of("".join(found.get("31", [])) or said.get("IBAN")),
        returned="RTRN" in said,
    )


def _from_slashes(text: str) -> _Information:
    """/EREF/ /REMI/ and their kin; /CNTP/ is account, bank and name in one."""
    said = _keyed(text, _SLASH_KEYS)
    remittance = said.get("REMI") or said.get("SVWZ") or ""
    words = _STRUCTURED.sub("", remittance).strip("/ ")
    account, _, rest = said.get("CNTP", "").partition("/")
    name = rest.split("/")[1] if rest.count("/") else ""
    is_structured = remittance.lstrip("/").startswith("STRD/")
    return _Information(
        text="" if is_structured else tidy(words),
        end_to_end=identifier_of(said.get("EREF", "").strip("/ ")),
        counterparty=tidy(said.get("NAME", "").strip("/ ") or name, NAME_LIMIT),
        iban=iban_of(said.get("IBAN") or account),
        reference=reference_of(words) if is_structured else "",
        returned="RTRN" in said,
    )


def _keyed(text: str, keys: re.Pattern[str]) -> dict[str, str]:
    """What follows each key up to the next one; "" has what stands before the first. The first of two counts."""
    parts = keys.split(text)
    found = {"": parts[0].strip()}
    for key, value in zip(parts[1::2], parts[2::2], strict=True):
        found.setdefault(key, value.strip())
    return found


def _join(parts: list[str], width: int) -> str:
    joined = ""
    for part in parts:
        joined += part if len(part) >= width else f"{part} "
    return joined.strip()
