"""The words for things that are lent: what they are, in which condition, where they and their loans stand."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Category(models.TextChoices):
    TOOLS = "tools", _("tools, ladders")
    HOUSE = "house", _("cleaning, household")
    KITCHEN = "kitchen", _("kitchen")
    CHILDREN = "children", _("for small children")
    GAMES = "games", _("games")
    BOOKS = "books", _("books, school")
    PARTY = "party", _("parties, tables and chairs")
    GARDEN = "garden", _("garden, balcony")
    TRAVEL = "travel", _("travel, camping")
    SPORT = "sport", _("bicycles, sport")
    DEVICES = "devices", _("computers, devices")
    CARE = "care", _("crutches, wheelchairs")
    OTHER = "other", _("something else")

    @property
    def icon(self) -> str:
        return ICONS[self]


# Names of Lucide's pictograms.
ICONS = {
    Category.TOOLS: "drill",
    Category.HOUSE: "washing-machine",
    Category.KITCHEN: "cooking-pot",
    Category.CHILDREN: "baby",
    Category.GAMES: "puzzle",
    Category.BOOKS: "book-open",
    Category.PARTY: "party-popper",
    Category.GARDEN: "flower-2",
    Category.TRAVEL: "tent",
    Category.SPORT: "bike",
    Category.DEVICES: "laptop",
    Category.CARE: "accessibility",
    Category.OTHER: "package",
}


class Condition(models.TextChoices):
    NEW = "new", _("like new")
    GOOD = "good", _("good")
    WORN = "worn", _("worn, but it works")
    FLAWED = "flawed", _("with a flaw: see below")


class ThingState(models.TextChoices):
    AVAILABLE = "available", _("to be lent")
    PAUSED = "paused", _("not lent at the moment")
    IN_REPAIR = "in_repair", _("in repair")
    MISSING = "missing", pgettext_lazy("of a thing", "missing")
    WRITTEN_OFF = "written_off", _("lost for good")


class LoanState(models.TextChoices):
    REQUESTED = "requested", pgettext_lazy("of a loan", "asked for")
    RESERVED = "reserved", pgettext_lazy("of a loan", "reserved")
    PICKED_UP = "picked_up", pgettext_lazy("of a loan", "with you")
    RETURNED = "returned", pgettext_lazy("of a loan", "given back")
    DECLINED = "declined", pgettext_lazy("of a loan", "not possible")
    CANCELLED = "cancelled", pgettext_lazy("of a loan", "cancelled")
    LAPSED = "lapsed", pgettext_lazy("of a loan", "not picked up")
    LOST = "lost", pgettext_lazy("of a loan", "lost")


COMING = (LoanState.REQUESTED, LoanState.RESERVED)
OPEN = (*COMING, LoanState.PICKED_UP)


class Damage(models.TextChoices):
    """What somebody says when a thing comes back."""

    NONE = "none", _("It is fine")
    SOME = "some", _("A bit damaged")
    BROKEN = "broken", _("It does not work any more")
