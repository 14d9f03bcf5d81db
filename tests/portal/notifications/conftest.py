import pytest

from portal.events import record
from portal.events.dispatch import drain
from portal.extensions import EventKind, NotificationKind
from portal.notifications.push import hosts as push_hosts
from portal.people.models import User

from .push_service import PushService


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
            label="Notes",
        )
    )

    def write(by, to, about=None):
        letters.append([reader.pk for reader in (to if isinstance(to, list) else [to])])
        return record(note_kind, about or by, by=by, letter=len(letters) - 1)

    return write


@pytest.fixture
def declared_kind(declare):
    """`declared_kind("tests.note.urgent", urgent=True, …)`: one more kind of news, told to whom `event.data` names."""

    def add(key, **fields):
        declare(
            EventKind(key=key, sentence="%(actor)s wrote a note"),
            NotificationKind(
                **{
                    "key": key,
                    "recipients": lambda event: User.objects.filter(pk=event.data["reader"]),
                    "title": lambda event: "A private note",
                    "url": lambda event: "/casa/",
                    "label": f"News of {key}",
                    **fields,
                }
            ),
        )
        return key

    return add


@pytest.fixture
def tell(declared_kind):
    """`tell(kind, bruno)`: something happens that bruno is told of; returns the event, which has been dispatched."""

    def happen(kind, reader):
        event = record(kind, reader, by=None, reader=reader.pk)
        drain()
        return event

    return happen


@pytest.fixture
def service(tmp_path, monkeypatch, settings):
    """The push service `push.example`, which lies on this machine and counts as public for once."""
    running = PushService(tmp_path)
    settings.PORTAL_PUSH_HOSTS = ["push.example"]
    monkeypatch.setattr(push_hosts, "PORT", running.port)
    monkeypatch.setattr(push_hosts, "public_addresses", lambda host: ["127.0.0.1"])
    monkeypatch.setattr(push_hosts, "context", running.context)
    yield running
    running.close()
