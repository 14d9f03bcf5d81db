"""What becomes of a case half a year after it is closed: its key is destroyed, and its outcome is all that is kept."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from portal.events import forget_who
from portal.sealing import destroy_key

from .models import Case, Story


@transaction.atomic
def destroy(case: Case) -> None:
    """Everything that was said goes, and everybody's name; from a backup nobody reads it any more, either."""
    locked = Case.objects.select_for_update().get(pk=case.pk)
    if locked.destroyed_at is None:
        Story.objects.filter(case=locked).delete()
        locked.glasses.all().delete()
        locked.versions.all().delete()
        locked.rooms.all().delete()
        locked.mediators.all().delete()
        locked.parties.all().delete()
        forget_who(locked)
        locked.intake = locked.invitation = locked.objection = None
        locked.helped_by, locked.destroyed_at = None, timezone.now()
        locked.save()
    # Only once the rows are gone for good: a key that is destroyed comes back with no rollback.
    transaction.on_commit(lambda: _forget_key(locked), robust=True)


def destroy_closed_before(moment: datetime) -> int:
    """Those that were closed before that moment; returns how many. What broke off in the middle is ended, too."""
    for case in Case.objects.half_destroyed():
        destroy(case)
    due = list(Case.objects.closed_before(moment))
    for case in due:
        destroy(case)
    return len(due)


def _forget_key(case: Case) -> None:
    """The key goes; then its number, which was made of the number of whoever asked."""
    destroy_key(case.key)
    Case.objects.filter(pk=case.pk).update(key=uuid4(), client_id=uuid4(), key_destroyed_at=timezone.now())
