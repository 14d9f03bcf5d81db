import pytest

from portal.events import record
from portal.extensions import NotificationKind
from portal.people.models import User


@pytest.fixture
def told(declare, note_kind):
    """`told(by=anna, to=[bruno])`: a note is written that its readers are told of; returns the event."""

    def recipients(event):
        return User.objects.filter(pk__in=[int(pk) for pk in str(event.data["to"]).split("-")])

    declare(
        NotificationKind(
            key=note_kind,
            recipients=recipients,
            title=lambda event: f"A private note about {event.target}",
            url=lambda event: "/casa/",
            icon="send",
        )
    )

    def write(by, to, about=None):
        readers = to if isinstance(to, list) else [to]
        return record(note_kind, about or by, by=by, to="-".join(str(person.pk) for person in readers))

    return write
