"""The square that fills in a transfer: "Quick Response Code: Guidelines to enable data capture for the initiation of a
SEPA credit transfer" (EPC069-12), version 002, where the bank's BIC may be left out.

A line is an element, and there is nothing to separate them but the end of a line:

    BCD, 002, 1 (UTF-8), SCT, BIC (empty), name, IBAN, EUR12.50, purpose, creditor reference, text
"""

from __future__ import annotations

import re

import segno
from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from portal.ui.characters import in_one_line
from risparmio import ibans
from risparmio.amounts import plain
from risparmio.reference import is_reference, normalised

LONGEST_NAME, LONGEST_TEXT, LARGEST = 70, 140, 999_999_999_99  # characters, characters, cents
LONGEST = 331  # bytes: what a square of version 13 with correction M holds


class NotPayable(ValueError):
    """No transfer can be asked for with this; `reason` says why."""

    @property
    def reason(self) -> str | Promise:
        return self.args[0]


class BadName(NotPayable):
    pass


class BadIBAN(NotPayable):
    pass


class BadAmount(NotPayable):
    pass


class BadReference(NotPayable):
    pass


class BadText(NotPayable):
    pass


class BadPurpose(NotPayable):
    pass


class TooLong(NotPayable):
    pass


def sepa_iban(text: str) -> str:
    """The IBAN without blanks, in capitals; raises BadIBAN for anything else, also out of SEPA's reach."""
    try:
        return ibans.sepa_iban(text)
    except ibans.NoIBAN as error:
        raise BadIBAN(error.reason) from error


def payload(
    *, name: str, iban: str, cents: int, reference: str = "", text: str = "", purpose: str = ""
) -> str:
    """What the square says, in UTF-8 331 bytes at most; raises NotPayable.

    `name` and `iban` are of whoever is paid; `reference` is a creditor reference, `text` what a person may read: one of
    both, never both. `purpose` is a code of four letters ("RENT").
    """
    name, text, reference = in_one_line(name), in_one_line(text), normalised(reference)
    if not 1 <= len(name) <= LONGEST_NAME:
        raise BadName(_("The name of an account's holder has 1 to 70 characters."))
    if not 1 <= cents <= LARGEST:
        raise BadAmount(_("A transfer is of 0.01 to 999,999,999.99 euros."))
    if reference and text:
        raise BadReference(_("A transfer carries a reference or a text, not both."))
    if reference and not is_reference(reference):
        raise BadReference(_("This is no creditor reference: its check digits do not fit."))
    if len(text) > LONGEST_TEXT:
        raise BadText(_("The text of a transfer has 140 characters at most."))
    if not re.fullmatch("[A-Z0-9]{0,4}", purpose):
        raise BadPurpose(_("The purpose of a transfer is a code of four capital letters at most."))
    filled = (name, sepa_iban(iban), f"EUR{plain(cents)}", purpose, reference, text)
    whole = "\n".join(("BCD", "002", "1", "SCT", "", *filled)).rstrip("\n")
    if len(whole.encode()) > LONGEST:
        raise TooLong(_("Name and text together are too long for a square that a phone can read."))
    return whole


def square(payload: str) -> segno.QRCode:
    """Byte for byte the payload's UTF-8, and correction M even where the square had room for more."""
    if len(payload.encode()) > LONGEST:
        raise TooLong(_("Name and text together are too long for a square that a phone can read."))
    # portal.ui.qr leaves the characters' encoding to segno, which writes "è" as Latin 1: banks read by the element "1".
    return segno.make(payload, error="m", encoding="utf-8", micro=False, boost_error=False)


def svg(payload: str) -> SafeString:
    """The square as part of a page, without inline style, with its quiet zone. It goes into an element with
    `role="img"` that says what it is."""
    drawn = square(payload).svg_inline(
        svgclass="qr", lineclass=None, omitsize=True, dark="#000", light="#fff", border=4
    )
    return mark_safe(drawn)  # noqa: S308 — segno's own output: squares, and nothing of the payload
