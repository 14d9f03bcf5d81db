"""A password that will not do is told in one plain sentence, with what to do."""

import pytest
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError
from django.utils import translation

from portal.testing.factories import UserFactory
from tests.portal.proof.browsers import step_up_now

pytestmark = pytest.mark.django_db

SHORT = "This password is too short: it needs at least 10 characters."
LIKE_ME = (
    "This password is too much like your name, your e-mail address or your phone number: others could guess it. "
    "Take other words."
)
COMMON = "Many people use this password: others could guess it. Take three or four words that only you know."


@pytest.fixture
def samira():
    return UserFactory(
        display_name="Samira Haddad", email="samira.haddad@abitare.example", phone="+390200000133"
    )


@pytest.mark.parametrize(
    ("password", "said"),
    [
        pytest.param("password", SHORT, id="short-and-common"),
        pytest.param("samira", SHORT, id="short-and-mine"),
        pytest.param("samirahaddad", LIKE_ME, id="my-name"),
        pytest.param("samira.haddad@", LIKE_ME, id="my-address"),
        pytest.param("+390200000133", LIKE_ME, id="my-number"),
        pytest.param("1234567890", COMMON, id="everybodys"),
    ],
)
def test_one_sentence(samira, password, said):
    with translation.override("en"), pytest.raises(ValidationError) as refused:
        validate_password(password, samira)
    assert refused.value.messages == [said]


def test_words_in_a_row_are_fine(samira):
    validate_password("lampada verde sotto pioggia", samira)


def test_what_is_asked_for_is_one_sentence_too():
    with translation.override("en"):
        (words,) = password_validators_help_texts()
    assert words == "At least 10 characters. Three or four words in a row are easy to remember."


def test_the_page_says_it_once_beside_the_field(client, samira):
    client.force_login(samira)
    step_up_now(client)
    # Too short, hers, and everybody's: Django has a sentence for each.
    page = client.post("/en/account/password/change/", {"password1": "samira", "password2": "samira"})
    assert page.context["form"].errors == {"password1": [SHORT]}
