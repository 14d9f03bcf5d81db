"""What a phone is told that puts the portal among its apps."""

import pytest
from django.contrib.staticfiles import finders
from PIL import Image

from portal.extensions import NavigationItem

LANGUAGES = [("it", "", "ltr"), ("en", "/en", "ltr"), ("ar", "/ar", "rtl")]


@pytest.mark.parametrize(("language", "prefix", "direction"), LANGUAGES)
def test_it_opens_at_my_home_in_the_language_of_its_address(client, settings, language, prefix, direction):
    answer = client.get(f"{prefix}/manifest.webmanifest")

    assert answer.headers["Content-Type"] == "application/manifest+json"
    told = answer.json()
    assert (told["lang"], told["dir"], told["start_url"]) == (language, direction, f"{prefix}/casa/")
    assert (told["name"], told["scope"], told["display"]) == (settings.PORTAL_NAME, "/", "standalone")


def test_it_is_one_app_whatever_the_language(client):
    assert len({client.get(f"{prefix}/manifest.webmanifest").json()["id"] for _, prefix, _ in LANGUAGES}) == 1


def test_its_pictures_are_there_at_the_size_it_says(client):
    icons = client.get("/manifest.webmanifest").json()["icons"]
    pictures = [icon for icon in icons if icon["type"] == "image/png"]

    assert {icon["sizes"] for icon in pictures} == {"192x192", "512x512"}
    assert any(icon.get("purpose") == "maskable" for icon in pictures)
    for icon in pictures:
        with Image.open(finders.find(icon["src"].removeprefix("/static/"))) as picture:
            assert "{}x{}".format(*picture.size) == icon["sizes"]


@pytest.mark.django_db
def test_a_long_press_offers_what_apps_declare(client):
    shortcuts = {s["name"]: s["url"] for s in client.get("/en/manifest.webmanifest").json()["shortcuts"]}

    assert shortcuts == {"Report a fault": "/en/manutenzione/segnala/", "Notifications": "/en/notifiche/"}


def test_a_shortcut_stands_in_no_menu(client, declare, django_user_model, db):
    declare(
        NavigationItem(
            key="tests.shortcut", label="Nowhere else", url_name="portal:casa", icon="house", place="shortcut"
        )
    )
    client.force_login(django_user_model.objects.create(display_name="Anna"))

    assert "Nowhere else" not in client.get("/casa/").content.decode()
    assert "Nowhere else" in client.get("/manifest.webmanifest").content.decode()


def test_pages_lead_to_the_manifest_of_their_language(client, db):
    assert (
        'rel="manifest" href="/ar/manifest.webmanifest"' in client.get("/ar/account/login/").content.decode()
    )


def test_it_tells_nothing_of_who_asks(client, db, django_user_model):
    before = client.get("/manifest.webmanifest")
    client.force_login(django_user_model.objects.create(display_name="Anna"))
    after = client.get("/manifest.webmanifest")

    assert before.content == after.content
    assert "public" in after.headers["Cache-Control"]
