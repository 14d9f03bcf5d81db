"""The words of a household's own goals, each in one place."""

from django.db import models
from django.utils.translation import pgettext_lazy


class Picture(models.TextChoices):
    """What a goal is known by, also by whoever reads little."""

    HOME = "home", pgettext_lazy("picture of a savings goal", "Home")
    FURNITURE = "furniture", pgettext_lazy("picture of a savings goal", "Furniture")
    SCHOOL = "school", pgettext_lazy("picture of a savings goal", "School")
    CHILD = "child", pgettext_lazy("picture of a savings goal", "Children")
    TRAVEL = "travel", pgettext_lazy("picture of a savings goal", "Journey")
    CAR = "car", pgettext_lazy("picture of a savings goal", "Car or licence")
    BICYCLE = "bicycle", pgettext_lazy("picture of a savings goal", "Bicycle")
    PHONE = "phone", pgettext_lazy("picture of a savings goal", "Phone or computer")
    HEALTH = "health", pgettext_lazy("picture of a savings goal", "Health")
    PARTY = "party", pgettext_lazy("picture of a savings goal", "Celebration")
    WORK = "work", pgettext_lazy("picture of a savings goal", "Work")
    OTHER = "other", pgettext_lazy("picture of a savings goal", "Something else")


ICONS = {
    Picture.HOME: "house",
    Picture.FURNITURE: "sofa",
    Picture.SCHOOL: "graduation-cap",
    Picture.CHILD: "baby",
    Picture.TRAVEL: "plane",
    Picture.CAR: "car",
    Picture.BICYCLE: "bike",
    Picture.PHONE: "smartphone",
    Picture.HEALTH: "heart-pulse",
    Picture.PARTY: "gift",
    Picture.WORK: "briefcase",
    Picture.OTHER: "star",
}


class State(models.TextChoices):
    """Of a goal."""

    OPEN = "open", pgettext_lazy("of a savings goal", "running")
    DONE = "done", pgettext_lazy("of a savings goal", "reached")
    REMOVED = "removed", pgettext_lazy("of a savings goal", "put away")


MOST_GOALS = 12  # that run at a time
LARGEST_TARGET = 5_000_000  # cents: beyond it somebody has typed wrong
