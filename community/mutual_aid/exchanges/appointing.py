"""The day and the place as one of the two has written them: the other hears of it, and may not have agreed yet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from community.safety.names import first_name
from portal.ui.days import weekday
from portal.ui.words import comma, isolated

SKIPPED = "community.exchange.skipped"
FACTS = ("community.exchange.scheduled", SKIPPED)


# By what is new in it: how the page says so to whoever wrote it, to the other, and the notice.
_OWN = {
    "first": _("You wrote the day. The other reads it here."),
    "day": _("You wrote another day. The other reads it here."),
    "place": _("You wrote another place. The other reads it here."),
}
_OTHERS = {
    "first": _("%(name)s wrote the day."),
    "day": _("%(name)s wrote another day."),
    "place": _("%(name)s wrote another place."),
}
_NEWS = {
    "first": _("%(name)s wrote the day, %(day)s: %(what)s"),
    "day": _("%(name)s wrote another day, %(day)s: %(what)s"),
    "place": _("%(name)s wrote another place: %(what)s"),
}


@dataclass(frozen=True, kw_only=True)
class Appointed:
    """What a fact of FACTS states: from when (`was`; None is the first day that is written) to when. Where they met
    before is kept nowhere."""

    by_id: int | None
    starts_at: datetime
    was: datetime | None
    is_other_place: bool

    @property
    def new_day(self) -> str:
        return in_words(self.starts_at)

    @property
    def old_day(self) -> str:
        return in_words(self.was) if self.was and self.was != self.starts_at else ""

    @property
    def news(self) -> str:
        if self.was is None:
            return "first"
        return "place" if self.is_other_place and self.was == self.starts_at else "day"

    def told_to(self, reader: Any, name: str) -> str:
        """`name` is what the reader calls whoever wrote it."""
        if self.by_id == reader.pk:
            return str(_OWN[self.news])
        return _OTHERS[self.news] % {"name": isolated(name)}


def stated(*, starts_at: datetime, was: datetime | None, is_other_place: bool) -> dict[str, Any]:
    """The same as codes, for the fact's data: moments as ISO 8601 with their offset."""
    return {
        "starts_at": starts_at.isoformat(),
        "was": was.isoformat() if was else None,
        "is_other_place": is_other_place,
    }


def appointed(event: Any) -> Appointed | None:
    """None for any other fact, and for those of before, which state no day."""
    data = event.data
    if event.kind not in FACTS or not data.get("starts_at"):
        return None
    return Appointed(
        by_id=event.actor_id,
        starts_at=datetime.fromisoformat(data["starts_at"]),
        was=datetime.fromisoformat(data["was"]) if data["was"] else None,
        is_other_place=data["is_other_place"],
    )


def standing(exchange: Any, history: Iterable[Any]) -> Appointed | None:
    """Of what two are still about to do, what stands by the word of one of them; None where the day came otherwise."""
    if exchange.starts_at is None or not exchange.is_live:
        return None
    written = [found for event in history if (found := appointed(event))]
    return written[-1] if written and written[-1].starts_at == exchange.starts_at else None


def days_in(history: Iterable[Any]) -> dict[int, str]:
    """For a timeline: by fact the day that was written, and which one it was before."""
    written = ((event.pk, appointed(event)) for event in history)
    return {pk: _with_day_before(one) for pk, one in written if one}


def _with_day_before(one: Appointed) -> str:
    if not one.old_day:
        return one.new_day
    return gettext("%(day)s (before: %(old)s)") % {"day": one.new_day, "old": one.old_day}


def news_of(event: Any, what: Any) -> str:
    """The title of a notice; no place in it, which only the two read on the page."""
    told = {"name": isolated(first_name(event.actor)), "what": what}
    one = appointed(event)
    if one is None:
        return gettext("%(name)s wrote day and place: %(what)s") % told
    told["day"] = one.new_day
    if event.kind == SKIPPED:
        return gettext("Not this week, but on %(day)s: %(what)s") % told
    return _NEWS[one.news] % told


def in_words(moment: datetime) -> str:
    """The day with its name, and the time of day in Rome."""
    start = timezone.localtime(moment)
    return f"{weekday(start)}{comma()}{start:%H:%M}"
