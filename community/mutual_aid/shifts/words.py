"""The words of shifts: which work there is, and where a place in one stands."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Work(models.TextChoices):
    LAUNDRY = "laundry", _("laundry")
    AFTER_SCHOOL = "after_school", _("after school")
    COURTYARD = "courtyard", _("courtyard, plants")
    CLEANING = "cleaning", _("cleaning of common areas")
    TOOL_SHELF = "tool_shelf", _("things to lend")
    MEALS = "meals", _("meals")
    COMPANY = "company", pgettext_lazy("being together", "company")
    WELCOME = "welcome", _("welcome, information")
    OTHER = "other", _("something else")

    @property
    def icon(self) -> str:
        return ICONS[self]


# Names of Lucide's pictograms.
ICONS = {
    Work.LAUNDRY: "washing-machine",
    Work.AFTER_SCHOOL: "book-open",
    Work.COURTYARD: "sprout",
    Work.CLEANING: "brush",
    Work.TOOL_SHELF: "hammer",
    Work.MEALS: "cooking-pot",
    Work.COMPANY: "coffee",
    Work.WELCOME: "door-open",
    Work.OTHER: "circle-question-mark",
}


class PlaceState(models.TextChoices):
    SIGNED = "signed", pgettext_lazy("a place in a shift", "signed up")
    SWAP_WANTED = "swap_wanted", pgettext_lazy("a place in a shift", "looks for somebody to step in")
    WITHDRAWN = "withdrawn", pgettext_lazy("a place in a shift", "given up")
    ATTENDED = "attended", pgettext_lazy("a place in a shift", "was there")
    MISSED = "missed", pgettext_lazy("a place in a shift", "was not there")


HELD = (PlaceState.SIGNED, PlaceState.SWAP_WANTED)
TAKEN = (*HELD, PlaceState.ATTENDED, PlaceState.MISSED)


class SwapState(models.TextChoices):
    OFFERED = "offered", pgettext_lazy("a swap", "offered")
    ACCEPTED = "accepted", pgettext_lazy("a swap", "accepted")
    DECLINED = "declined", pgettext_lazy("a swap", "not accepted")
    OVER = "over", pgettext_lazy("a swap", "no longer possible")
