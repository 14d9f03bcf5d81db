"""The words in which something is reported, and where such a report stands."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Reason(models.TextChoices):
    MONEY = "money", _("somebody asks for money")
    HARASSMENT = "harassment", _("it insults or threatens somebody")
    FALSE = "false", _("it is not true")
    DANGEROUS = "dangerous", _("it is dangerous")
    OTHER = "other", _("something else")

    @property
    def icon(self) -> str:
        return ICONS[self]


# Names of Lucide's pictograms.
ICONS = {
    Reason.MONEY: "banknote",
    Reason.HARASSMENT: "frown",
    Reason.FALSE: "circle-x",
    Reason.DANGEROUS: "triangle-alert",
    Reason.OTHER: "circle-question-mark",
}


class State(models.TextChoices):
    OPEN = "open", _("to be looked at")
    UPHELD = "upheld", pgettext_lazy("of a report of abuse", "taken away")
    DISMISSED = "dismissed", pgettext_lazy("of a report of abuse", "stays")
