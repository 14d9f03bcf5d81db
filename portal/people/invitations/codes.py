"""What a letter's square and its line to type hold: one code, two ways to bring it here."""

from __future__ import annotations

import secrets
import unicodedata

from portal.people.codes import in_our_digits

# Crockford's: no letter in it is taken for a figure, and none of its words is one to be sorry for.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 28  # letters of 5 bits: 140 bits
GROUP = 4
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})


def new_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _letter in range(LENGTH))


def grouped(code: str) -> str:
    """As it is printed: "7KQ2 M0XA …"."""
    return " ".join(code[at : at + GROUP] for at in range(0, len(code), GROUP))


def normalised(text: str) -> str:
    """What somebody typed, pasted or scanned, as it was drawn. Also takes the whole address, whatever digits one
    writes, and a letter that was read for the figure it looks like. What is no code comes back as something that is
    none either."""
    text = unicodedata.normalize("NFKC", text.rpartition("#")[2]).upper()
    return "".join(letter for letter in in_our_digits(text) if letter.isalnum()).translate(_READ_AS)
