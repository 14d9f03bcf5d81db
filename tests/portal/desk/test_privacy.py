"""What letters know of somebody: given out with its files, forgotten when they go, gone after two years."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from portal.desk import privacy
from portal.desk.models import Letter, Thread
from portal.testing.factories import UserFactory, adult_of
from portal.uploads.models import Photo, claim
from tests.portal.uploads.pictures import photo

pytestmark = pytest.mark.django_db


@pytest.fixture
def thread(settings, tmp_path):
    """Samira's, with a photo of hers and one in the answer; `Elena` answered."""
    settings.MEDIA_ROOT = tmp_path
    samira, elena = adult_of(), UserFactory(display_name="Elena", roles=["portal.caseworker"])
    letters = [Thread.write(by=samira, client_id=uuid.uuid4(), text="Ecco il documento")]
    letters.append(letters[0].thread.answer(by=elena, client_id=uuid.uuid4(), text="Ricevuto"))
    for letter, owner in zip(letters, (samira, elena), strict=True):
        Photo.keep(photo(), owner=owner, draft=letter.client_id, limit=5)
        claim(letter.client_id, owner, letter)
    return Thread.objects.get()


def test_people_get_both_sides_and_the_files(thread):
    told = list(privacy.export_letters(thread.person))

    assert [row["text"] for row in told] == ["Ecco il documento", "Ricevuto"]
    assert [row["from"] for row in told] == ["you", "agency"]
    assert all(len(row["files"]) == 1 for row in told)
    assert list(privacy.export_threads(thread.person))[0]["who_sees_to_it"] == "Elena"


def test_who_wrote_for_the_agency_gets_that_they_did_and_not_the_words(thread):
    told = list(privacy.export_letters(thread.caseworker))

    assert len(told) == 1
    assert "text" not in told[0]


def test_who_is_erased_leaves_neither_words_nor_photos(thread):
    privacy.erase_letters(thread.person)
    privacy.erase_threads(thread.person)

    assert not Thread.objects.exists()
    assert not Letter.objects.exists()
    assert not Photo.objects.exists()


def test_a_caseworker_who_is_erased_leaves_the_answer_without_a_name(client, thread):
    elena = thread.caseworker
    privacy.erase_letters(elena)
    privacy.erase_threads(elena)

    thread.refresh_from_db()
    assert thread.caseworker is None
    assert Letter.objects.get(from_agency=True).author is None
    client.force_login(thread.person)
    assert "Ricevuto" in client.get("/scrivi/").content.decode()


def test_after_two_years_what_is_answered_is_gone_and_what_waits_is_not(thread):
    waiting = Thread.write(by=adult_of(), client_id=uuid.uuid4(), text="Aspetto").thread
    recent = Thread.write(by=adult_of(), client_id=uuid.uuid4(), text="Ieri").thread
    recent.settle(by=thread.caseworker)
    long_ago = timezone.now() - privacy.RETENTION - timedelta(days=1)
    Letter.objects.exclude(thread=recent).update(sent_at=long_ago)
    Thread.objects.exclude(pk=recent.pk).update(state_since=long_ago)

    assert privacy.expire_letters(timezone.now() - privacy.RETENTION) == 2
    assert privacy.expire_threads(timezone.now() - privacy.RETENTION) == 1

    assert set(Thread.objects.all()) == {waiting, recent}
    assert Letter.objects.count() == 2
    assert not Photo.objects.exists()
