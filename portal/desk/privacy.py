"""What letters know about a person, how long they know it, and how they forget it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils.translation import gettext as _

from portal.extensions import years
from portal.uploads.models import Photo
from portal.uploads.privacy import files_among, name_of

from .models import Letter, Thread

RETENTION = years(2)


def export_threads(user) -> Iterator[dict[str, Any]]:
    for thread in Thread.objects.filter(person=user).with_last_word().select_related("caseworker"):
        yield {
            "begun_on": thread.created_at.isoformat(),
            "state": str(thread.said_state),
            "since": thread.state_since.isoformat(),
            "who_sees_to_it": str(thread.caseworker) if thread.caseworker else "",
        }


def said_side(value: str, row: Any, person: Any) -> str:
    return {"agency": _("the agency"), "you": _("you")}[value]


def said_author(value: str, row: Any, person: Any) -> str:
    # The answers that they wrote for the agency come without words, and so without a name.
    return _("you") if value == "you" and "text" not in row else value


def export_letters(user) -> Iterator[dict[str, Any]]:
    """All of one's own thread, with the agency's answers and the files.

    Of what somebody wrote for the agency, that they did: the words are about another person, and theirs.
    """
    own = Letter.objects.filter(thread__person=user).select_related("author").prefetch_related("photos")
    for letter in own:
        yield {
            "sent_at": letter.sent_at.isoformat(),
            "from": "agency" if letter.from_agency else "you",
            "written_by": str(letter.author) if letter.author else "",
            "text": letter.text,
            "files": [name_of(photo) for photo in letter.photos.all()],
            "shows": [photo.alt for photo in letter.photos.all() if photo.alt],
        }
    for letter in Letter.objects.filter(author=user).exclude(thread__person=user):
        yield {"sent_at": letter.sent_at.isoformat(), "from": "agency", "written_by": "you"}


def files_of_letters(user):
    """What came with the agency's answers; what somebody sent themselves is among their photos."""
    letters = [str(pk) for pk in Letter.objects.filter(thread__person=user).values_list("pk", flat=True)]
    kind = ContentType.objects.get_for_model(Letter)
    return files_among(Photo.objects.filter(content_type=kind, object_id__in=letters).exclude(owner=user))


@transaction.atomic
def erase_threads(user) -> int:
    """The thread goes, with its letters and their photos; somebody else sees to those that they had taken."""
    gone = Thread.objects.filter(person=user).delete()[1].get(Thread._meta.label, 0)
    return gone + Thread.objects.filter(caseworker=user).update(caseworker=None)


@transaction.atomic
def erase_letters(user) -> int:
    """One's own thread loses its words; what was written for the agency stays with the other person, without a name."""
    gone = Letter.objects.filter(thread__person=user).delete()[1].get(Letter._meta.label, 0)
    return gone + Letter.objects.filter(author=user).update(author=None)


def expire_letters(before: datetime) -> int:
    """What still waits for an answer stays, however old it is."""
    old = Letter.objects.filter(sent_at__lt=before, thread__state=Thread.State.ANSWERED)
    return old.delete()[1].get(Letter._meta.label, 0)


def expire_threads(before: datetime) -> int:
    """Those of which no letter is left."""
    empty = Thread.objects.filter(letters=None, state_since__lt=before)
    return empty.delete()[1].get(Thread._meta.label, 0)
