"""A bank's file, as a bank would write it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

OURS = "IT60X0542811101000000123456"


def swift(
    lines: Iterable[tuple[date, int, str]],
    *,
    opening: int,
    before: date,
    until: date,
    number: int = 1,
    iban: str = OURS,
    closing: int | None = None,
) -> bytes:
    """MT940: a day, cents with their sign and a text each, between a balance `before` and one at the end of `until`.

    closing: that balance, where it is not what the lines add up to.
    """

    def amount(cents: int) -> str:
        return f"{abs(cents) // 100},{abs(cents) % 100:02d}"

    def side(cents: int) -> str:
        return "C" if cents >= 0 else "D"

    lines = list(lines)
    closing = opening + sum(cents for _day, cents, _text in lines) if closing is None else closing
    rows = [":20:ABITARE", f":25:{iban}", f":28C:{number}/1"]
    rows.append(f":60F:{side(opening)}{before:%y%m%d}EUR{amount(opening)}")
    for place, (day, cents, text) in enumerate(lines):
        rows.append(f":61:{day:%y%m%d}{day:%m%d}{side(cents)}{amount(cents)}NTRFNONREF//{number}X{place}")
        rows.append(f":86:{text}")
    rows.append(f":62F:{side(closing)}{until:%y%m%d}EUR{amount(closing)}")
    return ("\r\n".join(rows) + "\r\n-").encode()
