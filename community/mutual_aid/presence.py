"""Who was there, and the hours that it brings: one rule for shifts and gatherings.

Nobody gives hours to themselves. What somebody notes of their own presence stands, and brings the hours as soon as
somebody else says so too.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.mutual_aid.time_bank.accounts import credit_presence, take_back
from community.mutual_aid.time_bank.models import HoursAccount


class PresenceMixin(models.Model):
    """A `person` with a `state` that says one day whether they were there. `BOOKED_AS` begins the key of a booking."""

    BOOKED_AS: str

    # Somebody else than the person has said whether they were there.
    is_vouched = models.BooleanField(default=False, editable=False)
    credited = models.PositiveSmallIntegerField(_("minutes in the time bank"), default=0, editable=False)
    # The account was full: the hours went to the common pot.
    to_pot = models.BooleanField(default=False, editable=False)
    corrections = models.PositiveSmallIntegerField(default=0, editable=False)

    class Meta:
        abstract = True

    @property
    def waits_for_a_witness(self) -> bool:
        return self.state == "attended" and not self.is_vouched

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
