"""The form that people send photos with: what was accepted stays, whatever else is wrong; nothing is stored twice."""

import os
from uuid import UUID, uuid4

import pytest
import time_machine
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from portal.testing.factories import MunicipalityFactory, UserFactory
from portal.uploads import pictures
from portal.uploads.forms import PhotosForm
from portal.uploads.models import Photo, claim
from tests.portal.uploads.pictures import SVG, encoded, photo, picture, png, upload

pytestmark = pytest.mark.django_db


class ReportForm(PhotosForm):
    text = forms.CharField()


def again(file):
    """The same file, as the phone sends it another time."""
    file.seek(0)
    return SimpleUploadedFile(file.name, file.read(), file.content_type)


def sent(owner, draft, *files, text="The light is out", remove=(), form_class=ReportForm):
    data = QueryDict(mutable=True)
    data.update({"client_id": str(draft), "text": text})
    data.setlist("photos-remove", [str(getattr(gone, "pk", gone)) for gone in remove])
    form = form_class(data, MultiValueDict({"photos": list(files)}), owner=owner)
    form.is_valid()
    return form


@pytest.fixture
def draft():
    return uuid4()


def test_photos_are_stored_and_claimed_by_what_the_form_made(tenant, draft, target, stored):
    form = sent(tenant, draft, photo("a.jpg"), photo("b.jpg"))
    assert form.is_valid()
    assert [kept.position for kept in form.cleaned_data["photos"]] == [0, 1]
    assert form.claim_photos(target) == 2
    assert list(Photo.objects.attached_to(target)) == form.cleaned_data["photos"]
    assert not Photo.objects.unsent().exists()
    assert stored() == 4


def test_a_form_without_photos_is_fine(tenant, draft):
    assert sent(tenant, draft).cleaned_data["photos"] == []


def test_photos_stay_with_the_draft_when_something_else_is_wrong(tenant, draft, target):
    form = sent(tenant, draft, photo(), text="")
    assert list(form.errors) == ["text"]
    kept = Photo.objects.of_draft(tenant, draft).get()
    page = form.as_div()
    assert kept.small_url in page
    assert f'value="{kept.pk}"' in page
    assert f'value="{draft}"' in page

    form = sent(tenant, draft, text="The light is out")  # without choosing the photo again
    assert form.cleaned_data["photos"] == [kept]
    form.claim_photos(target)
    assert Photo.objects.attached_to(target).get() == kept


def test_the_input_takes_several_pictures_without_script(tenant):
    form = ReportForm(owner=tenant)
    assert form.is_multipart()
    page = form.as_div()
    assert 'type="file"' in page
    assert 'accept="image/*"' in page
    assert " multiple" in page
    assert "<script" not in page


def test_each_bad_file_has_an_error_of_its_own_and_the_good_ones_are_kept(tenant, draft):
    form = sent(
        tenant,
        draft,
        upload(b"", "nothing.jpg"),
        photo("good.jpg"),
        upload(SVG, "drawing.svg"),
        upload(png(13_000, 13_000, b""), "bomb.png"),
        upload(bytes(10 * 1024 * 1024 + 1), "large.jpg"),
        upload(encoded(picture((800, 600)))[:-500], "cut.jpg"),
    )
    assert not form.is_valid()
    errors = form.errors["photos"]
    assert len(errors) == 5
    for error, name in zip(
        errors, ["nothing.jpg", "drawing.svg", "bomb.png", "large.jpg", "cut.jpg"], strict=True
    ):
        assert name in error
    assert Photo.objects.of_draft(tenant, draft).count() == 1
    assert Photo.objects.get().small_url in form.as_div()


def test_of_six_photos_the_first_five_are_kept(tenant, draft, stored):
    form = sent(tenant, draft, *[photo(f"{number}.jpg") for number in range(1, 7)])
    assert len(form.errors["photos"]) == 1
    assert "6.jpg" in form.errors["photos"][0]
    assert "5.jpg" not in form.errors["photos"][0]
    assert Photo.objects.of_draft(tenant, draft).count() == 5
    assert stored() == 10
    assert sent(tenant, draft).is_valid()  # sending the five is one more click


def test_six_photos_in_two_sendings_are_six_as_well(tenant, draft):
    assert sent(tenant, draft, photo(), photo(), photo(), text="").errors.keys() == {"text"}
    assert "photos" in sent(tenant, draft, photo(), photo(), photo()).errors
    assert Photo.objects.of_draft(tenant, draft).count() == 5


def test_a_bad_file_takes_nobodys_place(tenant, draft):
    sent(tenant, draft, upload(b"", "nothing.jpg"), *[photo() for _ in range(5)])
    assert Photo.objects.of_draft(tenant, draft).count() == 5


def test_a_photo_is_removed_and_another_takes_its_place(
    tenant, draft, stored, django_capture_on_commit_callbacks
):
    sent(tenant, draft, *[photo() for _ in range(5)], text="")
    unwanted = Photo.objects.get(position=2)
    with django_capture_on_commit_callbacks(execute=True):
        form = sent(tenant, draft, photo(), remove=[unwanted])
    assert form.is_valid()
    assert len(form.cleaned_data["photos"]) == 5
    assert unwanted not in form.cleaned_data["photos"]
    assert stored() == 10


def test_only_own_photos_of_this_draft_that_are_not_sent_can_be_removed(tenant, stranger, draft, target):
    sent(stranger, draft, photo())
    sent(tenant, uuid4(), photo())
    sent(tenant, draft, photo()).claim_photos(target)
    everything = list(Photo.objects.all())
    assert len(everything) == 3
    form = sent(tenant, draft, remove=[*everything, "nonsense"])
    assert form.is_valid()
    assert Photo.objects.count() == 3


def test_the_same_sending_twice_stores_once(tenant, draft, target, stored):
    files = [photo("a.jpg"), photo("b.jpg")]
    sent(tenant, draft, *files).claim_photos(target)
    form = sent(tenant, draft, *map(again, files))
    assert form.is_valid()
    assert form.claim_photos(target) == 0
    assert Photo.objects.attached_to(target).count() == Photo.objects.count() == 2
    assert stored() == 4


def test_the_same_photo_twice_in_one_sending_is_one(tenant, draft):
    file = photo()
    form = sent(tenant, draft, file, again(file))
    assert form.is_valid()
    assert len(form.cleaned_data["photos"]) == 1


def test_what_comes_to_the_same_target_with_another_form_is_there_once(
    tenant, target, stored, django_capture_on_commit_callbacks
):
    """The report was sent, the page fetched anew and sent again: another client id, the same photos."""
    files = [photo("a.jpg"), photo("b.jpg")]
    sent(tenant, uuid4(), *files).claim_photos(target)
    with django_capture_on_commit_callbacks(execute=True):
        assert sent(tenant, uuid4(), *map(again, files), photo("c.jpg")).claim_photos(target) == 1
    assert Photo.objects.attached_to(target).count() == Photo.objects.count() == 3
    assert stored() == 6


def test_several_forms_do_not_bring_more_photos_than_one_may(tenant, stranger, target):
    sent(tenant, uuid4(), photo(), photo(), photo()).claim_photos(target)
    assert sent(tenant, uuid4(), photo(), photo(), photo()).claim_photos(target) == 2
    assert sent(tenant, uuid4(), photo()).claim_photos(target) == 0
    assert Photo.objects.attached_to(target).count() == 5
    assert sent(stranger, uuid4(), photo()).claim_photos(target) == 1


def test_a_claimed_photo_does_not_move_to_something_else(tenant, draft, target):
    sent(tenant, draft, photo()).claim_photos(target)
    other = MunicipalityFactory(name="Altrove")
    assert claim(draft, tenant, other) == 0
    assert Photo.objects.attached_to(target).count() == 1


def test_somebody_elses_client_id_opens_nothing(tenant, stranger, draft, target):
    sent(tenant, draft, photo("tenants.jpg"), text="")
    form = sent(stranger, draft, photo("strangers.jpg"))
    assert [kept.owner for kept in form.cleaned_data["photos"]] == [stranger]
    assert form.claim_photos(target) == 1
    assert Photo.objects.get(owner=tenant).content_type is None


@pytest.mark.parametrize("forged", ["", "12", "' OR 1=1 --", "\0"])
def test_a_forged_client_id_is_an_error_and_nothing_is_lost(tenant, forged):
    file = photo()
    form = sent(tenant, forged, file)
    assert list(form.errors) == ["client_id"]
    kept = Photo.objects.get()
    assert kept.small_url in form.as_div()
    assert "The light is out" in form.as_div()
    fresh = form["client_id"].value()
    assert sent(tenant, fresh, again(file)).cleaned_data["photos"] == [kept]


def test_a_view_may_go_on_with_a_draft(tenant, stranger, draft):
    sent(tenant, draft, photo(), text="")
    kept = Photo.objects.get()
    assert kept.small_url in ReportForm(owner=tenant, initial={"client_id": draft}).as_div()
    assert kept.small_url not in ReportForm(owner=stranger, initial={"client_id": draft}).as_div()
    assert kept.small_url not in ReportForm(owner=tenant).as_div()


@pytest.mark.parametrize("asked", ["", "nonsense", None, "0d9f5d5e-3e4f-4c6b-9d0c-0a1b2c3d4e5f"])
def test_an_address_cannot_give_a_form_its_client_id(tenant, asked):
    """Only a draft that is there is gone on with: an id that somebody else has chosen could be taken already."""
    initial = {"client_id": asked, "text": "The light"}
    form = ReportForm(owner=tenant, initial=initial)
    fresh = form["client_id"].value()
    assert str(UUID(fresh)) != asked
    assert form["text"].value() == "The light"
    assert initial == {"client_id": asked, "text": "The light"}


def test_under_a_new_id_the_form_keeps_its_words_and_its_photos(tenant, draft, target):
    form = sent(tenant, draft, photo())
    form.renew_client_id()
    kept = Photo.objects.get()
    assert kept.small_url in form.as_div()
    fresh = form["client_id"].value()
    assert fresh != str(draft)
    assert sent(tenant, fresh).claim_photos(target) == 1


def test_under_a_new_id_what_was_sent_already_stays_where_it_is(tenant, draft, target):
    form = sent(tenant, draft, photo())
    form.claim_photos(target)
    form.renew_client_id()
    assert Photo.objects.attached_to(target).get().draft == draft


def test_one_person_has_so_many_pictures_decoded_in_an_hour(tenant, stranger, monkeypatch):
    monkeypatch.setattr(Photo, "decoded_rate", "3/h")
    asked = []

    def refuse(upload):
        asked.append(upload.name)
        raise forms.ValidationError("It is damaged.")

    monkeypatch.setattr(pictures, "reencoded", refuse)
    for _ in range(2):
        form = sent(tenant, uuid4(), *[upload(os.urandom(9), f"{number}.jpg") for number in range(5)])
    assert len(asked) == 3
    assert len(form.errors["photos"]) == 1, "once, and not for each file"
    assert "The light is out" in form.as_div()
    sent(stranger, uuid4(), upload(b"heavy", "stranger.jpg"))
    assert asked[-1] == "stranger.jpg"


def test_what_costs_no_decoder_does_not_count(tenant, draft, monkeypatch):
    monkeypatch.setattr(Photo, "decoded_rate", "1/h")
    file = photo()
    sent(tenant, draft, upload(b"", "nothing.jpg"), upload(bytes(10 * 1024 * 1024 + 1), "large.jpg"))
    assert sent(tenant, draft, file).is_valid()
    assert sent(tenant, draft, again(file)).is_valid()  # the phone repeats itself
    assert "photos" in sent(tenant, draft, photo()).errors
    assert Photo.objects.of_draft(tenant, draft).count() == 1


def test_an_hour_later_there_are_more(tenant, monkeypatch):
    monkeypatch.setattr(Photo, "decoded_rate", "1/h")
    with time_machine.travel("2026-11-23 10:00Z", tick=False) as clock:
        sent(tenant, uuid4(), photo())
        assert not sent(tenant, uuid4(), photo()).is_valid()
        clock.shift(3600)
        assert sent(tenant, uuid4(), photo()).is_valid()


def test_a_hundred_bad_files_cost_no_hundred_children(tenant, draft, monkeypatch):
    asked = []

    def refuse(upload):
        asked.append(upload.name)
        raise forms.ValidationError("no")

    monkeypatch.setattr(pictures, "reencoded", refuse)
    sent(tenant, draft, *[upload(bytes([number]), f"{number}.jpg") for number in range(100)])
    assert len(asked) == 10


def test_nobody_can_fill_the_disk_with_forms_never_sent(tenant, draft, monkeypatch, target):
    monkeypatch.setattr(Photo, "unsent_limit", 2)
    sent(tenant, uuid4(), photo(), photo(), text="")
    assert "photos" in sent(tenant, draft, photo()).errors
    assert sent(UserFactory(), draft, photo()).is_valid()
    claim(Photo.objects.filter(owner=tenant).first().draft, tenant, target)
    assert sent(tenant, draft, photo()).is_valid()


def test_the_form_mixes_with_a_model_form(tenant, draft):
    from portal.housing.models import Municipality

    class MunicipalityForm(PhotosForm, forms.ModelForm):
        photo_limit = 1

        class Meta:
            model = Municipality
            fields = ("name",)

    data = {"client_id": str(draft), "name": "Arese"}
    form = MunicipalityForm(data, MultiValueDict({"photos": [photo()]}), owner=tenant)
    assert form.is_valid(), form.errors
    town = form.save()
    assert form.claim_photos(town) == 1
    assert (town.name, Photo.objects.attached_to(town).count()) == ("Arese", 1)
    assert "photos" in sent(tenant, uuid4(), photo(), photo(), form_class=MunicipalityForm).errors
