"""The words in which neighbours offer and ask: what kind of help, when, in which language; and where it stands."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Kind(models.TextChoices):
    OFFER = "offer", _("offer")
    REQUEST = "request", _("request")

    @property
    def opposite(self) -> Kind:
        return Kind.REQUEST if self == Kind.OFFER else Kind.OFFER

    @property
    def icon(self) -> str:
        return "hand-helping" if self == Kind.OFFER else "hand-heart"


class Category(models.TextChoices):
    ERRANDS = "errands", _("shopping and errands")
    COMPANY = "company", _("company and a chat")
    ELDERS = "elders", _("help for the elderly")
    CHILDREN = "children", _("looking after children")
    HOMEWORK = "homework", _("homework")
    LANGUAGE = "language", _("language, translating")
    PAPERS = "papers", _("papers and forms")
    DIGITAL = "digital", _("computer and phone")
    REPAIRS = "repairs", _("small repairs")
    SEWING = "sewing", _("sewing")
    COOKING = "cooking", _("cooking")
    TRANSPORT = "transport", _("a lift, going with somebody")
    MOVING = "moving", _("moving, carrying")
    PLANTS = "plants", _("plants and garden")
    PETS = "pets", _("pets")
    KEYS = "keys", _("keeping keys")
    OTHER = "other", pgettext_lazy("kind of help", "something else")

    @property
    def icon(self) -> str:
        return ICONS[self]


# Names of Lucide's pictograms.
ICONS = {
    Category.ERRANDS: "shopping-basket",
    Category.COMPANY: "coffee",
    Category.ELDERS: "heart-handshake",
    Category.CHILDREN: "baby",
    Category.HOMEWORK: "book-open",
    Category.LANGUAGE: "languages",
    Category.PAPERS: "file-text",
    Category.DIGITAL: "monitor-smartphone",
    Category.REPAIRS: "wrench",
    Category.SEWING: "scissors",
    Category.COOKING: "cooking-pot",
    Category.TRANSPORT: "bus",
    Category.MOVING: "truck",
    Category.PLANTS: "sprout",
    Category.PETS: "paw-print",
    Category.KEYS: "key-round",
    Category.OTHER: "circle-question-mark",
}

# Whoever gives this help comes near those who cannot defend themselves, or into a home: staff agrees first.
SENSITIVE = (Category.CHILDREN, Category.ELDERS, Category.KEYS)


class When(models.TextChoices):
    ANY_TIME = "any_time", _("when you can")
    ONCE = "once", _("once, on a certain day")
    WEEKLY = "weekly", _("every week")


class PartOfDay(models.TextChoices):
    MORNING = "morning", _("in the morning")
    AFTERNOON = "afternoon", _("in the afternoon")
    EVENING = "evening", _("in the evening")

    @property
    def starts_at(self) -> int:
        """The hour that is proposed for it."""
        return {"morning": 10, "afternoon": 16, "evening": 19}[self]


class FreeTime(models.TextChoices):
    """When somebody mostly has time."""

    MORNINGS = "mornings", _("mornings")
    AFTERNOONS = "afternoons", _("afternoons")
    EVENINGS = "evenings", _("evenings")
    WEEKENDS = "weekends", _("Saturdays and Sundays")

    @property
    def icon(self) -> str:
        return {"mornings": "sunrise", "afternoons": "sun", "evenings": "moon"}.get(self, "calendar-days")


class PostState(models.TextChoices):
    OPEN = "open", pgettext_lazy("of an offer or a request", "on the board")
    PAUSED = "paused", pgettext_lazy("of an offer or a request", "paused")
    FOUND = "found", pgettext_lazy("of an offer or a request", "somebody was found")
    TAKEN_BACK = "taken_back", pgettext_lazy("of an offer or a request", "taken back")
    EXPIRED = "expired", pgettext_lazy("of an offer or a request", "expired")


class State(models.TextChoices):
    PROPOSED = "proposed", pgettext_lazy("of an exchange", "asked")
    TO_APPROVE = "to_approve", pgettext_lazy("of an exchange", "waits for the coordinator's yes")
    ACCEPTED = "accepted", pgettext_lazy("of an exchange", "accepted")
    SCHEDULED = "scheduled", pgettext_lazy("of an exchange", "day agreed")
    DONE = "done", pgettext_lazy("of an exchange", "done, to be confirmed")
    CONFIRMED = "confirmed", pgettext_lazy("of an exchange", "confirmed by both")
    THANKED = "thanked", pgettext_lazy("of an exchange", "thanked")
    DISPUTED = "disputed", pgettext_lazy("of an exchange", "to be settled")
    SETTLED = "settled", pgettext_lazy("of an exchange", "settled")
    DECLINED = "declined", pgettext_lazy("of an exchange", "not possible")
    WITHDRAWN = "withdrawn", pgettext_lazy("of an exchange", "withdrawn")
    LAPSED = "lapsed", pgettext_lazy("of an exchange", "not answered")
    UNCONFIRMED = "unconfirmed", pgettext_lazy("of an exchange", "not confirmed")
    CANCELLED = "cancelled", pgettext_lazy("of an exchange", "called off")

    @property
    def shown(self) -> str:
        """What it is called on a page. Whoever answers a request has not asked but offered; and the day is written by
        one of the two."""
        return str(_SHOWN.get(self, self.label))


_SHOWN = {
    State.PROPOSED: pgettext_lazy("of an exchange", "proposed"),
    State.SCHEDULED: pgettext_lazy("of an exchange", "day set"),
}


# Both are still busy with it.
LIVE = (State.PROPOSED, State.TO_APPROVE, State.ACCEPTED, State.SCHEDULED, State.DONE, State.DISPUTED)
# Both have said yes: from here on they may know more of each other.
AGREED = (State.ACCEPTED, State.SCHEDULED, State.DONE, State.CONFIRMED, State.THANKED, State.DISPUTED)
# Nothing has been done yet of what comes of it.
AHEAD = (State.PROPOSED, State.TO_APPROVE, State.ACCEPTED, State.SCHEDULED)
# Hours may stand in the books for it.
HELD = (State.CONFIRMED, State.THANKED, State.SETTLED)

STEP, SHORTEST, LONGEST = 30, 30, 480  # minutes
