"""Characters that no keyboard writes. They come along when somebody pastes, and stop whoever reads what we publish: XML
has no way to say them, and a calendar takes them for the end of a line.
"""

from __future__ import annotations

import re

# Control characters but tab and line break (half a pair of "\r\n" is none of ours), what turns the direction of letters
# by force (no writing needs it; it makes a name read backwards), halves of surrogate pairs, and what Unicode keeps for
# no character.
_UNSAYABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202d\u202e\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85]")


def sayable(text: str) -> str:
    """Running text: what ends a line becomes a line break, what cannot be said is left out."""
    return _UNSAYABLE.sub("", _LINE_ENDS.sub("\n", text))


def in_one_line(text: str) -> str:
    """A title or a name: what separates words becomes one space, what cannot be said is left out."""
    return " ".join(sayable(text).split())
