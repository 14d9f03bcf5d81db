"""The time bank's units and what its bookings are called."""

from django.db import models
from django.utils.translation import gettext_lazy as _

BOOK = "community.hours"
STEP = 30  # minutes: hours are given in half-hours
SHORTEST, LONGEST = STEP, 12 * 60
NEAR = 120  # minutes before a limit at which somebody is told


class Holder(models.TextChoices):
    PERSON = "person", _("a person")
    ORGANIZATION = "organization", _("an organization")
    POT = "pot", _("the common pot")
    BANK = "bank", _("the time bank")


class Asked(models.TextChoices):
    """Where a question to the common pot stands."""

    WAITING = "asked", _("waiting for an answer")
    GRANTED = "granted", _("granted")
    DECLINED = "declined", _("declined")
    WITHDRAWN = "withdrawn", _("taken back")


# What a line of a statement says, by the entry's kind.
BOOKINGS = {
    "community.exchange": _("An exchange"),
    "community.gift": _("A gift to the common pot"),
    "community.pot": _("From the common pot"),
    "community.shared": _("A shared activity"),
}
