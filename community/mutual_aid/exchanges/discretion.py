"""What does not belong on a board: numbers to be called at, prices, and where somebody's door is."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# A number with its prefix, or eight figures and more in a row or in groups; days, times and school years are shorter.
READ = 2000  # characters
_PHONE = re.compile(
    r"\+\d(?:[\s.\-/]?\d){7,}|(?<![\w/])[03]\d{1,3}(?:[\s.\-/]?\d){6,}(?!\w)|(?<!\w)\d{8,}(?!\w)"
)
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?:\s?[A-Z0-9]){11,30}\b", re.IGNORECASE)
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.\w+")
_PRICE = re.compile(r"(?:€\s*\d|\d\s*(?:€|euro?\b|يورو))|\b(?:prezzo|a pagamento|compenso)\b", re.IGNORECASE)
_ADDRESS = re.compile(
    r"\b(?:via|viale|v\.le|piazza|p\.za|corso|largo|vicolo|street|شارع)\s+[^\d\n,.]{2,40}[\s,]+(?:n\.?\s*)?\d"
    r"|\b(?:interno|int\.|appartamento|citofono)\s+\w*\d|\b(?:piano)\s+\d|\b\d+°?\s+piano\b",
    re.IGNORECASE,
)


def refuse_contacts_and_money(text: str) -> None:
    """Raises ValidationError with the reason why it does not stand there."""
    if _EMAIL.search(text) or (_PHONE.search(text) and not _IBAN.search(text)):
        raise ValidationError(
            _(
                "Take the telephone number or e-mail address out: many people read this, and a number that is read "
                "once is never private again. You write to each other here, in the exchange."
            ),
            code="contact",
        )
    if _IBAN.search(text) or _PRICE.search(text):
        raise ValidationError(
            _(
                "Take the money out: here neighbours give hours, and nobody pays. If you have to buy something for "
                "somebody, agree on it before, in the exchange."
            ),
            code="money",
        )


def looks_like_a_door(text: str) -> bool:
    """Whether a street with a number, a floor or a door bell stands in it."""
    # In one line with single blanks, and no longer than it may be: what a machine sends takes no longer to read.
    return bool(_ADDRESS.search(" ".join(text[:READ].split())))
