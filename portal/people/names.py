"""What may stand in the name that others see."""

import re

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
