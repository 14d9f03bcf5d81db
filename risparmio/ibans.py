"""Accounts at banks, as SEPA transfers reach them."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from stdnum import iban as ibans
from stdnum.exceptions import ValidationError

# Countries of the single euro payments area, by the first letters of an IBAN. British islands have GB.
SEPA = frozenset(
    {
        "AD", "AL", "AT", "BE", "BG", "CH", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "GI", "GR", "HR",
        "HU", "IE", "IS", "IT", "LI", "LT", "LU", "LV", "MC", "MD", "ME", "MK", "MT", "NL", "NO", "PL", "PT", "RO",
        "RS", "SE", "SI", "SK", "SM", "VA",
    }
)  # fmt: skip


class NoIBAN(ValueError):
    """`reason` tells the person, in their language, what is wrong with it."""

    @property
    def reason(self) -> str | Promise:
        return self.args[0]


def sepa_iban(text: str) -> str:
    """The IBAN without blanks, in capitals; raises NoIBAN for anything else, also out of SEPA's reach."""
    try:
        iban = ibans.validate(text)
    except ValidationError as error:
        raise NoIBAN(_("This is no IBAN: check its letters and figures.")) from error
    if iban[:2] not in SEPA:
        raise NoIBAN(_("This account is in a country that SEPA transfers do not reach."))
    return iban
