"""What may stand in the name that others see."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# Between the letters of Persian, Urdu and other names they decide how these are drawn.
_JOINERS = "\u200c\u200d"


def validate_shown_name(name: str) -> None:
    """Refuse what turns the writing round or cannot be seen: two people would read as one, and roles go by name."""
    if not name.translate(dict.fromkeys(map(ord, _JOINERS))).isprintable():
        raise ValidationError(_("This name has characters in it that cannot be seen. Write it again."))
