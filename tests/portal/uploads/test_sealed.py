"""Photos and voice notes that are told in confidence: sealed where they lie, opened for whoever may see them."""

from unittest.mock import Mock
from uuid import UUID, uuid4

import pytest

from portal.sealing import NoMasterKey, Unreadable, destroy_key, new_key
from portal.uploads.copies import keep_copies
from portal.uploads.models import Photo, VoiceNote, claim
from portal.uploads.privacy import (
    erase_photos,
    export_photos,
    export_voice_notes,
    files_of,
    voices_of,
)
from tests.portal.proof.browsers import step_up_now
from tests.portal.uploads.pictures import photo
from tests.portal.uploads.sounds import recording
from tests.portal.uploads.test_voice_notes import NoteForm, sent

pytestmark = pytest.mark.django_db
JPEG, MP4 = b"\xff\xd8\xff", b"ftyp"


@pytest.fixture(autouse=True)
def keys(settings, tmp_path):
    settings.PORTAL_KEYS = tmp_path / "keys"
    return settings.PORTAL_KEYS


class ConfidentialForm(NoteForm):
    def data_key_for(self, draft):
        return new_key(draft)


@pytest.fixture
def told(tenant, target):
    """A photo and a voice note with words, attached to something that the neighbour sees as well."""
    draft = uuid4()
    target.sealed_with = draft  # the data key has the form's number here
    open_form = sent(tenant, draft, voice=[recording()], photos=[photo()], voice_words="Alle tre di notte")
    form = ConfidentialForm(open_form.data, open_form.files, owner=tenant)
    assert form.is_valid(), form.errors
    assert (form.claim_voice(target), form.claim_photos(target)) == (1, 1)
    return Photo.objects.get(), VoiceNote.objects.get()


def test_nothing_of_it_lies_in_the_store_in_clear(told, settings):
    lying = [path.read_bytes() for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]

    assert len(lying) == 3
    assert not any(JPEG in content or MP4 in content for content in lying)
    picture, note = told
    assert picture.content().startswith(JPEG)
    assert picture.content("small").startswith(JPEG)
    assert MP4 in note.content()[:16]
    assert (note.says, note.words) == ("Alle tre di notte", "")


def test_who_may_see_it_gets_it_and_no_phone_keeps_it(told, client, neighbour, stranger):
    picture, note = told
    client.force_login(neighbour)
    assert client.get(picture.get_absolute_url()).status_code == 404, "not for whoever holds the phone"
    step_up_now(client)
    for address in (picture.get_absolute_url(), picture.small_url, note.get_absolute_url()):
        answer = client.get(address)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert answer.content[:3] == JPEG or MP4 in answer.content[:16]

    client.force_login(stranger)
    step_up_now(client)
    assert client.get(note.get_absolute_url()).status_code == 404


def test_with_its_key_destroyed_it_is_missing(told, client, tenant):
    picture, note = told
    destroy_key(picture.key)
    client.force_login(tenant)
    step_up_now(client)

    assert client.get(picture.get_absolute_url()).status_code == 404
    assert client.get(note.get_absolute_url()).status_code == 404


def test_a_file_put_in_the_place_of_another_does_not_open(told, tenant):
    picture, _note = told
    other = Photo.keep(photo(), owner=tenant, draft=uuid4(), limit=1, key=picture.key)
    kept = other.file.storage.path(other.file.name)
    with open(kept, "wb") as file, picture.file.open() as taken:
        file.write(taken.read())

    with pytest.raises(Unreadable, match=str(other.pk)):
        other.content()


def test_it_is_in_no_archive_of_ones_data_and_is_erased_with_its_owner(told, tenant, stored):
    assert [*export_photos(tenant), *export_voice_notes(tenant), *files_of(tenant), *voices_of(tenant)] == []
    Photo.keep(photo(), owner=tenant, draft=uuid4(), limit=1)
    assert len(list(files_of(tenant))) == len(list(export_photos(tenant))) == 1

    assert erase_photos(tenant) == 2


def test_the_same_file_twice_is_one_and_its_fingerprint_says_nothing(tenant):
    key, draft, file = new_key(), uuid4(), photo()
    first, again = (Photo.keep(file, owner=tenant, draft=draft, limit=3, key=key) for _ in range(2))
    elsewhere = Photo.keep(file, owner=tenant, draft=uuid4(), limit=3, key=new_key())
    in_clear = Photo.keep(file, owner=tenant, draft=uuid4(), limit=3)

    assert again == first
    assert len({first.sha256, elsewhere.sha256, in_clear.sha256}) == 3


def test_a_copy_of_it_is_sealed_as_well(told, monkeypatch, stranger):
    picture, note = told
    monkeypatch.setattr(type(stranger), "keeps_copies", True, raising=False)

    copy, heard = keep_copies([picture, note], stranger)

    assert (heard.says, heard.words, heard.content()) == (note.says, "", note.content())
    assert copy.key == picture.key
    assert copy.content() == picture.content()
    with copy.file.open() as file:
        assert not file.read().startswith(JPEG)


def test_what_is_told_in_confidence_takes_only_what_is_sealed_for_it_and_the_other_way_round(tenant, target):
    key, drafts = new_key(), [uuid4(), uuid4(), uuid4()]
    for draft, sealed_with in zip(drafts, (None, new_key(), key), strict=True):
        Photo.keep(photo(), owner=tenant, draft=draft, limit=1, key=sealed_with)

    assert [claim(draft, tenant, target) for draft in drafts] == [1, 0, 0]
    target.sealed_with = key
    assert [claim(draft, tenant, target) for draft in drafts] == [0, 0, 1]


def test_a_form_sent_as_another_one_takes_its_files_along_under_the_key_of_that(tenant, target):
    draft = uuid4()
    open_form = sent(tenant, draft, voice=[recording()], photos=[photo()])
    form = ConfidentialForm(open_form.data, open_form.files, owner=tenant)
    assert form.is_valid()

    form.renew_client_id()

    again = ConfidentialForm(form.data, owner=tenant)
    assert again.is_valid(), again.errors
    fresh = again.cleaned_data["client_id"]
    assert fresh != draft
    target.sealed_with = fresh
    assert (again.claim_voice(target), again.claim_photos(target)) == (1, 1)
    destroy_key(draft)
    assert Photo.objects.get().content("small").startswith(JPEG)
    assert MP4 in VoiceNote.objects.get().content()[:16]


def test_what_nobody_can_open_any_more_does_not_come_along(tenant):
    draft = uuid4()
    open_form = sent(tenant, draft, photos=[photo()])
    form = ConfidentialForm(open_form.data, open_form.files, owner=tenant)
    assert form.is_valid()
    destroy_key(draft)

    form.renew_client_id()

    assert not Photo.objects.exists()


@pytest.mark.parametrize("error", [Unreadable, NoMasterKey])
def test_what_does_not_open_now_waits_with_its_form_for_the_key(tenant, monkeypatch, error):
    draft = uuid4()
    open_form = sent(tenant, draft, photos=[photo()])
    form = ConfidentialForm(open_form.data, open_form.files, owner=tenant)
    assert form.is_valid()
    with monkeypatch.context() as without:
        without.setattr(Photo, "content", Mock(side_effect=error("x")))
        with pytest.raises(error):
            form.renew_client_id()
    assert Photo.objects.get().draft == draft

    form.renew_client_id()

    assert Photo.objects.get().draft == UUID(form.data["client_id"]) != draft
