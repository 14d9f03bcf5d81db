"""Who was there, and the hours that it brings: one rule for shifts and gatherings.

Nobody gives hours to themselves. What somebody notes of their own presence stands, and brings the hours as soon as
somebody else says so too: a witness.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.mutual_aid.taking_part import without_minors_in_need
from community.mutual_aid.time_bank.accounts import credit_presence, take_back
from community.mutual_aid.time_bank.models import HoursAccount
from community.safety.areas import who_answers_for
from community.safety.barriers import blocked_with, unseen_by
from portal.ui.days import short_day
from portal.ui.words import isolated

SAID_WITHIN = timedelta(days=14)  # so long afterwards somebody can say that they were there after all
ASKED_FOR = timedelta(days=60)  # so long whoever is to say who was there is reminded of it
MOST_NAMES = 100  # in a list from which somebody is chosen
MOST_WITNESSES = 5  # of those who were there so many are asked: one is enough


class PresenceMixin(models.Model):
    """A `person` with a `state` that says one day whether they were there. `BOOKED_AS` begins the key of a booking,
    `MEETING` names the field of what they come to."""

    BOOKED_AS: str
    MEETING: str

    # Somebody else than the person has said whether they were there.
    is_vouched = models.BooleanField(default=False, editable=False)
    # They are in it only because they were there: nobody had given them a place before.
    came_unannounced = models.BooleanField(default=False, editable=False)
    credited = models.PositiveSmallIntegerField(_("minutes in the time bank"), default=0, editable=False)
    # The account was full: the hours went to the common pot.
    to_pot = models.BooleanField(default=False, editable=False)
    corrections = models.PositiveSmallIntegerField(default=0, editable=False)

    class Meta:
        abstract = True

    @property
    def waits_for_a_witness(self) -> bool:
        return self.state == "attended" and not self.is_vouched

    @property
    def was_denied(self) -> bool:
        """Somebody else has said that they were not there."""
        gone = self.state == "withdrawn" and self.came_unannounced
        return self.is_vouched and (gone or self.state == "missed")

    def get_absolute_url(self) -> str:
        return getattr(self, self.MEETING).get_absolute_url()

    def told_in_statement(self, reader: Any) -> str:
        """What the hours were for, and of which day, to whose they are (time_bank/statements.py)."""
        if reader.pk != self.person_id:
            return ""
        meeting = getattr(self, self.MEETING)
        return " · ".join(map(isolated, (str(meeting), short_day(meeting.starts_at))))

    @property
    def is_mere_claim(self) -> bool:
        """Nobody else says that they belong to it: it opens nothing to them that others have said there."""
        return self.came_unannounced and not self.is_vouched

    def _say(self, verb: str, target: str, minutes: int, *, by: Any) -> bool:
        """Note whether the person was there ("attend", "miss") and book `minutes`, or take back what was booked; in a
        transaction, with the row locked. Said again, nothing happens: whether anything did."""
        own = by is not None and by.pk == self.person_id
        if own and self.is_vouched:
            return False  # what others have said of somebody is not theirs to change
        wanted = minutes if verb == "attend" and not own else 0
        if (self.state, self.is_vouched, self.credited) == (target, not own, wanted):
            return False
        self._book(wanted)
        self.state, self.is_vouched, self.since = target, not own, timezone.now()
        self.save(update_fields=["state", "is_vouched", "since", "credited", "to_pot", "corrections"])
        return True

    def _book(self, minutes: int) -> None:
        """So many minutes stand in the time bank for it; what stood there otherwise is taken back first."""
        if minutes == self.credited:
            return
        if self.credited:
            take_back(self._booking)
            self.corrections += 1
        self.credited, self.to_pot = minutes, False
        if minutes:
            entry = credit_presence(self.person, minutes, key=self._booking, about=self)
            self.to_pot = entry.postings.filter(account=HoursAccount.pot().ledger_id).exists()

    @property
    def _booking(self) -> str:
        return f"{self.BOOKED_AS}:{self.pk}:{self.corrections}"


class PresenceQuerySet(models.QuerySet):
    """Of models with `PresenceMixin`. `ORGANIZER` is the way to who organizes it."""

    ORGANIZER: str

    def unconfirmed(self) -> PresenceQuerySet:
        """Of whom only they themselves say that they were there."""
        return self.filter(state="attended", is_vouched=False)

    def to_confirm_by(self, user) -> PresenceQuerySet:
        """Those of which somebody may be the witness: not of themselves, nor where a block stands."""
        return self.unconfirmed().exclude(person=user).exclude(person__in=blocked_with(user))

    def of_organizers(self) -> PresenceQuerySet:
        """Of whoever organizes it: others than those who run it are asked about nobody else. Of everybody, where nobody
        organizes it any more."""
        return self.filter(models.Q(person=models.F(self.ORGANIZER)) | models.Q(**{self.ORGANIZER: None}))

    def believed(self) -> PresenceQuerySet:
        """Without what is a mere claim."""
        return self.exclude(came_unannounced=True, is_vouched=False)

    def were_there(self) -> PresenceQuerySet:
        """As somebody else has said."""
        return self.filter(state="attended", is_vouched=True)


def is_recent(meeting: Any) -> bool:
    """Of something with `ends_at`: whether somebody can still say that they were there after all."""
    return timezone.now() - meeting.ends_at < SAID_WITHIN


def who_may_be_added(people: models.QuerySet, *, by: Any, organizer: Any) -> models.QuerySet:
    """Of these people those whom `by` may say to have come, by name: nobody who keeps apart from whoever organizes it
    or says so, and no minor without their parents' word."""
    people = without_minors_in_need(people).exclude(pk__in=unseen_by(by)).exclude(pk=by.pk)
    if organizer is not None and organizer != by:
        people = people.exclude(pk__in=blocked_with(organizer))
    return people.distinct().order_by("display_name", "pk")


def witnesses(
    presences: PresenceQuerySet,
    *,
    runners: Iterable,
    organizer_id: int | None,
    host: Any,
    municipality_id: int,
    actor: Any,
) -> list:
    """Who is asked to confirm what somebody has noted of themselves, people without the `actor` and without those with
    whom a block stands: whoever else runs it; where there is nobody, some of those who were there; else the members of
    the organization; else whoever answers for the area. Of others than the organizer nobody hears but who runs it
    (`of_organizers`), and in their place the caseworkers."""
    kept_from = {actor.pk, *unseen_by(actor)} if actor else set()

    def members() -> Iterable:
        found = host.members.filter(until=None).select_related("person") if host else ()
        return [member.person for member in found]

    def there() -> Iterable:
        seen = presences.were_there().exclude(person__in=kept_from).order_by("pk").values("person")
        return get_user_model().objects.filter(pk__in=seen, is_active=True).order_by("pk")[:MOST_WITNESSES]

    if organizer_id is None or actor is None or actor.pk == organizer_id:
        others = (there, members, lambda: who_answers_for(municipality_id, but=kept_from))
    else:
        others = (lambda: who_answers_for(None, but=kept_from),)
    for ask in (lambda: runners, *others):
        if found := [person for person in ask() if person.is_active and person.pk not in kept_from]:
            return found
    return []
