"""The words a fault is told in: what kind it is, how urgent, and where it stands (DOMAIN.md §5)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Category(models.TextChoices):
    LIGHTING = "lighting", _("light")
    ENTRY = "entry", _("entry phone, door")
    LIFT = "lift", _("lift")
    HEATING = "heating", _("heating, hot water")
    LEAK = "leak", _("water leak")
    DRAINS = "drains", _("drains")
    PUMP = "pump", _("water pump")
    CLEANING = "cleaning", _("cleaning, waste")
    GREENERY = "greenery", _("greenery, courtyard")
    PESTS = "pests", _("insects, mice")
    FABRIC = "fabric", _("walls, roof, windows")
    AERIAL = "aerial", _("TV aerial")
    NOISE = "noise", _("noise of machines")
    FIRE_SAFETY = "fire_safety", _("fire safety")
    OTHER = "other", _("something else")

    @property
    def icon(self) -> str:
        return ICONS[self]


# Names of Lucide's pictograms.
ICONS = {
    Category.LIGHTING: "lightbulb",
    Category.ENTRY: "door-open",
    Category.LIFT: "arrow-up-down",
    Category.HEATING: "thermometer",
    Category.LEAK: "droplets",
    Category.DRAINS: "waves-arrow-down",
    Category.PUMP: "gauge",
    Category.CLEANING: "trash-2",
    Category.GREENERY: "trees",
    Category.PESTS: "bug",
    Category.FABRIC: "brick-wall",
    Category.AERIAL: "tv",
    Category.NOISE: "volume-2",
    Category.FIRE_SAFETY: "flame",
    Category.OTHER: "circle-question-mark",
}


class Urgency(models.TextChoices):
    DANGER = "P0", _("danger")
    URGENT = "P1", _("urgent")
    SOON = "P2", _("soon")
    ORDINARY = "P3", _("ordinary")
    PLANNED = "P4", _("planned")


class State(models.TextChoices):
    SUBMITTED = "submitted", _("sent")
    TRIAGED = "triaged", _("taken on")
    ON_HOLD = "on_hold", _("waiting")
    RESOLVED = "resolved", _("repaired, to be confirmed")
    CLOSED = "closed", _("closed")
    REJECTED = "rejected", pgettext_lazy("of a report", "not accepted")
    CANCELLED = "cancelled", _("withdrawn")

    @property
    def is_open(self) -> bool:
        """The agency still has something to do."""
        return self in OPEN


OPEN = (State.SUBMITTED, State.TRIAGED, State.ON_HOLD)
FINISHED = (State.CLOSED, State.REJECTED, State.CANCELLED)
