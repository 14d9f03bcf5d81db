"""CSV: every bank has columns of its own, so a treasurer says once per bank what stands where (a Mapping)."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from risparmio.reference import the_one_in

from .errors import (
    CutOff,
    DoesNotAddUp,
    Empty,
    InvalidMapping,
    NoAccount,
    NoColumn,
    NoHeader,
    NotADay,
    NotAnAmount,
    NotThisFormat,
    NotWellFormed,
    OtherCurrency,
    Spreadsheet,
    WrongEncoding,
    check_size,
)
from .statement import Balance, Format, Line, Statement
from .values import NAME_LIMIT, account_of, cents, iban_of, identifier_of, reference_of, tidy

DELIMITERS = (";", ",", "\t", "|")
ENCODINGS = ("utf-8-sig", "utf-8", "cp1252", "iso8859-1", "iso8859-15", "cp850", "utf-16")
DECIMAL_MARKS = (",", ".")
# In the order in which a guess tries them: where both fit, Italy's wins.
DATE_FORMATS = (
    "%d/%m/%Y",
    "%d-%m-%Y",
    "%d.%m.%Y",
    "%d/%m/%y",
    "%d-%m-%y",
    "%d.%m.%y",
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%Y%m%d",
    "%m/%d/%Y",
)
MAX_SKIPPED = 100
# How pictures (JPEG, PNG, GIF), a PDF and what is packed begin.
_NO_TEXT = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"%PDF", b"\x1f\x8b")

# Headings of Italian and English banks, by the field they fill, as _heading() writes them.
_HEADINGS = {
    "day": (
        "data contabile",
        "data registrazione",
        "data operazione",
        "data movimento",
        "data",
        "booking date",
        "posting date",
        "transaction date",
        "date",
    ),
    "value_day": ("data valuta", "valuta", "value date"),
    "amount": ("importo", "importo eur", "importo euro", "ammontare", "amount", "amount eur", "movimento"),
    "paid_in": ("avere", "entrate", "accrediti", "accredito", "credit", "credits", "paid in", "money in"),
    "paid_out": ("dare", "uscite", "addebiti", "addebito", "debit", "debits", "paid out", "money out"),
    "counterparty": (
        "controparte",
        "ordinante",
        "ordinante beneficiario",
        "nominativo",
        "beneficiario",
        "counterparty",
        "counterparty name",
        "payer",
        "name",
    ),
    "iban": (
        "iban controparte",
        "iban ordinante",
        "conto controparte",
        "iban",
        "counterparty iban",
        "counterparty account",
    ),
    "text": (
        "causale",
        "descrizione",
        "descrizione operazione",
        "descrizione movimento",
        "dettagli",
        "description",
        "details",
        "remittance information",
        "narrative",
        "text",
    ),
    "reference": ("riferimento", "riferimento creditore", "reference", "creditor reference"),
    "bank_reference": ("cro", "trn", "cro trn", "id movimento", "numero operazione", "bank reference"),
    "balance": ("saldo", "saldo contabile", "saldo progressivo", "balance", "running balance"),
    "currency": ("divisa", "currency", "ccy"),
}
_COLUMNS = tuple(_HEADINGS)
_LOOKED_FOR_HEADER = 40  # rows: what a bank prints above it is an address and a period

_DATE_DIRECTIVES = re.compile(r"%(.)")
_CURRENCY_SIGN = re.compile(r"^(?:EUR|€)|(?:EUR|€)$")


@dataclass(frozen=True, kw_only=True)
class Mapping:
    """How a bank writes its CSV files. A column is the heading over it, or its place counted from 0; None: not there.

    Either `amount` has a sign, or `paid_in` and `paid_out` are two columns; a minus in `paid_out` says nothing new.
    `skip` and `skip_end` are rows above the header and below the last line. `date_format` is
    strptime's, of a day, a month and a year.
    Raises InvalidMapping, with a sentence for each field that is wrong.
    """

    delimiter: str = ";"
    encoding: str = "utf-8-sig"
    decimal_mark: str = ","
    date_format: str = "%d/%m/%Y"
    skip: int = 0
    skip_end: int = 0
    has_header: bool = True
    day: str | int | None = None
    value_day: str | int | None = None
    amount: str | int | None = None
    paid_in: str | int | None = None
    paid_out: str | int | None = None
    counterparty: str | int | None = None
    iban: str | int | None = None
    text: str | int | None = None
    reference: str | int | None = None
    bank_reference: str | int | None = None
    balance: str | int | None = None
    currency: str | int | None = None

    def __post_init__(self) -> None:
        if errors := self._errors():
            raise InvalidMapping(errors)

    def to_json(self) -> dict[str, str | int | bool | None]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: object) -> Mapping:
        """Of what `to_json` gave. Raises InvalidMapping."""
        if not isinstance(data, dict):
            raise InvalidMapping({"mapping": _("This is no description of columns.")})
        known = {field.name for field in fields(cls)}
        if unknown := [str(name) for name in data if name not in known]:
            raise InvalidMapping(dict.fromkeys(unknown, _("There is no such field.")))
        return cls(**data)

    def _errors(self) -> dict[str, str | Promise]:
        errors: dict[str, str | Promise] = {}
        if self.delimiter not in DELIMITERS:
            errors["delimiter"] = _("Choose semicolon, comma, tab or vertical bar.")
        if not _is_known_encoding(self.encoding):
            errors["encoding"] = _("We do not know this encoding.")
        if self.decimal_mark not in DECIMAL_MARKS:
            errors["decimal_mark"] = _("Choose comma or full stop.")
        if not _is_date_format(self.date_format):
            errors["date_format"] = _("A date needs a day, a month and a year, in figures.")
        for name in ("skip", "skip_end"):
            count = getattr(self, name)
            if type(count) is not int or not 0 <= count <= MAX_SKIPPED:
                errors[name] = _("This is no number of rows between 0 and 100.")
        if type(self.has_header) is not bool:
            errors["has_header"] = _("Say yes or no.")
        errors.update(self._column_errors())
        return errors

    def _column_errors(self) -> Iterator[tuple[str, str | Promise]]:
        used = set()
        for name in _COLUMNS:
            column = getattr(self, name)
            if column is None:
                continue
            is_place = type(column) is int and 0 <= column < 1000
            if not is_place and not (isinstance(column, str) and _heading(column)):
                yield name, _("Name the heading of a column, or its place counted from 0.")
            elif isinstance(column, str) and self.has_header is False:
                yield name, _("Without a row of headings, give the place of the column counted from 0.")
            elif (key := column if is_place else _heading(column)) in used:
                yield name, _("This column holds something else already.")
            else:
                used.add(key)
        if self.day is None:
            yield "day", _("Which column has the day of booking?")
        if self.amount is None:
            for name in ("paid_in", "paid_out"):
                if getattr(self, name) is None:
                    yield name, _("Name one column for the amount, or two for money in and money out.")
        elif self.paid_in is not None or self.paid_out is not None:
            yield "amount", _("Name one column for the amount, or two for money in and money out.")


@dataclass(frozen=True)
class _Row:
    """Cells by the field of the mapping that they fill, and the row's number as a spreadsheet counts it."""

    number: int
    cells: dict[str, str]

    def cell(self, name: str) -> str:
        return self.cells.get(name, "")


def read(content: bytes, mapping: Mapping, account: str) -> Statement:
    """The file does not say of which account it is: `account` does. Raises Unreadable, with the row where there is one.

    Balances are there only if every row has one. They are checked row by row, the oldest or the newest first.
    """
    check_size(content)
    account = account_of(account)
    if not account:
        raise NoAccount()
    rows = _rows(content, mapping)
    lines = [_line(row, mapping) for row in rows]
    balances = [_amount(row.cell("balance"), mapping, row.number) for row in rows if row.cell("balance")]
    if len(balances) < len(rows):
        return Statement(account=account, format=Format.CSV, lines=tuple(lines))
    # The oldest stands first, or the newest. What fits neither way differs where the oldest first goes wrong.
    if gap := _gap(lines, balances):
        lines.reverse()
        balances.reverse()
        if _gap(lines, balances):
            raise DoesNotAddUp(gap)
    return Statement(
        account=account,
        format=Format.CSV,
        opening=Balance(day=lines[0].day, cents=balances[0] - lines[0].cents),
        closing=Balance(day=lines[-1].day, cents=balances[-1]),
        lines=tuple(lines),
    )


def guess(content: bytes) -> Mapping:
    """A proposal by the header and by what stands under it, for a person to look at. Raises Unreadable (NoHeader)."""
    check_size(content)
    encoding = _guess_encoding(content)
    text = _decode(content, encoding)
    found: list[_Header] = []
    for delimiter in DELIMITERS:
        # Only the head of the file, and forgiving: a guess is no reading.
        try:
            table = list(csv.reader(io.StringIO(text[:100_000], newline=""), delimiter=delimiter))
        except csv.Error:
            continue
        for place, row in enumerate(table[:_LOOKED_FOR_HEADER]):
            columns = _guess_columns(row)
            if columns:
                found.append(_Header(delimiter, place, columns, table[place + 1 :]))
    if not found:
        raise NoHeader()
    header = max(found, key=lambda one: len(one.columns))
    return Mapping(
        delimiter=header.delimiter,
        encoding=encoding,
        decimal_mark=_guess_decimal_mark(header.under("amount", "paid_in", "paid_out")),
        date_format=_guess_date_format(header.under("day")),
        skip=header.place,
        **{name: column for name, (column, _place) in header.columns.items()},
    )


# -- Reading ----------------------------------------------------------------------------------------------------------


def must_be_text(content: bytes, encoding: str = "") -> None:
    """A photo or a program is no table, whatever letters its bytes may be taken for. Raises NotThisFormat."""
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise Spreadsheet()
    of_two_bytes = encoding == "utf-16" or content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if content.startswith(_NO_TEXT) or (b"\0" in content and not of_two_bytes):
        raise NotThisFormat()


def _decode(content: bytes, encoding: str) -> str:
    must_be_text(content, encoding)
    try:
        return content.decode(encoding)
    except UnicodeError as error:
        raise WrongEncoding(encoding=encoding) from error


def _rows(content: bytes, mapping: Mapping) -> list[_Row]:
    text = _decode(content, mapping.encoding)
    table = _table(text, mapping.delimiter)[mapping.skip :]
    header: list[str] = []
    if mapping.has_header:
        if not table:
            raise NoHeader()
        header = table.pop(0)[1]
    table = [(number, cells) for number, cells in table if any(cell.strip() for cell in cells)]
    places = _places(mapping, header)
    if table and not text.endswith(("\n", "\r")):
        _check_end(*table[-1], places, mapping)
    if mapping.skip_end:
        table = table[: -mapping.skip_end]
    if not table:
        raise Empty()
    width = len(header) or max(places.values()) + 1
    return [_row(number, cells, places, width, has_header=bool(header)) for number, cells in table]


def _table(text: str, delimiter: str) -> list[tuple[int, list[str]]]:
    try:
        return list(enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True), 1))
    except csv.Error as error:
        raise (CutOff() if "end of data" in str(error) else NotWellFormed()) from error


def _places(mapping: Mapping, header: list[str]) -> dict[str, int]:
    headings = [_heading(cell) for cell in header]
    places = {}
    for name in _COLUMNS:
        column = getattr(mapping, name)
        if isinstance(column, str):
            if headings.count(_heading(column)) != 1:
                raise NoColumn(column=column)
            column = headings.index(_heading(column))
        elif column is not None and header and column >= len(header):
            raise NoColumn(column=column)
        if column is not None:
            places[name] = column
    return places


def _row(number: int, cells: list[str], places: dict[str, int], width: int, *, has_header: bool) -> _Row:
    """A row must have the header's cells: one delimiter too many moves the amounts, one too few is a cut."""
    if len(cells) < width:
        raise CutOff(row=number)
    if has_header and any(cell.strip() for cell in cells[width:]):
        raise NotWellFormed(row=number)
    return _Row(number, {name: cells[place].strip() for name, place in places.items()})


def _check_end(number: int, cells: list[str], places: dict[str, int], mapping: Mapping) -> None:
    """A file that ends without a line end may have been cut within its last cell: 12 may have been 12,50."""
    names = {name for name, place in places.items() if place == len(cells) - 1}
    last = cells[-1].strip()
    if not last:
        is_whole = not names & {"amount", "balance"}  # of money in and money out, one is always empty
    else:
        has_cents = re.search(rf"{re.escape(mapping.decimal_mark)}[0-9]{{2}}(?:\s*(?:EUR|€))?$", last)
        is_whole = has_cents or not names & {"amount", "paid_in", "paid_out", "balance"}
    if not is_whole:
        raise CutOff(row=number)


def _line(row: _Row, mapping: Mapping) -> Line:
    currency = row.cell("currency").upper()
    if currency not in ("", "EUR", "€", "EURO"):
        raise OtherCurrency(currency=currency, row=row.number)
    text = tidy(row.cell("text"))
    value_day = row.cell("value_day")
    return Line(
        day=_day(row.cell("day"), mapping, row.number),
        value_day=_day(value_day, mapping, row.number) if value_day else None,
        cents=_movement(row, mapping),
        reference=reference_of(row.cell("reference")) or the_one_in(text),
        counterparty=tidy(row.cell("counterparty"), NAME_LIMIT),
        counterparty_iban=iban_of(row.cell("iban")),
        text=text,
        bank_reference=identifier_of(row.cell("bank_reference")),
    )


def _movement(row: _Row, mapping: Mapping) -> int:
    if mapping.amount is not None:
        return _amount(row.cell("amount"), mapping, row.number)
    paid_in = _amount(row.cell("paid_in") or "0", mapping, row.number)
    paid_out = abs(_amount(row.cell("paid_out") or "0", mapping, row.number))
    has_none = not row.cell("paid_in") and not row.cell("paid_out")
    if has_none or paid_in < 0 or (paid_in and paid_out):
        raise NotAnAmount(amount=f"{row.cell('paid_in')} {row.cell('paid_out')}".strip(), row=row.number)
    return paid_in - paid_out


def _amount(text: str, mapping: Mapping, row: int) -> int:
    """Signed cents. Thousands may be marked by the mark that is not the decimal one, everywhere or nowhere."""
    bare = _CURRENCY_SIGN.sub("", text.strip()).strip().replace("−", "-")
    sign, figures = (bare[0], bare[1:].strip()) if bare[:1] in ("+", "-") else ("+", bare)
    whole, mark, fraction = figures.partition(mapping.decimal_mark)
    thousands = "." if mapping.decimal_mark == "," else ","
    if re.fullmatch(rf"[0-9]{{1,3}}(?:{re.escape(thousands)}[0-9]{{3}})+", whole):
        whole = whole.replace(thousands, "")
    if not whole.isdigit() or not (fraction.isdigit() if mark else True):
        raise NotAnAmount(amount=text, row=row)
    try:
        amount = cents(f"{whole}.{fraction}" if mark else whole)
    except NotAnAmount as error:
        raise NotAnAmount(amount=text, row=row) from error
    return -amount if sign == "-" else amount


def _day(text: str, mapping: Mapping, row: int) -> date:
    try:
        return datetime.strptime(text.strip(), mapping.date_format).date()  # noqa: DTZ007 (a day, no moment)
    except ValueError as error:
        raise NotADay(day=text, row=row) from error


def _gap(lines: list[Line], balances: list[int]) -> int:
    """Cents by which the first balance that does not follow from the one before it is too high; 0: all of them do."""
    gaps = (balances[n] - balances[n - 1] - lines[n].cents for n in range(1, len(lines)))
    return next((gap for gap in gaps if gap), 0)


# -- Guessing ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Header:
    """A row that names a day and an amount: where it is, what its columns are, and the rows under it."""

    delimiter: str
    place: int
    columns: dict[str, tuple[str | int, int]]
    rows: list[list[str]]

    def under(self, *names: str) -> list[str]:
        places = [self.columns[name][1] for name in names if name in self.columns]
        cells = (row[place].strip() for row in self.rows for place in places if place < len(row))
        return [cell for cell in cells if cell]


def _guess_encoding(content: bytes) -> str:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            content.decode("cp1252")
        except UnicodeDecodeError:
            return "iso8859-1"
        return "cp1252"
    return "utf-8-sig"


def _guess_columns(row: list[str]) -> dict[str, tuple[str | int, int]] | None:
    """For each field its column, and the place of it; None if the row is no header. A doubled heading goes by place."""
    headings = [_heading(cell) for cell in row]
    columns: dict[str, tuple[str | int, int]] = {}
    taken: set[int] = set()
    for name, known in _HEADINGS.items():
        place = next((headings.index(words) for words in known if words in headings), None)
        if place is None or place in taken:
            continue
        taken.add(place)
        columns[name] = (row[place].strip() if headings.count(headings[place]) == 1 else place, place)
    if "amount" in columns:
        columns.pop("paid_in", None)
        columns.pop("paid_out", None)
    elif "paid_in" not in columns or "paid_out" not in columns:
        return None
    return columns if "day" in columns else None


def _guess_decimal_mark(amounts: list[str]) -> str:
    """The mark before one or two last figures; a comma where no amount has any."""
    votes = {
        mark: sum(bool(re.search(rf"\{mark}[0-9]{{1,2}}$", text)) for text in amounts)
        for mark in DECIMAL_MARKS
    }
    return "." if votes["."] > votes[","] else ","


def _guess_date_format(days: list[str]) -> str:
    """The one that reads most of them: there may be a line of totals."""

    def readable(date_format: str) -> int:
        return sum(_is_day(text, date_format) for text in days[:200])

    return max(DATE_FORMATS, key=readable)


def _is_day(text: str, date_format: str) -> bool:
    try:
        datetime.strptime(text, date_format)  # noqa: DTZ007 (a day, no moment)
    except ValueError:
        return False
    return True


# -- What a mapping may say -------------------------------------------------------------------------------------------


def _heading(text: str) -> str:
    """As headings are compared: "Data  Contabile" and "data contabile:" are one."""
    return " ".join(re.findall(r"\w+", text.casefold()))


def _is_known_encoding(name: object) -> bool:
    try:
        return isinstance(name, str) and codecs.lookup(name).name in {
            codecs.lookup(one).name for one in ENCODINGS
        }
    except (LookupError, ValueError):
        return False


def _is_date_format(text: object) -> bool:
    """Any order and any marks between, as long as there is one day, one month and one year, in figures."""
    if not isinstance(text, str) or len(text) > 20:
        return False
    if sorted(_DATE_DIRECTIVES.findall(text)) not in (["Y", "d", "m"], ["d", "m", "y"]):
        return False
    return _is_day(date(2026, 12, 31).strftime(text), text)
