"""What stands above a form's errors promises only what is true of this form, as it comes back."""

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template.loader import render_to_string
from django.utils import translation

from portal.people.codes import CodeField
from portal.people.invitations.forms import AdultFormSet
from portal.templatetags.ui import errors_title
from portal.testing.factories import UserFactory
from portal.uploads.forms import PhotosForm

WRONG = "Something is missing or not right."
NOTHING_IS_LOST = f"{WRONG} Nothing you wrote is lost."
THE_REST = f"{WRONG} The rest of what you wrote is still here."


class SignIn(forms.Form):
    address = forms.EmailField()
    password = forms.CharField(widget=forms.PasswordInput, required=False)
    letter = forms.FileField(required=False)
    language = forms.ChoiceField(choices=[("it", "Italiano"), ("en", "English")], initial="it")
    client_id = forms.CharField(widget=forms.HiddenInput, required=False)


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


def a_file():
    return {"letter": SimpleUploadedFile("letter.txt", b"")}


@pytest.mark.parametrize(
    ("typed", "files", "title"),
    [
        pytest.param({}, {}, WRONG, id="nothing"),
        pytest.param({"language": "it", "client_id": "1"}, {}, WRONG, id="nothing-but-what-stood-there"),
        pytest.param({"address": "no address"}, {}, NOTHING_IS_LOST, id="words"),
        pytest.param({"language": "en"}, {}, NOTHING_IS_LOST, id="a-choice"),
        pytest.param({"password": "x"}, {}, f"{WRONG} Write the password again.", id="a-password"),
        pytest.param(
            {"address": "a", "password": "x"}, {}, f"{THE_REST} Write the password again.", id="words-and-a-password"
        ),
        pytest.param({}, a_file(), f"{WRONG} Choose the file again.", id="a-file"),
        pytest.param({"address": "a"}, a_file(), f"{THE_REST} Choose the file again.", id="words-and-a-file"),
    ],
)  # fmt: skip
def test_only_what_is_true(typed, files, title):
    page = render_to_string("portal/components/form_errors.html", {"form": SignIn(typed, files)})
    assert f">{title}<" in page


def test_of_a_code_alone_nothing_is_promised():
    class Code(forms.Form):
        code = CodeField()

    assert errors_title(Code({"code": "12"})) == WRONG


def test_a_family_comes_back_whole():
    typed = {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0", "form-0-language": "it"}
    name = forms.Form({})
    assert errors_title(name, AdultFormSet(typed)) == WRONG
    assert errors_title(name, AdultFormSet({**typed, "form-0-name": "Anna"})) == NOTHING_IS_LOST


@pytest.mark.django_db
def test_photos_are_kept_and_need_not_be_chosen_again():
    class Report(PhotosForm):
        words = forms.CharField()

    form = Report({"client_id": "nonsense", "words": "It drips."}, owner=UserFactory())
    form.files = {"photos": [SimpleUploadedFile("a.jpg", b"no picture")]}
    assert not form.is_valid()
    assert errors_title(form) == NOTHING_IS_LOST


def test_the_page_of_signing_in_asks_for_the_password_again(client, db):
    page = client.post("/en/account/login/", {"login": "no@abitare.example", "password": "wrong"})
    assert f"{THE_REST} Write the password again." in page.content.decode()
