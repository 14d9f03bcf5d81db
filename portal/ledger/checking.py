"""Whether an exported journal is what was booked. Needs Python alone, and canonical.py beside it:

    python3 checking.py journal.jsonl --known 812:9f2c…

prints where the chain ends; each thing that is wrong goes to the error output, and then it fails.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

try:
    from .canonical import FORMAT, GENESIS, closing_hash, entry_hash
except ImportError:  # run by itself
    from canonical import FORMAT, GENESIS, closing_hash, entry_hash  # type: ignore[no-redef]


class Broken(Exception):
    """No journal at all, or one that was cut off: nothing can be said of what is missing."""


class Journal:
    """What the lines say, line by line; `end` is the last (number, hash)."""

    def __init__(self) -> None:
        self.book = ""
        self.end = (0, GENESIS)
        self.chain: set[tuple[int, str]] = set()
        self._moment: datetime | None = None
        self._accounts: dict[str, tuple[int, int]] = {}  # (sequence, balance)
        self._by_day: dict[tuple[date, str], int] = defaultdict(int)  # (day, account): what moved
        self._closed: date | None = None  # nothing counts up to that day any more
        self._digest = GENESIS  # of the last closing
        self._amounts: dict[int, dict[str, int]] = {}  # of each entry, for what takes it back
        self._reversed: set[int] = set()
        self._whole = True  # from the book's first entry on

    def check(self, lines: Iterable[str]) -> Iterator[str]:
        """Each thing that is wrong, in English. Raises Broken."""
        told = (_read(line) for line in lines if line.strip())
        first = next(told, {})
        if first.get("format") != FORMAT:
            raise Broken("This is no journal: its first line is missing.")
        last: dict[str, Any] | None = None
        try:
            self._begin(first)
            for line in told:
                if last is not None:
                    raise Broken("The journal goes on after its last line.")
                if "end" in line:
                    last = line
                else:
                    yield from self._closing(line) if "closed" in line else self._entry(line)
            if last is None:
                raise Broken("The journal is cut off: its last line is missing.")
            if (last["end"], last["hash"]) != self.end:
                yield f"the last line says that it ends at {last['end']}, and it ends at {self.end[0]}"
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise Broken(f"A line is not of a journal: {error!r}") from error

    def _begin(self, first: dict[str, Any]) -> None:
        self.book = first["book"]
        self.end = (first["after"], first["hash"])
        self.chain.add(self.end)
        self._accounts = {
            code: (sequence, balance) for code, (sequence, balance) in first["standing"].items()
        }
        self._whole = first["after"] == 0
        self._closed, self._digest = _day(first["closed"]), first["digest"]

    def _entry(self, line: dict[str, Any]) -> Iterator[str]:
        number, postings = line["number"], [tuple(row) for row in line["postings"]]
        at, day = datetime.fromisoformat(line["at"]), _day(line["day"])
        here = f"entry {number}"
        if number != self.end[0] + 1:
            yield f"{here}: it follows entry {self.end[0]}"
        wanted = entry_hash(
            previous=self.end[1],
            book=self.book,
            number=number,
            at=at,
            key=line["key"],
            kind=line["kind"],
            about=line["about"],
            reverses=line["reverses"],
            postings=postings,
            day=day,
        )
        if line["hash"] != wanted:
            yield f"{here}: its hash is not that of what it says and of the entry before it"
        if self._moment and at < self._moment:
            yield f"{here}: it goes back in time"
        # Before days were kept an entry counted on that of its moment; in Rome that may be the next one.
        counted = day or at.date()
        if counted > at.date() + timedelta(days=1):
            yield f"{here}: it counts on a day that had not come"
        if self._closed and counted <= self._closed:
            yield f"{here}: it was booked into a period that was closed"
        amounts = {account: amount for account, _sequence, amount, _balance in postings}
        if len(amounts) < 2 or len(amounts) != len(postings) or sum(amounts.values()):
            yield f"{here}: it has not two or more postings, of an account each, that sum to zero"
        for account, sequence, amount, balance in postings:
            was, had = self._accounts.get(account, (0, 0))
            if sequence != was + 1:
                yield f"{here}: {account} has a gap"
            if balance != had + amount:
                yield f"{here}: the balance of {account} does not add up"
            self._accounts[account] = (sequence, balance)
            self._by_day[counted, account] += amount
        yield from self._taken_back(here, line["reverses"], amounts)
        self._amounts[number] = amounts
        self._moment, self.end = at, (number, line["hash"])
        self.chain.add(self.end)

    def _taken_back(self, here: str, number: int | None, amounts: dict[str, int]) -> Iterator[str]:
        """What it reverses may lie before the first line: then only that it is taken back once is seen."""
        if number is None:
            return
        if number in self._reversed:
            yield f"{here}: entry {number} was taken back already"
        self._reversed.add(number)
        taken = self._amounts.get(number)
        if taken is not None and taken != {account: -amount for account, amount in amounts.items()}:
            yield f"{here}: it does not take entry {number} back whole"

    def _closing(self, line: dict[str, Any]) -> Iterator[str]:
        """Where the journal begins in the middle, balances of a day cannot be added up; the rest can be seen."""
        until, here = date.fromisoformat(line["closed"]), f"closing of {line['closed']}"
        if (line["number"], line["hash"]) not in self.chain:
            yield f"{here}: it stands on no entry of this chain"
        if self._closed and until <= self._closed:
            yield f"{here}: it does not follow the closing of {self._closed}"
        sums: dict[str, int] = defaultdict(int)
        for (day, account), amount in self._by_day.items():
            if day <= until:
                sums[account] += amount
        if self._whole and {code: total for code, total in sums.items() if total} != line["balances"]:
            yield f"{here}: its balances are not those of the entries"
        wanted = closing_hash(
            previous=self._digest,
            book=self.book,
            until=until,
            number=line["number"],
            head=line["hash"],
            balances=line["balances"].items(),
        )
        if line["digest"] != wanted:
            yield f"{here}: its digest is not that of what it says and of the closing before it"
        self._closed, self._digest = until, line["digest"]


def _read(line: str) -> dict[str, Any]:
    try:
        told = json.loads(line)
    except ValueError as error:
        raise Broken(f"A line is no JSON: {line[:60]!r}") from error
    if not isinstance(told, dict):
        raise Broken(f"A line is not of a journal: {line[:60]!r}")
    return told


def _day(told: str | None) -> date | None:
    return date.fromisoformat(told) if told else None


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Check an exported journal.")
    parser.add_argument("file", help="the journal, as lines of JSON")
    parser.add_argument(
        "--known",
        action="append",
        default=[],
        metavar="BOOK:NUMBER:HASH",
        help="a line that the portal printed before; may be repeated",
    )
    options = parser.parse_args(arguments)
    journal = Journal()
    try:
        with open(options.file, encoding="ascii") as lines:
            wrong = list(journal.check(lines))
    except (Broken, OSError, UnicodeDecodeError) as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 2
    for known in options.known:
        number, _colon, known_hash = known.removeprefix(f"{journal.book}:").partition(":")
        if not number.isdecimal() or (int(number), known_hash) not in journal.chain:
            wrong.append(f"{known} does not lie in this chain")
    for one in wrong:
        print(one, file=sys.stderr)  # noqa: T201
    print(f"{journal.book}:{journal.end[0]}:{journal.end[1]}")  # noqa: T201
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
