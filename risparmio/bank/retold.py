"""The same movement, told by files of two formats: it is booked once.

Two formats write one movement in two ways, so that its fingerprints differ. What they agree on are the account, the day
and the cents: lines of one file are paired off with lines that were read from other formats, each with one, so that two
equal deposits stay two.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import date
from typing import Any

from risparmio.reference import is_reference

from .models import BankLine

_CHUNK = 500  # days asked for at once: a database takes so many values


def retold(lines: Sequence[Any], rows: Iterable[BankLine]) -> tuple[dict[int, BankLine], frozenset[int]]:
    """For each of `lines` (by its place) that is one of `rows`, which one; and the places of those of which nobody can
    tell whether they are. Pure: `lines` and `rows` of one account have `day`, `cents`, and what they say.

    Where several have the same day and cents, those are paired first that say the same. Those that say nothing alike
    are one another only where there are as many on both sides: else one of them is new, and which one is not known. Two
    that name two references are two movements.
    """
    waiting = {row.pk: row for row in rows}
    open_places = dict(enumerate(lines))
    pairs: dict[int, BankLine] = {}
    for alike in _ALIKE:
        there: defaultdict[Hashable, list[BankLine]] = defaultdict(list)
        for row in waiting.values():
            if (key := alike(row)) is not None:
                there[row.day, row.cents, key].append(row)
        for place, line in list(open_places.items()):
            candidates = there.get((line.day, line.cents, alike(line)))
            if not candidates:
                continue
            pairs[place] = candidates.pop(0)
            del open_places[place], waiting[pairs[place].pk]
    doubtful = _by_number(open_places, waiting.values(), pairs)
    return pairs, doubtful


def _by_number(
    open_places: dict[int, Any], waiting: Iterable[BankLine], pairs: dict[int, BankLine]
) -> frozenset[int]:
    """Pair off what has nothing in common but day and cents, where nothing is left over; the places where it is."""
    told: defaultdict[tuple[date, int], list[BankLine]] = defaultdict(list)
    for row in waiting:
        told[row.day, row.cents].append(row)
    left: defaultdict[tuple[date, int], list[int]] = defaultdict(list)
    for place, line in open_places.items():
        left[line.day, line.cents].append(place)
    doubtful: set[int] = set()
    for key, places in left.items():
        # Those that can be none of the others are out of it on both sides.
        rows = [
            row
            for row in told.get(key, ())
            if not all(_names_another(open_places[one], row) for one in places)
        ]
        places = [one for one in places if not all(_names_another(open_places[one], row) for row in rows)]
        if len(places) != len(rows):
            doubtful.update(places)
            continue
        paired = _each_with_one([open_places[one] for one in places], rows)
        pairs.update(zip(places, paired, strict=True) if paired else ())
        doubtful.update(() if paired else places)
    return frozenset(doubtful)


def _each_with_one(lines: Sequence[Any], rows: Sequence[BankLine]) -> list[BankLine] | None:
    """For each line a row that names no other reference, as far as one can be found in turn."""
    left, taken = list(rows), []
    # Those that name a reference first: the others go with whatever is left.
    for line in sorted(lines, key=lambda one: not is_reference(one.reference)):
        row = next((row for row in left if not _names_another(line, row)), None)
        if row is None:
            return None
        left.remove(row)
        taken.append((line, row))
    return [next(row for one, row in taken if one is line) for line in lines]


def of_other_formats(account: Any, format: str, days: Iterable[date]) -> list[BankLine]:
    """Lines of those days that were read from another format, and that no file of this one has told yet."""
    asked = sorted(set(days))
    rows: list[BankLine] = []
    for start in range(0, len(asked), _CHUNK):
        of_days = account.lines.once().filter(day__in=asked[start : start + _CHUNK])
        of_days = of_days.select_related("statement")
        rows.extend(
            of_days.exclude(statement__format=format)
            .exclude(tellings__format=format)
            .exclude(retold_by__statement__format=format)
            .order_by("day", "id")
        )
    return rows


def may_be_retold(line: BankLine) -> list[BankLine]:
    """The lines of which one that was perhaps told already may be one: of its day and amount, read from another format,
    and told by none of its own. Two that name two references are two movements."""
    if not line.perhaps_told:
        return []
    format = line.statement.format
    rows = BankLine.objects.once().filter(account=line.account_id, day=line.day, cents=line.cents)
    rows = rows.exclude(statement__format=format).exclude(tellings__format=format)
    rows = rows.exclude(retold_by__statement__format=format)
    return [row for row in rows.select_related("statement").order_by("id") if not _names_another(line, row)]


def _reference(one: Any) -> str | None:
    return one.reference or None


def _order(one: Any) -> str | None:
    return one.end_to_end or None


def _iban_and_text(one: Any) -> tuple[str, str] | None:
    return (one.counterparty_iban, _bare(one.text)) if one.counterparty_iban and one.text else None


def _text(one: Any) -> str | None:
    return _bare(one.text) or None


def _iban(one: Any) -> str | None:
    return one.counterparty_iban or None


def _name(one: Any) -> str | None:
    return _bare(one.counterparty) or None


# What two that are one have in common, from the surest on.
_ALIKE: tuple[Callable[[Any], Hashable | None], ...] = (
    _reference,
    _order,
    _iban_and_text,
    _text,
    _iban,
    _name,
)


def _names_another(line: Any, row: BankLine) -> bool:
    both = is_reference(line.reference) and is_reference(row.reference)
    return both and line.reference != row.reference


def _bare(text: str) -> str:
    """Letters and figures alone, as many as a line keeps."""
    plain = unicodedata.normalize("NFKD", text[:500]).upper()
    return "".join(sign for sign in plain if sign.isalnum())
