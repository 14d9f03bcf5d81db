"""What may stand in the name that others see, and how much of it: counted in what people see."""

import re

import pytest

from portal.people.models import User
from portal.people.names import seen_length
from portal.testing.factories import UserFactory

pytestmark = pytest.mark.django_db

ACCOUNT = "/en/account/"


@pytest.fixture
def samira():
    return UserFactory(display_name="Samira Haddad", language="en")


@pytest.fixture
def signed_in(client, samira):
    client.force_login(samira)
    return client


def error_of(page):
    return re.search(r'id="id_display_name_error">(.*?)</div>', page, re.DOTALL).group(1)


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("", 0),
        ("Samira", 6),
        ("😀" * 200, 200),
        ("👍🏽" * 3, 3),
        ("🇮🇹🇷🇴🇹", 3),
        ("👩\u200d👩\u200d👧", 1),
        ("e\u0301a\u0300", 2),
        ("\u0301", 1),
        ("سَمِيرَة", 5),
        ("क्\u200dष", 2),
        ("می\u200cنا", 4),
        ("李娜", 2),
    ],
    ids=[
        "nothing",
        "letters",
        "emoji",
        "tones",
        "flags",
        "family",
        "accents",
        "accent",
        "arabic",
        "hindi",
        "persian",
        "chinese",
    ],
)
def test_signs_are_counted_as_people_see_them(text, seen):
    assert seen_length(text) == seen


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("😀" * 200, "80 letters at most. You wrote 200."),
        ("🇮🇹" * 100, "80 letters at most. You wrote 100."),
        ("x" * 81, "80 letters at most. You wrote 81."),
        ("x" * 10_000, "80 letters at most. You wrote 10000."),
        ("🇮🇹" * 60, "flags, and letters with marks, count twice"),
    ],
    ids=["emoji", "flags", "letters", "very-long", "in-between"],
)
def test_a_name_that_is_too_long_is_refused_and_still_there(signed_in, samira, name, says):
    page = signed_in.post(ACCOUNT, {"display_name": name, "language": "en"}).content.decode()

    assert says in error_of(page)
    assert error_of(page).count("<p>") == 1, "said once"
    assert f'value="{name}"' in page
    assert User.objects.get(pk=samira.pk).display_name == "Samira Haddad"


def test_the_browser_cuts_nothing_off(signed_in):
    page = signed_in.get(ACCOUNT).content.decode()

    field = re.search(r'<input[^>]*name="display_name"[^>]*>', page).group()
    assert "maxlength" not in field
    assert 'dir="auto"' in field


@pytest.mark.parametrize("name", ["😀" * 80, "🇮🇹" * 40, "x" * 80], ids=["emoji", "flags", "letters"])
def test_a_name_that_fits_is_kept_whole(signed_in, samira, name):
    assert signed_in.post(ACCOUNT, {"display_name": name, "language": "en"}).status_code == 302
    assert User.objects.get(pk=samira.pk).display_name == name


@pytest.mark.parametrize(
    ("language", "leads_to"), [("ar", "/account/"), ("en", "/en/account/"), ("it", "/account/")]
)
def test_whoever_changes_their_name_alone_stays_in_the_language_they_read(client, language, leads_to):
    reader = UserFactory(display_name="Samira Haddad", language="ar")
    client.force_login(reader)
    answer = client.post("/account/", {"display_name": "Samira H.", "language": language})
    assert answer["Location"] == leads_to
    reader.refresh_from_db()
    assert (reader.display_name, reader.language) == ("Samira H.", language)
