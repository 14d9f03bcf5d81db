"""What may stand in the name that others see."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

NOBODY = "—"  # what whoever was erased is called

# Letters and marks that are drawn as nothing, or as a blank; what turns the writing round is not printable to Python.
_BLANK = re.compile(
    r"[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
# Between letters of these scripts, and nowhere else, joiners decide how a name is drawn: Arabic, those of India.
_JOINED = re.compile(r"(?<=[\u0600-\u0dff])[\u200c\u200d](?=[\u0600-\u0dff])")


def validate_shown_name(name: str) -> None:
    """Refuse what turns the writing round or cannot be seen: two people would read as one, and roles go by name."""
    if _BLANK.search(name) or not _JOINED.sub("", name).isprintable():
        raise ValidationError(_("This name has characters in it that cannot be seen. Write it again."))


_TONE = range(0x1F3FB, 0x1F400)  # of a skin, after the emoji that has it
_FLAG = range(0x1F1E6, 0x1F200)  # half of one
_JOINER = "\u200d"
_JOINERS = ("\u200c", _JOINER)


def seen_length(text: str) -> int:
    """How many signs somebody sees in it: marks belong to their letter, a flag is one, and so is what joiners hold.

    Near to the clusters of Unicode's annex 29, which Python does not know.
    """
    seen, before, is_joined, is_half_a_flag = 0, "", False, False
    for sign in text:
        completes_flag = is_half_a_flag and ord(sign) in _FLAG
        is_mark = sign in _JOINERS or ord(sign) in _TONE or unicodedata.category(sign)[0] == "M"
        if not (is_mark or completes_flag or is_joined) or not seen:
            seen += 1
        # Between letters of Arabic or India it only decides how they are drawn.
        is_joined = sign == _JOINER and not "\u0600" <= before <= "\u0dff"
        is_half_a_flag = ord(sign) in _FLAG and not completes_flag
        before = sign
    return seen
