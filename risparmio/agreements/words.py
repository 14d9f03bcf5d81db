"""The words of agreements, each in one place."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Goal(models.TextChoices):
    """What a household puts money aside for."""

    DEPOSIT = "deposit", _("the deposit of a home of our own")
    FIRST_RENT = "first_rent", _("the first rents")
    FURNITURE = "furniture", _("furniture and moving")
    RESERVE = "reserve", _("a reserve for what may come")


class State(models.TextChoices):
    """Of an agreement."""

    OPEN = "open", pgettext_lazy("of a savings agreement", "running")
    LEAVING = "leaving", pgettext_lazy("of a savings agreement", "the household moves on")
    CLOSED = "closed", pgettext_lazy("of a savings agreement", "ended, and all given back")


class Kind(models.TextChoices):
    """Of a plan."""

    FIRST = "first", _("first plan")
    CHANGE = "change", pgettext_lazy("of a savings plan", "change")
    PAUSE = "pause", pgettext_lazy("of a savings plan", "pause")
    AIM = "aim", pgettext_lazy("of a savings plan", "until when, and what for")


class Asked(models.TextChoices):
    """Where a plan stands."""

    PROPOSED = "proposed", pgettext_lazy("of a savings plan", "waits for a signature")
    AGREED = "agreed", pgettext_lazy("of a savings plan", "agreed")
    DECLINED = "declined", pgettext_lazy("of a savings plan", "not agreed")
    WITHDRAWN = "withdrawn", pgettext_lazy("of a savings plan", "taken back")


class Side(models.TextChoices):
    """Who signs a plan."""

    HOUSEHOLD = "household", _("the household")
    AGENCY = "agency", _("the agency")


# A month's amount and a goal, in cents: beyond them somebody has typed wrong.
LARGEST_MONTH = 200_000
LARGEST_GOAL = 5_000_000
LATEST_DUE_DAY = 28  # so that every month has it
