"""What the declarations and the exemptions promise: what has served is deleted."""

import logging

from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from portal.extensions import PersonalData, declared

log = logging.getLogger(__name__)


class NotAllExpired(Exception):
    """Of some kinds of personal data the rows whose time is over are still there; the log says why."""


def expire_personal_data() -> None:
    """Remove the rows whose time is over, of every kind as its app declared.

    A kind that fails keeps all of its rows and holds no other up. Raises NotAllExpired at the end, so that the schedule
    is tried again.
    """
    now = timezone.now()
    failed = []
    for data in declared(PersonalData):
        if data.retention is None or data.expire is None:
            continue
        try:
            with transaction.atomic():
                data.expire(now - data.retention)
        except Exception:  # whatever a plugin may raise
            log.exception("what is kept no longer of %s was not removed", data.key)
            failed.append(data.key)
    if failed:
        raise NotAllExpired(", ".join(failed))


def delete_ended_sessions() -> None:
    call_command("clearsessions")


def delete_old_task_results() -> None:
    call_command("prune_db_task_results", verbosity=0)
