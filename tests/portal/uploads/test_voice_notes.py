"""Voice notes: sent with a form's draft, private, heard in parts as Safari wants it, forgotten with their owner."""

from uuid import uuid4

import pytest
from django import forms
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from portal.uploads.forms import PhotosForm, VoiceForm
from portal.uploads.models import Photo, VoiceNote, claim
from portal.uploads.privacy import erase_voice_notes, expire_voice_notes, export_voice_notes, voices_of
from portal.uploads.schedules import purge_orphans
from tests.portal.uploads.pictures import photo
from tests.portal.uploads.sounds import recording

pytestmark = pytest.mark.django_db


class NoteForm(VoiceForm, PhotosForm):
    text = forms.CharField()


def sent(owner, draft, *, voice=(), photos=(), text="It drips", **more):
    data = QueryDict(mutable=True)
    data.update({"client_id": str(draft), "text": text, **more})
    return NoteForm(data, MultiValueDict({"voice": list(voice), "photos": list(photos)}), owner=owner)


@pytest.fixture
def note(tenant, target):
    draft = uuid4()
    VoiceNote.keep(recording(), owner=tenant, draft=draft, limit=1)
    claim(draft, tenant, target, 1, kind=VoiceNote)
    return VoiceNote.objects.get()


def test_it_comes_with_words_and_photos_in_one_form(tenant, target):
    form = sent(tenant, uuid4(), voice=[recording()], photos=[photo()], voice_words="Perde il rubinetto")

    assert form.is_valid(), form.errors
    assert (form.claim_voice(target), form.claim_photos(target)) == (1, 1)
    note = VoiceNote.objects.attached_to(target).get()
    assert (note.words, note.length) == ("Perde il rubinetto", "0:02")


def test_a_bad_recording_loses_nothing_else(tenant):
    draft = uuid4()
    form = sent(tenant, draft, voice=[recording(b"no sound at all" * 99)], photos=[photo()])

    assert list(form.errors) == ["voice"]
    assert "It drips" in form.as_div()
    assert Photo.objects.of_draft(tenant, draft).count() == 1


def test_what_was_accepted_stays_with_a_form_that_comes_back(tenant):
    draft = uuid4()
    form = sent(tenant, draft, voice=[recording()], text="")
    assert list(form.errors) == ["text"]
    assert "voice--kept" in form.as_div()

    again = sent(tenant, draft)

    assert again.is_valid()
    assert len(again.cleaned_data["voice"]) == 1


def test_one_at_a_time_and_the_first_can_be_taken_away(tenant):
    draft = uuid4()
    assert sent(tenant, draft, voice=[recording()]).is_valid()
    second = recording(name="altra.ogg")
    second.file.write(b"\0")  # another file
    assert list(sent(tenant, draft, voice=[second]).errors) == ["voice"]

    first = VoiceNote.objects.get()
    third = sent(tenant, draft, **{"voice-remove": str(first.pk)})

    assert third.is_valid()
    assert not VoiceNote.objects.exists()


def test_only_who_may_see_what_it_is_attached_to_hears_it(client, note, neighbour, stranger):
    client.force_login(neighbour)
    assert client.get(note.get_absolute_url())["Content-Type"] == "audio/mp4"
    client.force_login(stranger)
    assert client.get(note.get_absolute_url()).status_code == 404


def test_it_is_played_in_parts(client, note, tenant):
    client.force_login(tenant)
    whole = client.get(note.get_absolute_url()).content

    first = client.get(note.get_absolute_url(), headers={"range": "bytes=0-1"})
    rest = client.get(note.get_absolute_url(), headers={"range": "bytes=2-"})
    last = client.get(note.get_absolute_url(), headers={"range": "bytes=-5"})
    beyond = client.get(note.get_absolute_url(), headers={"range": f"bytes={len(whole)}-"})
    odd = client.get(note.get_absolute_url(), headers={"range": "bytes=0-1,4-5"})

    assert (first.status_code, first["Content-Range"]) == (206, f"bytes 0-1/{len(whole)}")
    assert first.content + rest.content == whole
    assert last.content == whole[-5:]
    assert (beyond.status_code, beyond["Content-Range"]) == (416, f"bytes */{len(whole)}")
    assert (odd.status_code, odd.content) == (200, whole)


def test_a_page_shows_it_without_a_script(tenant):
    form = sent(tenant, uuid4(), voice=[recording()], text="")
    page = form.as_div()
    assert 'controls preload="none"' in page
    assert 'accept="audio/*"' in page


def test_it_goes_with_its_owner_files_and_all(note, tenant, media, django_capture_on_commit_callbacks):
    voices = media.parent / "voice"
    (told,) = export_voice_notes(tenant)
    (file,) = voices_of(tenant)
    assert told["file"] == file.name
    with file.open() as opened:
        assert opened.read()

    with django_capture_on_commit_callbacks(execute=True):
        assert erase_voice_notes(tenant) == 1

    assert not [path for path in voices.rglob("*") if path.is_file()]


def test_one_that_was_never_sent_is_forgotten(tenant, note):
    from django.utils import timezone

    kept = VoiceNote.keep(recording(), owner=tenant, draft=uuid4(), limit=1)
    assert expire_voice_notes(timezone.now()) == 1
    assert not VoiceNote.objects.filter(pk=kept.pk).exists()
    assert VoiceNote.objects.get() == note


def test_a_file_that_a_crash_left_behind_is_swept(note, media):
    from datetime import timedelta

    stray = media.parent / "voice" / "ab" / "abc.m4a"
    stray.parent.mkdir(parents=True, exist_ok=True)
    stray.write_bytes(b"lost")

    assert purge_orphans(timedelta(seconds=-1)) == 1
    assert not stray.exists()
