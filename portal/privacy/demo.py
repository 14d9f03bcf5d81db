"""The demo's readings, a copy of somebody's data that is ready, and somebody who asks to be erased: all invented."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.utils import timezone

from portal.access.models import ConfidentialRead, Why
from portal.people.models import User

from .exporting import write
from .models import EXPORT_LIFE, DataExport, ErasureRequest

# (days ago, who looked, with which role, why)
_READS = (
    (41, "caseworker", "portal.caseworker", Why.SUPPORT),
    (17, "caseworker", "portal.caseworker", Why.ASKED),
    (9, "admin", "portal.administrator", Why.CORRECT),
    (2, "caseworker", "portal.caseworker", Why.CONTRACT),
)


def load() -> None:
    people = {
        user.username.removeprefix("demo."): user
        for user in User.objects.filter(username__startswith="demo.")
    }
    now, tenant = timezone.now(), people["tenant"]
    kind = ContentType.objects.get_for_model(User)
    for days, reader, role, why in _READS:
        ConfidentialRead.objects.create(
            at=now - timedelta(days=days, hours=3),
            reader=people[reader],
            roles=role,
            about=tenant,
            content_type=kind,
            object_id=str(tenant.pk),
            reason=why,
        )
    _copy_of(tenant)
    ErasureRequest.ask(_somebody_who_left())


def _somebody_who_left() -> User:
    """He moved away years ago, and what he had with us is forgotten: nothing stands against forgetting him."""
    return User.objects.create(
        username="resident-left",
        display_name="Ettore Pinna",
        language="it",
        email="resident-left@abitare.example",
        password="!",
        date_joined=timezone.now() - timedelta(days=1500),
    )


def _copy_of(person: User) -> None:
    with BytesIO() as file:
        write(file, person, language=person.language)
        content = file.getvalue()
    now = timezone.now()
    export = DataExport(
        person=person,
        language=person.language,
        state=DataExport.State.READY,
        percent=100,
        bytes=len(content),
        expires_at=now + EXPORT_LIFE,
    )
    export.file.save("", ContentFile(content), save=False)
    export.save(force_insert=True)
