"""What the directory sorts by, in the portal's words: codes stand in the database, labels follow the reader."""

from __future__ import annotations

from django.db import models
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.ui.languages import language_name


class Need(models.TextChoices):
    """What somebody comes with. In HSDS the terms of one taxonomy."""

    HOME = "home", _("A home")
    EVICTION = "eviction", _("Eviction")
    MONEY = "money", _("Money and bills")
    FOOD = "food", _("Food")
    WORK = "work", pgettext_lazy("need", "Work")
    SCHOOL = "school", _("School")
    ITALIAN = "italian", _("Learning Italian")
    HEALTH = "health", _("Health")
    CHILDREN = "children", _("Children")
    ELDERLY = "elderly", _("Old age")
    DISABILITY = "disability", _("Disability")
    DOCUMENTS = "documents", pgettext_lazy("need", "Documents")
    LEGAL = "legal", _("Rights and lawyers")
    VIOLENCE = "violence", _("Violence")
    FURNITURE = "furniture", _("Furniture and clothes")
    REPAIRS = "repairs", _("Repairs")
    COMMUNITY = "community", _("Company and neighbours")
    ARRIVAL = "arrival", _("Just arrived")


ICONS = {
    "home": "house",
    "eviction": "siren",
    "money": "euro",
    "food": "utensils",
    "work": "briefcase",
    "school": "graduation-cap",
    "italian": "languages",
    "health": "heart-pulse",
    "children": "baby",
    "elderly": "hand-helping",
    "disability": "accessibility",
    "documents": "file-text",
    "legal": "scale",
    "violence": "shield",
    "furniture": "sofa",
    "repairs": "wrench",
    "community": "users",
    "arrival": "luggage",
}


_named = lazy(language_name, str)


class Language(models.TextChoices):
    """Languages that are spoken somewhere (DOMAIN.md, "Languages to serve")."""

    IT = "it", _named("it")
    EN = "en", _named("en")
    AR = "ar", _named("ar")
    ES = "es", _named("es")
    FR = "fr", _named("fr")
    RO = "ro", _named("ro")
    UK = "uk", _named("uk")
    SQ = "sq", _named("sq")
    ZH = "zh", _named("zh")
    UR = "ur", _named("ur")
    BN = "bn", _named("bn")
    PT = "pt", _named("pt")
    RU = "ru", _named("ru")
    LIS = "lis", _("Italian sign language")  # to Babel, "lis" is another language


class Cost(models.TextChoices):
    FREE = "free", pgettext_lazy("cost", "free of charge")
    PAID = "paid", _("one pays")
    DEPENDS = "depends", _("it depends")


class Status(models.TextChoices):
    """HSDS's own words."""

    ACTIVE = "active", pgettext_lazy("resource", "active")
    CLOSED = "temporarily closed", _("closed for some time")
    INACTIVE = "inactive", _("does not exist any more")


WEEKDAYS = (
    ("0", _("Monday")),
    ("1", _("Tuesday")),
    ("2", _("Wednesday")),
    ("3", _("Thursday")),
    ("4", _("Friday")),
    ("5", _("Saturday")),
    ("6", _("Sunday")),
)

# Which of a month. Its own words beside a Sunday: where languages have a gender, the days have not all the same.
WEEKS = (
    ("1", pgettext_lazy("weekday of the month", "first")),
    ("2", pgettext_lazy("weekday of the month", "second")),
    ("3", pgettext_lazy("weekday of the month", "third")),
    ("4", pgettext_lazy("weekday of the month", "fourth")),
    ("-1", pgettext_lazy("weekday of the month", "last")),
)
WEEKS_OF_SUNDAY = {
    "1": pgettext_lazy("Sunday of the month", "first"),
    "2": pgettext_lazy("Sunday of the month", "second"),
    "3": pgettext_lazy("Sunday of the month", "third"),
    "4": pgettext_lazy("Sunday of the month", "fourth"),
    "-1": pgettext_lazy("Sunday of the month", "last"),
}
