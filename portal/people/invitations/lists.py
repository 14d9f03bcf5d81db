"""A list of households as a spreadsheet saves it: read, checked row by row, and only then registered."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import get_language_info, gettext_lazy
from django.utils.translation import gettext as _

from portal.people.fields import NameField
from portal.people.models import HouseholdMember
from portal.people.phones import readable
from portal.ui.words import listed

from .forms import SOMEBODY_HAS_EMAIL, SOMEBODY_HAS_PHONE, AdultForm
from .registration import Adult, Entry, taken_contacts

LARGEST_FILE = 1024 * 1024  # bytes
MOST_ROWS = 500


@dataclass(frozen=True)
class Column:
    """One column: the words at its head, the first of which stand in the template."""

    field: str
    label: Promise
    heads: tuple[str, ...]
    example: str


COLUMNS = (
    Column(
        "household",
        gettext_lazy("Household"),
        ("famiglia", "nucleo", "nucleo familiare", "household", "family"),
        "Famiglia Rossi",
    ),
    Column(
        "name",
        gettext_lazy("Name and surname"),
        ("nome", "nome e cognome", "name", "full name"),
        "Anna Rossi",
    ),
    Column("language", gettext_lazy("Language"), ("lingua", "language"), "it"),
    Column(
        "email",
        gettext_lazy("E-mail address"),
        ("email", "e-mail", "posta elettronica", "indirizzo e-mail", "e-mail address"),
        "anna.rossi@example.org",
    ),
    Column(
        "phone",
        gettext_lazy("Phone to sign in with"),
        ("telefono", "cellulare", "telefono per entrare", "phone", "mobile", "phone to sign in with"),
        "",
    ),
    Column(
        "contact_phone",
        gettext_lazy("Phone to call"),
        ("telefono da chiamare", "telefono di contatto", "contact phone", "phone to call"),
        "02 0000 0199",
    ),
)
REQUIRED = ("household", "name")
# What a spreadsheet would take for a formula, once somebody exports these names again.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Unreadable(Exception):
    """This is no list: its message says why, to the person."""


@dataclass(frozen=True)
class Problem:
    row: int  # as the spreadsheet counts: the heads are row 1
    name: str  # of the person, as it stands in the row
    column: str  # its head as it stands in the file; "" where the whole row is meant
    message: str


@dataclass
class Row:
    number: int
    household: str
    adult: Adult

    @property
    def language(self) -> str:
        return get_language_info(self.adult.language)["name_local"].capitalize()

    @property
    def phones(self) -> list[tuple[str, bool]]:
        """(the number as we understood it, whether it is one of another country) of each."""
        numbers = filter(None, (self.adult.phone, self.adult.contact_phone))
        return [(shown, shown.startswith("+")) for shown in map(readable, numbers)]


@dataclass
class Reading:
    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def entries(self) -> list[Entry]:
        """The households, in the order of their first rows."""
        entries: dict[str, Entry] = {}
        for row in self.rows:
            entries.setdefault(row.household, Entry(name=row.household)).adults.append(row.adult)
        return list(entries.values())


def text_of(file: UploadedFile) -> str:
    """What the file says, saved as UTF-8 or as older Windows programs do. Raises Unreadable."""
    if file.size > LARGEST_FILE:
        raise Unreadable(_("This file is larger than 1 MB. Divide the list into smaller ones."))
    data = file.read()
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\xff\xfe", b"\xfe\xff")) or b"\x00" in data:
        raise Unreadable(
            _("This is not a list in CSV. In your spreadsheet choose “Save as”, then “CSV UTF-8”.")
        )
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable(_("The letters of this file cannot be read. Save it as “CSV UTF-8”."))


def template() -> str:
    """A list with its heads, in Italian or English, and one row to write over; semicolons, as Italy's spreadsheets."""
    heads = [_in_template(column) for column in COLUMNS]
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    writer.writerow(heads)
    writer.writerow([column.example for column in COLUMNS])
    return "\ufeff" + out.getvalue()


def _in_template(column: Column) -> str:
    return column.heads[0] if translation.get_language() == "it" else _english(column)


def _english(column: Column) -> str:
    with translation.override("en"):
        return str(column.label)


def read(text: str) -> Reading:
    """Every row of a list, and what is wrong with each. Three queries, whatever its length. Raises Unreadable."""
    records = _records(text)
    columns = _columns(records[0]) if records else {}
    missing = [
        _in_template(column) for column in COLUMNS if column.field in REQUIRED and column.field not in columns
    ]
    if missing:
        names = listed(f"“{head}”" for head in missing)
        raise Unreadable(
            _("The first row must name the columns. Missing: %(names)s. Take the template.")
            % {"names": names}
        )
    filled = [(number, cells) for number, cells in enumerate(records[1:], 2) if any(map(str.strip, cells))]
    if not filled:
        raise Unreadable(_("There is nobody on this list yet."))
    if len(filled) > MOST_ROWS:
        raise Unreadable(
            _("There are %(rows)d rows; %(most)d is the most at a time. Divide the list into smaller ones.")
            % {"rows": len(filled), "most": MOST_ROWS}
        )
    reading = Reading()
    heads = {name: " ".join(records[0][place].split()) for name, place in columns.items()}
    for number, cells in filled:
        _read_row(reading, number, cells, columns, heads, len(records[0]))
    _compare(reading, heads)
    reading.problems.sort(key=lambda problem: problem.row)
    return reading


def _records(text: str) -> list[list[str]]:
    """The cells of all rows, by the separator that finds most of the heads."""
    best: list[list[str]] = []
    reason = ""
    for separator in ";,\t":
        try:
            records = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
        except csv.Error:
            reason = reason or _(
                "Somewhere in this file a quotation mark is not closed, or a cell is far too long."
            )
            continue
        if records and (not best or len(_columns(records[0])) > len(_columns(best[0]))):
            best = records
    if not best and reason:
        raise Unreadable(reason)
    return best


def _columns(heads: list[str]) -> dict[str, int]:
    """Where each of our columns stands."""
    known = {
        head.casefold(): column.field
        for column in COLUMNS
        # As the template writes them too, which is in English where it is not in Italian.
        for head in (*column.heads, str(column.label), _english(column))
    }
    found: dict[str, int] = {}
    for place, head in enumerate(heads):
        if name := known.get(" ".join(head.split()).casefold()):
            found.setdefault(name, place)
    return found


def _languages() -> dict[str, str]:
    """Everything that people write for a language: its code, and its name in ours, in English and in itself."""
    words: dict[str, str] = {}
    for code, name in settings.LANGUAGES:
        info = get_language_info(code)
        for word in (code, str(name), info["name"], info["name_local"]):
            words[word.casefold()] = code
        with translation.override("it"):
            words[str(name).casefold()] = code
    return words


def _read_row(
    reading: Reading,
    number: int,
    cells: list[str],
    columns: dict[str, int],
    heads: dict[str, str],
    width: int,
) -> None:
    def wrong(column: str, message: str) -> None:
        reading.problems.append(Problem(number, written, heads.get(column, ""), str(message)))

    place = columns["name"]
    written = cells[place].strip() if place < len(cells) else ""
    before = len(reading.problems)
    if any(map(str.strip, cells[width:])):
        wrong(
            "",
            _(
                "This row has more cells than there are columns. Put text with a separator into quotation marks."
            ),
        )
    typed = {name: cells[place].strip() if place < len(cells) else "" for name, place in columns.items()}
    formulas: set[str] = set()
    for name, text in typed.items():
        if text.startswith(_FORMULA) and not (name in ("phone", "contact_phone") and text.startswith("+")):
            wrong(name, _("This begins like a formula of a spreadsheet. Take away the first sign."))
            typed[name] = ""
            formulas.add(name)
    typed["language"] = _languages().get(
        typed.get("language", "").casefold() or settings.LANGUAGE_CODE, typed.get("language", "")
    )
    form = AdultForm(typed)
    for name, messages in form.errors.items():
        if name in formulas:
            continue
        if name == "language":
            wrong(
                name,
                _("We do not write in this language yet. Write one of: %(codes)s.")
                % {"codes": listed(code for code, _name in settings.LANGUAGES)},
            )
        else:
            for message in messages:
                wrong(name, message)
    household = NameField(error_messages={"required": _("Write a name for the household.")})
    try:
        name = household.clean(typed["household"])
    except ValidationError as error:
        if "household" not in formulas:
            for message in error.messages:
                wrong("household", message)
    if len(reading.problems) == before:
        reading.rows.append(Row(number, name, form.adult))


def _compare(reading: Reading, heads: dict[str, str]) -> None:
    """What only shows when rows lie beside each other, and beside the register."""
    emails, phones = taken_contacts(row.adult for row in reading.rows)
    registered = set(
        HouseholdMember.objects.current()
        .filter(household__name__in={row.household for row in reading.rows})
        .values_list("household__name", "person__display_name")
    )
    first: dict[tuple[str, str], int] = {}
    for row in reading.rows:
        who = (row.household, row.adult.name)
        if who in first:
            message = _("The same person stands in row %(row)d already.") % {"row": first[who]}
            reading.problems.append(Problem(row.number, row.adult.name, heads["name"], message))
        elif who in registered:
            message = _("This person is registered in this household already.")
            reading.problems.append(Problem(row.number, row.adult.name, heads["name"], message))
        first.setdefault(who, row.number)
        if row.adult.email in emails:
            message = str(SOMEBODY_HAS_EMAIL)
            reading.problems.append(Problem(row.number, row.adult.name, heads["email"], message))
        if row.adult.phone in phones:
            message = str(SOMEBODY_HAS_PHONE)
            reading.problems.append(Problem(row.number, row.adult.name, heads["phone"], message))
