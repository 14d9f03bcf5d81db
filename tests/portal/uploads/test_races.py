"""The same form, sent several times at the same moment by a phone that lost its connection."""

from uuid import uuid4

from portal.testing.factories import UserFactory
from portal.uploads.models import DraftIsFull, Photo
from tests.portal.uploads.pictures import encoded, picture, upload


def test_one_photo_sent_twice_at_once_is_stored_once(races, stored):
    owner, draft, content = UserFactory(), uuid4(), encoded(picture())

    def send():
        return Photo.keep(upload(content), owner=owner, draft=draft, limit=5)

    outcomes = races.together(send, send, send)
    assert len({photo.pk for photo in outcomes}) == 1
    assert Photo.objects.count() == 1
    assert stored() == 2


def test_six_photos_sent_at_once_are_five(races, stored):
    owner, draft = UserFactory(), uuid4()

    def send(content):
        return lambda: Photo.keep(upload(content), owner=owner, draft=draft, limit=5)

    outcomes = races.together(*[send(encoded(picture())) for _ in range(6)])
    assert sum(isinstance(outcome, DraftIsFull) for outcome in outcomes) == 1
    assert sorted(Photo.objects.values_list("position", flat=True)) == [0, 1, 2, 3, 4]
    assert stored() == 10
