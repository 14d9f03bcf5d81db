"""IBANs of accounts that nobody has: right in every check digit, at banks that do not exist."""

from __future__ import annotations

from stdnum.iso7064 import mod_97_10

NO_BANK, NEITHER = "09990", "09991"  # codes that were given to no bank
# The numbers of accounts, counted from these: of households, of their relatives, of whom they have paid.
HOUSEHOLDS, RELATIVES, OTHERS, PARISH, AGENCY, STRANGERS = (
    100_000,
    200_000,
    300_000,
    400_000,
    500_000,
    600_000,
)
# Of the check letter (CIN): what a figure counts in an odd place. In an even one it counts as it is.
_ODD = (1, 0, 5, 7, 9, 13, 15, 17, 19, 21)


def iban(number: int, bank: str = NO_BANK, branch: str = NO_BANK) -> str:
    """Of that account (0 to 999,999,999,999) there."""
    figures = f"{bank}{branch}{number:012d}"
    counted = sum(_ODD[int(one)] if place % 2 == 0 else int(one) for place, one in enumerate(figures))
    body = f"{chr(ord('A') + counted % 26)}{figures}"
    return f"IT{mod_97_10.calc_check_digits(body + 'IT')}{body}"
