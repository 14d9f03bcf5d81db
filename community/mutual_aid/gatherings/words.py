"""The words of gatherings: what kind they are of, and what somebody has answered."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Occasion(models.TextChoices):
    SHARED_DAY = "shared_day", _("shared day for the common areas")
    MEAL = "meal", _("meal, feast")
    COURSE = "course", _("course, workshop")
    PLAY = "play", _("for children")
    MEETING = "meeting", _("meeting of neighbours")
    OUTING = "outing", _("outing")
    SWAP = "swap", _("swap of things")
    OTHER = "other", _("something else")

    @property
    def icon(self) -> str:
        return ICONS[self]


# Names of Lucide's pictograms.
ICONS = {
    Occasion.SHARED_DAY: "shovel",
    Occasion.MEAL: "utensils",
    Occasion.COURSE: "graduation-cap",
    Occasion.PLAY: "puzzle",
    Occasion.MEETING: "users",
    Occasion.OUTING: "footprints",
    Occasion.SWAP: "shirt",
    Occasion.OTHER: "circle-question-mark",
}


class AnswerState(models.TextChoices):
    COMING = "coming", pgettext_lazy("an answer to an invitation", "coming")
    WAITING = "waiting", pgettext_lazy("an answer to an invitation", "on the waiting list")
    WITHDRAWN = "withdrawn", pgettext_lazy("an answer to an invitation", "not coming")
    ATTENDED = "attended", pgettext_lazy("an answer to an invitation", "was there")
    MISSED = "missed", pgettext_lazy("an answer to an invitation", "was not there")


SEATED = (AnswerState.COMING, AnswerState.ATTENDED, AnswerState.MISSED)
OPEN = (AnswerState.COMING, AnswerState.WAITING)
