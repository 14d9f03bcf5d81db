"""How much is due is counted by asking for real and taking it back: nothing is deleted by looking."""

import io
import re
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.utils import timezone, translation

from portal.access import privacy as access_privacy
from portal.extensions import PersonalData, declared, years
from portal.notifications.models import Notification
from portal.privacy import retention
from portal.privacy.models import EXPORT_LIFE, DataExport
from portal.privacy.retention import due_now, lasts
from portal.testing.factories import UserFactory
from portal.uploads.models import Photo
from portal.uploads.storage import NothingIsDeleted, PrivateStorage
from tests.portal.uploads.pictures import photo

pytestmark = pytest.mark.django_db
PAGE = "/en/persone/conservazione/"


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


@pytest.fixture
def old_photos():
    """Three that were never sent, a month ago; and one of today."""
    person = UserFactory()
    kept = [Photo.keep(photo(), owner=person, draft=f"{n:032}", limit=5) for n in range(4)]
    month = timezone.now() - timedelta(days=30)
    Photo.objects.filter(pk__in=[one.pk for one in kept[:3]]).update(created_at=month)
    return kept


def files(media):
    return sum(path.is_file() for path in media.rglob("*"))


def rows(key):
    return next(due.rows for due in due_now() if due.data.key == key)


def test_what_is_due_is_counted_and_nothing_goes(old_photos, media, committing):
    before = files(media)
    with committing():
        assert rows("portal.Photo") == 3
        assert rows("portal.Photo") == 3

    assert Photo.objects.count() == 4
    assert files(media) == before


def test_every_kind_is_in_it_once_with_a_number_where_a_time_is_promised():
    dues = list(due_now())

    assert [due.data.key for due in dues] == [data.key for data in declared(PersonalData)]
    for due in dues:
        assert (due.rows is None) == (due.data.retention is None or not due.data.is_counted), due.data.key


def test_how_much_is_due_of_what_is_confidential_stays_unsaid(declare, client):
    declare(
        PersonalData(
            key="portal.Stairwell",
            export=lambda person: [],
            erase=lambda person: 0,
            retention=years(1),
            expire=lambda before: 4711,
            is_counted=False,
            reason="Because.",
        )
    )
    told = io.StringIO()
    call_command("retention", "--dry-run", stdout=told)
    client.force_login(UserFactory(roles=["portal.administrator"]))
    page = client.post(PAGE).content.decode()

    assert re.search(r"portal\.Stairwell +untold   1 year", told.getvalue())
    assert "how much is confidential" in page
    assert "4711" not in told.getvalue() + page


def test_the_command_says_it_and_deletes_only_without_the_dry_run(old_photos, media, committing):
    told = io.StringIO()
    with committing():
        call_command("retention", "--dry-run", stdout=told)
    assert "portal.Photo                              3   7 days" in told.getvalue()
    assert "Nothing was deleted." in told.getvalue()
    assert Photo.objects.count() == 4

    with committing():
        call_command("retention", stdout=io.StringIO())
    assert Photo.objects.count() == 1
    assert files(media) == 2


def test_an_administrator_counts_on_a_page(client, old_photos):
    client.force_login(UserFactory(roles=["portal.administrator"]))
    assert ": 3</strong>" not in client.get(PAGE).content.decode()

    page = client.post(PAGE).content.decode()

    assert ": 3</strong>" in page
    assert "7 days" in page
    assert Photo.objects.count() == 4


@pytest.mark.parametrize(
    ("kept", "words"),
    [
        (years(10), "10 years"),
        (
            access_privacy.KEPT,
            "10 years",
        ),  # the database lets a row go after ten years, and a clock may be wrong
        (years(1), "1 year"),
        (timedelta(days=364), "364 days"),
        (timedelta(days=400), "400 days"),
        (timedelta(days=7), "7 days"),
        (timedelta(days=1), "1 day"),
    ],
    ids=str,
)
def test_how_long_is_said_in_words(kept, words):
    with translation.override("en"):
        assert lasts(kept) == words


@pytest.mark.parametrize(
    ("language", "words"),
    [("it", ["10 anni", "1 anno", "7 giorni"]), ("ar", ["10 سنوات", "سنة", "7 أيام"])],
)
def test_in_every_language(language, words):
    with translation.override(language):
        assert [lasts(kept) for kept in (years(10), years(1), timedelta(days=7))] == words


def test_the_reason_that_is_written_and_the_time_that_is_kept_agree():
    """Where a reason begins with a time, it is the one that the daily task knows."""
    numbers = {"one": 1, "a": 1, "two": 2, "five": 5, "seven": 7, "ten": 10}
    begins = re.compile(rf"({'|'.join(numbers)}) (day|year)s?\b", re.IGNORECASE)
    with translation.override("en"):
        told = {
            data.key: (f"{numbers[found[1].lower()]} {found[2]}", lasts(data.retention).rstrip("s"))
            for data in declared(PersonalData)
            if (found := begins.match(str(data.reason)))
        }
    assert len(told) > 10
    assert {key: both for key, both in told.items() if both[0] != both[1]} == {}


def test_the_page_says_years_and_not_some_thousand_days(client):
    client.force_login(UserFactory(roles=["portal.administrator"]))
    page = client.get(PAGE).content.decode()

    assert "(10 years)" in page
    assert "(6 months)" in page
    assert re.findall(r"\(\d{3,} days\)", page) == []


def test_one_app_that_fails_holds_no_other_up(old_photos, monkeypatch):
    def fails(before):
        Notification.objects.all().delete()
        raise RuntimeError

    broken = PersonalData(
        key="portal.Notification",
        export=list,
        erase=len,
        retention=timedelta(1),
        expire=fails,
        reason="Four words of it.",
    )
    monkeypatch.setattr(retention, "declared", lambda kind: (broken, *declared(PersonalData)))

    first, *others = due_now()

    assert first.failed
    assert next(due.rows for due in others if due.data.key == "portal.Photo") == 3


def test_an_app_that_deletes_files_before_the_commit_is_stopped(old_photos, monkeypatch, media):
    """Rolling back brings rows back, and no file."""
    before = files(media)

    def hasty(moment):
        for one in Photo.objects.all():
            one.file.delete(save=False)
        return 4

    broken = PersonalData(
        key="portal.Photo",
        export=list,
        erase=len,
        retention=timedelta(1),
        expire=hasty,
        reason="Four words of it.",
    )
    monkeypatch.setattr(retention, "declared", lambda kind: (broken,))

    assert [due.failed for due in due_now()] == [True]
    assert files(media) == before
    with pytest.raises(NothingIsDeleted), retention.nothing_is_deleted():
        PrivateStorage().delete("photos/x.jpg")


def test_a_copy_that_is_due_keeps_its_file_while_one_looks(media, committing):
    person = UserFactory()
    export = DataExport(person=person, language="it", state=DataExport.State.READY)
    export.asked_at = export.expires_at = timezone.now() - 2 * EXPORT_LIFE
    export.file.save("", ContentFile(b"PK"), save=False)
    export.save(force_insert=True)
    with committing():
        assert rows("portal.DataExport") == 1

    assert files(media) == 1
