"""What the declarations and the exemptions promise: what has served is deleted."""

import logging

from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from portal.extensions import PersonalData, declared

from .models import SILENCE, DataExport

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


def sweep_exports() -> int:
    """Give up copies of which nothing is heard, forget those whose days are over, and files that no row names."""
    DataExport.give_up_silent()
    now = timezone.now()
    gone = DataExport.objects.filter(expires_at__lt=now).forget()
    storage = DataExport._meta.get_field("file").storage
    for name in _files(storage, "exports"):
        if (
            storage.get_modified_time(name) < now - SILENCE
            and not DataExport.objects.filter(file=name).exists()
        ):
            storage.delete(name)
            gone += 1
    return gone


def _files(storage, root: str) -> list[str]:
    try:
        folders = storage.listdir(root)[0]
    except FileNotFoundError:
        return []
    return [
        f"{root}/{folder}/{name}" for folder in folders for name in storage.listdir(f"{root}/{folder}")[1]
    ]


def delete_ended_sessions() -> None:
    call_command("clearsessions")


def delete_old_task_results() -> None:
    call_command("prune_db_task_results", verbosity=0)
