"""Money that people type and read. Inside it is always whole cents of euros, as `int`."""

from __future__ import annotations

import re
from typing import Any

from babel.numbers import get_decimal_symbol, get_group_symbol
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _

from portal.ui.amounts import money
from portal.ui.languages import locale

LARGEST = 99_999_999_99  # cents
# [rule] What a bank takes, or a count does not find, above so much is not said by one person alone.
LITTLE = 20_00  # cents

EMPTY = _("Write an amount.")
UNREADABLE = _("This is no amount. Write it in figures, for example 12.50.")
UNCLEAR = _(
    "We cannot tell whether this means thousands. Write thousands without any mark and cents as two figures, "
    "for example 1250 or 12.50."
)
PART_OF_A_CENT = _(
    "There is nothing smaller than a cent: write two figures for the cents, for example 12.50."
)
SIGNED = _("Write the amount without plus or minus.")
NOTHING = _("Write an amount above zero.")
TOO_LARGE = _("This amount is too large.")

# Figures of Arabic, Persian and full-width keyboards; full-width marks; the spaces that keep a number in one line.
_ORDINARY = str.maketrans(
    "٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹０１２３４５６７８９．，\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}",
    "012345678901234567890123456789.,   ",
)
# What turns the direction of a line, and comes along when an amount is copied from a page in Arabic.
_DIRECTIONS = dict.fromkeys(map(ord, "\u061c\u200e\u200f\u2066\u2067\u2068\u2069"))

_AMOUNT = re.compile(
    r"""(?P<euros> [0-9]+ | [1-9][0-9]{0,2} (?P<group>[ .,٬،]) [0-9]{3} (?: (?P=group) [0-9]{3} )* )
        (?: (?P<point>[.,٫،]) (?P<cents>[0-9]{1,2}) )?""",
    re.VERBOSE,
)
_PART_OF_A_CENT = re.compile(r"[0-9]+[.,٫،][0-9]{3,}")


class NoAmount(ValueError):
    """`reason` tells the person, in their language, what to write instead."""

    @property
    def reason(self) -> str | Promise:
        return self.args[0]


def parse(text: str, language: str) -> int:
    """Cents, of what somebody typed who reads `language`; raises NoAmount.

    One or two figures after the last mark are cents, whichever mark it is: "1.25" and "1,25" are one euro and 25 cents
    in every language, "12,5" is 12 euros and 50 cents. Marks before groups of three figures stand for thousands, also
    a blank, if nothing else can be meant: "1.250,00", "1,250.00", "1 250" and "1.250.000" hold in every language.

    What remains is one full stop or comma before three figures. Where it is the language's own mark of thousands, it
    is that: "1.250" in Italian, "1,250" in English and Arabic are one thousand two hundred and fifty. The other one is
    refused as unclear ("1,250" in Italian, "1.250" in English, "١،٢٥٠"): to ask again costs less than a thousandfold.

    The sign of the euro may stand on one side. No plus or minus, no letters, nothing of zero, no part of a cent.
    """
    text = text.translate(_DIRECTIONS).translate(_ORDINARY).strip()
    if not text:
        raise NoAmount(EMPTY)
    if re.match("(€ *)?[-+−] *(€ *)?[0-9]", text):
        raise NoAmount(SIGNED)
    text = text[1:].lstrip() if text.startswith("€") else text.removesuffix("€").rstrip()
    found = _AMOUNT.fullmatch(text)
    if not found:
        raise NoAmount(PART_OF_A_CENT if _PART_OF_A_CENT.fullmatch(text) else UNREADABLE)
    euros, group, point, cents = found.group("euros", "group", "point", "cents")
    if group and group == point:
        raise NoAmount(UNREADABLE)
    if group and group in ".,،" and not point and euros.count(group) == 1 and group != _thousands(language):
        raise NoAmount(UNCLEAR)
    figures = re.sub("[^0-9]", "", euros).lstrip("0")
    if len(figures) > len(str(LARGEST)) - 2:
        raise NoAmount(TOO_LARGE)
    amount = int(figures or "0") * 100 + int((cents or "").ljust(2, "0"))
    if not amount:
        raise NoAmount(NOTHING)
    return amount


def plain(cents: int) -> str:
    """For machines: "12.50", "-0.05"."""
    euros, rest = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}{euros}.{rest:02d}"


class AmountField(forms.CharField):
    """Asks for an amount in the reader's language; its clean value is cents, `None` where it may stay empty.

    `min_cents` and `max_cents` are the least and the most that is accepted. An initial value is cents too.
    """

    default_error_messages = {"required": EMPTY}

    def __init__(self, *, min_cents: int | None = None, max_cents: int | None = None, **kwargs: Any) -> None:
        self.min_cents, self.max_cents = min_cents, max_cents
        super().__init__(empty_value=None, **kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return super().widget_attrs(widget) | {"inputmode": "decimal", "autocomplete": "off", "dir": "ltr"}

    def to_python(self, value: Any) -> int | None:
        text = super().to_python(value)
        if text is None:
            return None
        try:
            return parse(text, _language())
        except NoAmount as error:
            raise ValidationError(error.reason, code="invalid") from error

    def validate(self, value: int | None) -> None:
        super().validate(value)
        if value is None:
            return
        if self.min_cents is not None and value < self.min_cents:
            least = money(self.min_cents)
            raise ValidationError(format_lazy(_("Write {amount} at least."), amount=least), code="min_cents")
        if self.max_cents is not None and value > self.max_cents:
            most = money(self.max_cents)
            raise ValidationError(format_lazy(_("Write {amount} at most."), amount=most), code="max_cents")

    def prepare_value(self, value: Any) -> Any:
        """What was typed stays as it was typed; cents become what one would type."""
        if not isinstance(value, int):
            return value
        return plain(value).replace(".", get_decimal_symbol(locale()))


def _language() -> str:
    return get_language() or settings.LANGUAGE_CODE


def _thousands(language: str) -> str:
    with override(language):
        return get_group_symbol(locale())
