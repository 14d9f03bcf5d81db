"""Why a file of a bank cannot be read. Nothing of such a file is taken: half a statement is worse than none."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.ui.days import day as day_in_words

MAX_BYTES = 10 * 1024 * 1024

# What is quoted from a file in an error: enough to find it there, and no more.
_QUOTED = 40


class Unreadable(Exception):
    """The file cannot be read: `message` tells the person who sent it, in the language in which it is asked for.

    `row` is the row of a table as a spreadsheet counts it (from 1), None elsewhere; `details` fill the sentence.
    """

    sentence: str | Promise = _("This file cannot be read.")

    def __init__(self, *, row: int | None = None, **details: object) -> None:
        super().__init__()
        self.row = row
        self.details = {name: _quoted(value) for name, value in details.items()}

    def to_json(self) -> dict[str, Any]:
        """To be kept, and said later in another reader's language (`from_json`)."""
        return {"kind": type(self).__name__, "row": self.row, "details": self.details}

    @staticmethod
    def from_json(data: dict[str, Any]) -> Unreadable:
        """Of what `to_json` gave. One whose kind is gone says that the file cannot be read."""
        kinds = {Unreadable.__name__: Unreadable} | {one.__name__: one for one in _all_below(Unreadable)}
        error = kinds.get(data.get("kind", ""), Unreadable)
        told = error.__new__(error)
        Unreadable.__init__(told, row=data.get("row"), **data.get("details", {}))
        return told

    @property
    def message(self) -> str:
        sentence = str(self.sentence) % self._said()
        if self.row is None:
            return sentence
        return gettext("Row %(row)d: %(problem)s") % {"row": self.row, "problem": sentence}

    def _said(self) -> dict[str, str]:
        """What fills the sentence, as people write it."""
        return self.details

    def __str__(self) -> str:
        return self.message


class Empty(Unreadable):
    sentence = _("There is nothing in this file.")


class TooLarge(Unreadable):
    sentence = _("This file is too large: 10 MB at most. Export a shorter period.")


class NotThisFormat(Unreadable):
    sentence = _("This is no bank statement that we can read: CAMT.053, MT940 or CSV.")


class Spreadsheet(NotThisFormat):
    sentence = _("This is a spreadsheet. Save it as CSV and send it again.")


class NeedsMapping(Unreadable):
    sentence = _("Say first which column of this bank's CSV files holds what.")


class NotWellFormed(Unreadable):
    sentence = _("This file is damaged. Export it from the bank again.")


class CutOff(NotWellFormed):
    sentence = _("This file ends too early: a part is missing. Export it from the bank again.")


class ForbiddenXml(Unreadable):
    """The file declares entities or a document type: no bank does, and what they expand to is nobody's business."""

    sentence = _("This file contains instructions that do not belong into a bank statement. It was not read.")


class WrongEncoding(Unreadable):
    sentence = _("The letters of this file are written in another encoding than “%(encoding)s”.")


class NoHeader(Unreadable):
    sentence = _("No row of this file names a column for the day and one for the amount.")


class NoColumn(Unreadable):
    sentence = _("There is no column “%(column)s” in this file, or it is there twice.")


class NoAccount(Unreadable):
    sentence = _("This statement does not say of which account it is.")


class OtherAccount(Unreadable):
    sentence = _("This statement is of another account: %(account)s.")


class SeveralAccounts(Unreadable):
    sentence = _("There are statements of several accounts in this file. Send one file for each account.")


class OtherCurrency(Unreadable):
    sentence = _("Only euro can be read. This file contains %(currency)s.")


class NotAnAmount(Unreadable):
    sentence = _("“%(amount)s” is no amount in euro and cents.")


class NotADay(Unreadable):
    sentence = _("“%(day)s” is no day of the calendar.")


class _OfADay:
    """`day` of the details is written in the reader's language."""

    details: dict[str, str]

    def __init__(self, day: date) -> None:
        super().__init__(day=day.isoformat())

    def _said(self) -> dict[str, str]:
        return {"day": day_in_words(date.fromisoformat(self.details["day"]))}


class NotYet(_OfADay, Unreadable):
    sentence = _(
        "A line of this file is of %(day)s. That day has not come yet: send the file again on that day, or a file "
        "without this line."
    )


class MonthClosed(_OfADay, Unreadable):
    sentence = _(
        "A line of this file is of %(day)s, and that month is closed. It can only be booked on the first day that is "
        "open."
    )


class NotTheirs(Unreadable):
    sentence = _(
        "Whoever sent this file does not keep the book any more. Somebody who does can send it again."
    )


class NotBooked(Unreadable):
    sentence = _(
        "A line of this file does not fit what is in the book, or somebody was quicker. Nothing was booked: send the "
        "file again."
    )


class DoesNotAddUp(Unreadable):
    """`difference_cents` is what is left of closing - opening - lines."""

    sentence = _(
        "The lines of this statement do not add up to its balances: %(difference)s euro are unexplained."
    )

    def __init__(self, difference_cents: int) -> None:
        euro, cents = divmod(abs(difference_cents), 100)
        super().__init__(difference=f"{'-' if difference_cents < 0 else ''}{euro}.{cents:02}")
        self.difference_cents = difference_cents


class InvalidMapping(Unreadable):
    """`errors` has a sentence for each field of the mapping that is wrong."""

    sentence = _("The columns of this bank's CSV files are not described well: %(fields)s.")

    def __init__(self, errors: dict[str, str | Promise]) -> None:
        super().__init__(fields=", ".join(sorted(errors)))
        self.errors = errors


def check_size(content: bytes) -> None:
    """Before anything else looks at it. Raises Empty, TooLarge."""
    if len(content) > MAX_BYTES:
        raise TooLarge()
    if not content.strip(b"\0\t\n\r \xef\xbb\xbf"):
        raise Empty()


def _all_below(kind: type[Unreadable]) -> Iterator[type[Unreadable]]:
    for one in kind.__subclasses__():
        yield one
        yield from _all_below(one)


def _quoted(value: object) -> str:
    text = "".join(sign if sign.isprintable() else " " for sign in str(value))
    return text if len(text) <= _QUOTED else text[: _QUOTED - 1] + "…"
