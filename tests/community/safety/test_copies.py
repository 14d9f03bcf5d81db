"""Photos and voice notes of what is reported are kept for whoever decides, whatever their author deletes."""

import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from community.safety.models import AbuseReport
from community.safety.privacy import KEPT, erase_reports, expire_reports, export_reports, files_of_reports
from community.testing import coordinator_of, loan_of, said, thing_of
from portal.uploads.models import Photo, VoiceNote, claim
from portal.uploads.privacy import erase_photos, export_photos, files_of
from tests.portal.uploads.pictures import photo
from tests.portal.uploads.sounds import recording

pytestmark = pytest.mark.django_db


@pytest.fixture
def coordinator(building):
    return coordinator_of(building.municipality)


@pytest.fixture
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return lambda: sorted(path for path in Path(tmp_path).rglob("*") if path.is_file())


@pytest.fixture
def message(media, author, neighbour, building):
    """With a photo and a voice note, in the conversation about a thing of the neighbour's."""
    drill = thing_of(neighbour, building=building)
    loan_of(drill, author)
    told = said(drill, author, "Guarda qui")
    for kind, file in ((Photo, photo()), (VoiceNote, recording())):
        draft = uuid.uuid4()
        kind.keep(file, owner=author, draft=draft, limit=1)
        claim(draft, author, told, kind=kind)
    return told


@pytest.fixture
def report(message, neighbour):
    return AbuseReport.make(by=neighbour, target=message, client_id=uuid.uuid4(), reason="harassment")


def kept_in(report):
    return [*report.photos.all(), *report.voice_notes.all()]


def test_the_author_deletes_and_whoever_decides_still_sees(
    client, report, message, author, neighbour, coordinator, media, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        message.delete_by(author)

    assert len(media()) == 3, "of the copies: a photo large and small, a voice note"
    client.force_login(coordinator)
    page = client.get(report.get_absolute_url()).content.decode()
    for copy in kept_in(report):
        assert copy.get_absolute_url() in page
        assert client.get(copy.get_absolute_url()).status_code == 200
    for person in (author, neighbour):
        client.force_login(person)
        assert [client.get(copy.get_absolute_url()).status_code for copy in kept_in(report)] == [404, 404]

    report.uphold(by=coordinator, note="Così no.")
    AbuseReport.objects.update(decided_at=timezone.now() - KEPT - timedelta(days=1))
    with django_capture_on_commit_callbacks(execute=True):
        assert expire_reports(timezone.now() - KEPT) == 1
    assert (Photo.objects.count(), VoiceNote.objects.count(), media()) == (0, 0, [])


def test_the_author_learns_of_a_copy_only_once_it_was_taken_away(report, author, coordinator):
    (copy,) = report.photos.all()
    (original,) = Photo.objects.exclude(pk=copy.pk)

    assert [row["id"] for row in export_photos(author)] == [str(original.pk)]
    assert len(list(files_of(author))) == 1
    assert list(files_of_reports(author)) == []
    report.uphold(by=coordinator, note="Così no.")
    assert len(next(export_reports(author))["files"]) == len(list(files_of_reports(author))) == 2


def test_copies_of_whoever_is_erased_go_with_the_decision(report, author, coordinator):
    for _time in range(2):  # each person is erased several times
        erase_reports(author)
        erase_photos(author)
    assert Photo.objects.count() == 1, "it still waits to be looked at"

    report.refresh_from_db()
    report.uphold(by=coordinator, note="Così no.")
    assert not Photo.objects.exists()
    assert kept_in(report) == []


def test_copies_in_what_was_decided_go_when_their_author_is_erased(report, author, coordinator):
    report.dismiss(by=coordinator, note="Va bene.")
    erase_reports(author)
    assert kept_in(report) == []


def test_what_cannot_be_read_loses_no_report(message, neighbour, media, monkeypatch):
    def fails(*_args, **_kwargs):
        raise PermissionError

    monkeypatch.setattr("django.core.files.storage.FileSystemStorage._open", fails)
    report = AbuseReport.make(by=neighbour, target=message, client_id=uuid.uuid4(), reason="harassment")

    assert AbuseReport.objects.filter(pk=report.pk).exists()
    assert kept_in(report) == []


def test_no_file_is_left_of_a_report_that_fails(message, neighbour, media, monkeypatch):
    def fails(*_args, **_kwargs):
        raise RuntimeError

    before = media()
    monkeypatch.setattr("community.safety.models.record", fails)
    with pytest.raises(RuntimeError):
        AbuseReport.make(by=neighbour, target=message, client_id=uuid.uuid4(), reason="harassment")

    assert media() == before
