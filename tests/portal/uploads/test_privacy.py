"""How long photos live, and what becomes of their files."""

import os
import time
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import transaction
from django.utils import timezone

from portal.uploads import models
from portal.uploads.models import Photo, claim
from portal.uploads.privacy import DRAFT_LIFE, erase_photos, expire_photos, export_photos, files_of
from portal.uploads.schedules import purge_orphans
from tests.portal.uploads.pictures import photo

pytestmark = pytest.mark.django_db
EIGHT_DAYS = timedelta(days=8)


def kept(owner, age=timedelta(0)):
    stored = Photo.keep(photo(), owner=owner, draft=uuid4(), limit=5)
    Photo.objects.filter(pk=stored.pk).update(created_at=timezone.now() - age)
    return stored


def test_forms_never_sent_lose_their_photos_after_a_week(
    tenant, target, stored, django_capture_on_commit_callbacks
):
    attached, fresh, stale = (
        kept(tenant, EIGHT_DAYS),
        kept(tenant, timedelta(days=6)),
        kept(tenant, EIGHT_DAYS),
    )
    claim(attached.draft, tenant, target)
    with django_capture_on_commit_callbacks(execute=True):
        assert expire_photos(timezone.now() - DRAFT_LIFE) == 1
    assert set(Photo.objects.all()) == {attached, fresh}
    assert not stale.file.storage.exists(stale.small.name)
    assert stored() == 4
    assert expire_photos(timezone.now() - DRAFT_LIFE) == 0


def test_a_deletion_that_is_rolled_back_keeps_its_files(tenant, stored, django_capture_on_commit_callbacks):
    photo = kept(tenant)
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        photo.delete()
        transaction.set_rollback(True)
    assert Photo.objects.count() == 1
    assert stored() == 2


def test_with_a_person_go_their_photos_and_files(tenant, stored, django_capture_on_commit_callbacks):
    kept(tenant)
    with django_capture_on_commit_callbacks(execute=True):
        tenant.delete()
    assert stored() == 0


def test_a_row_that_cannot_be_written_leaves_no_file(tenant, stored, monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr(models.Photo, "save", fail)
    with pytest.raises(RuntimeError):
        Photo.keep(photo(), owner=tenant, draft=uuid4(), limit=5)
    assert stored() == 0


def test_files_without_a_row_are_swept_once_they_are_old(tenant, stored, media):
    assert purge_orphans() == 0  # before the first photo there is no folder
    photo = kept(tenant)
    eight_days_ago = time.time() - EIGHT_DAYS.total_seconds()
    os.utime(photo.file.path, (eight_days_ago, eight_days_ago))
    folder = media / "zz"
    folder.mkdir()
    for name, age in (("old.jpg", eight_days_ago), ("new.jpg", time.time())):
        (folder / name).write_bytes(b"orphan")
        os.utime(folder / name, (age, age))
    assert purge_orphans() == 1
    assert not (folder / "old.jpg").exists()
    assert stored() == 3


def test_a_person_gets_and_erases_exactly_their_own_photos(
    tenant, stranger, target, stored, django_capture_on_commit_callbacks
):
    mine, sent, others = kept(tenant), kept(tenant), kept(stranger)
    claim(sent.draft, tenant, target)
    exported = {entry["id"]: entry for entry in export_photos(tenant)}
    assert set(exported) == {str(mine.pk), str(sent.pk)}
    assert exported[str(sent.pk)]["attached_to"] == f"portal.municipality:{target.pk}"
    assert exported[str(mine.pk)]["file"] == f"{mine.pk}.jpg"
    files = {file.name: file.open for file in files_of(tenant)}
    assert set(files) == {row["file"] for row in exported.values()}
    with files[f"{mine.pk}.jpg"]() as file:
        assert file.read().startswith(b"\xff\xd8")
    with django_capture_on_commit_callbacks(execute=True):
        assert erase_photos(tenant) == 2
    assert Photo.objects.get() == others
    assert stored() == 2
