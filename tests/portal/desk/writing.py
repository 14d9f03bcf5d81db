"""What the tests of letters share."""

import uuid

from portal.desk.models import Thread
from portal.testing.factories import UserFactory


def caseworker(**fields):
    return UserFactory(roles=["portal.caseworker"], **fields)


def write(person, text="Buongiorno", client_id=None):
    return Thread.write(by=person, client_id=client_id or uuid.uuid4(), text=text)


def answer(thread, by, text="Eccoci", **more):
    return thread.answer(by=by, client_id=uuid.uuid4(), text=text, **more)


def last(thread):
    """What a page that is drawn now says that it has shown."""
    return thread.letters.order_by("pk").last().pk
