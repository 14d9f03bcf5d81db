"""The creditor reference (ISO 11649, "RF") by which a transfer tells for which agreement it is.

It is "RF", two check digits and up to 21 letters and figures. A slip of one character, or two that change places, is
found by the check digits; of what else is written, one in 97 passes by chance.
"""

from __future__ import annotations

import re

from stdnum import iso11649
from stdnum.iso7064 import mod_97_10

# Figures that follow the check digits in ours. All have as many, so that none is the beginning of another: what is
# written after a reference can never make a neighbour's of it.
LENGTH = 8
# Somebody else's may be shorter; taking them too would find references in ordinary text.
SHORTEST, LONGEST = 4, 21

_REFERENCE = re.compile("RF(?:0[2-9]|[1-8][0-9]|9[0-8])[0-9A-Z]{1,21}")
_BETWEEN = r"[\s.,:;/_+'-]*"
# A bank breaks lines where they are full, also between R and F; a blank there is two words.
_START = re.compile(rf"[Rr](?:\r?\n)?[Ff]{_BETWEEN}([0-9]){_BETWEEN}([0-9])")
_NEXT = re.compile(rf"({_BETWEEN})([0-9A-Za-z])")


def reference_for(number: int) -> str:
    """The reference of agreement `number` (0 to 99,999,999): "RF", check digits, eight figures."""
    if not 0 <= number < 10**LENGTH:
        raise ValueError(f"a reference has room for {LENGTH} figures")
    body = f"{number:0{LENGTH}d}"
    return f"RF{mod_97_10.calc_check_digits(body + 'RF')}{body}"


def grouped(reference: str) -> str:
    """In fours, as people read and dictate it: "RF18 5390 0754 7034"."""
    reference = normalised(reference)
    return " ".join(reference[at : at + 4] for at in range(0, len(reference), 4))


def normalised(text: str) -> str:
    """Without blanks, in capitals. Says nothing about whether it is one."""
    return "".join(text.split()).upper()


def is_reference(text: str) -> bool:
    """Whether this, and nothing else, is a reference with its right check digits, normalised."""
    return bool(_REFERENCE.fullmatch(text)) and iso11649.is_valid(text)


def found_in(text: str) -> set[str]:
    """The references, normalised, that stand somewhere in what came with a transfer.

    Banks write in small or large letters, break lines, put blanks and dots, and join words; all that is read through.
    A reference ends where a word ends, where letters follow its figures, or after as many figures as ours have. Where
    several ends have the right check digits there are several answers, and the caller takes the one it gave out.
    What has been cut off or mistyped is not guessed.
    """
    found = set()
    for start in _START.finditer(text):
        found.update(filter(is_reference, _readings(text, start)))
    return found


def the_one_in(text: str) -> str:
    """The one that stands there; "" for none, or for two: which of them was meant is for a person to say.

    One of ours is meant where somebody else's stands beside it, or could be read into what follows ours.
    """
    found = found_in(text)
    ours = {one for one in found if len(one) == LENGTH + 4 and one[4:].isdigit()}
    meant = ours or found
    return meant.pop() if len(meant) == 1 else ""


def _readings(text: str, start: re.Match[str]) -> list[str]:
    """From "RF" and two figures on, what may be the whole of the reference, valid or not."""
    head, body, readings = f"RF{start[1]}{start[2]}", "", []
    place = start.end()
    while True:
        after = _NEXT.match(text, place)
        ends = (
            not after
            or bool(after[1])
            or (body.isdigit() and (not after[2].isdigit() or len(body) == LENGTH))
        )
        if ends and len(body) >= SHORTEST:
            readings.append(head + body)
        if not after or len(body) == LONGEST:
            return readings
        body += after[2].upper()
        place = after.end()
