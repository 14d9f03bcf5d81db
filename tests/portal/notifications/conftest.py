import pytest

from portal.events import record
from portal.extensions import NotificationKind
from portal.people.models import User


@pytest.fixture
def told(declare, note_kind):
    """`told(by=anna, to=[bruno])`: a note is written that its readers are told of; returns the event."""
    letters = []

    declare(
        NotificationKind(
            key=note_kind,
            recipients=lambda event: User.objects.filter(pk__in=letters[event.data["letter"]]),
            title=lambda event: f"A private note about {event.target}",
            url=lambda event: "/casa/",
            icon="send",
        )
    )

    def write(by, to, about=None):
        letters.append([reader.pk for reader in (to if isinstance(to, list) else [to])])
        return record(note_kind, about or by, by=by, letter=len(letters) - 1)

    return write
