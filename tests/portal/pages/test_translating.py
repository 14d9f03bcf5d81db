"""Italian is written first; how a page comes into another language, and what readers see meanwhile."""

import pytest
from django.urls import reverse
from wagtail.models import Locale, Page
from wagtail_localize.models import StringSegment, Translation

from portal.pages.models import GuidePage, SectionPage
from portal.testing.factories import UserFactory

from .tree import home, links, seen, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def rifiuti():
    """A guide that is there in Italian alone, below a section that is there in both."""
    home("en")
    abitare = write(SectionPage, home(), "Abitare")
    write(SectionPage, home("en"), "Living here", translates=abitare)
    return write(
        GuidePage, abitare, "Rifiuti", search_description="Cosa va dove", body=[("heading", "Vetro")]
    )


ENGLISH = {"Rifiuti": "Waste", "rifiuti": "waste", "Cosa va dove": "What goes where", "Vetro": "Glass"}


def sent_to_be_translated(client, page) -> Translation:
    english = Locale.objects.get(language_code="en")
    answer = client.post(
        reverse("wagtail_localize:submit_page_translation", args=[page.pk]), {"locales": english.pk}
    )
    assert answer.status_code == 302
    return Translation.objects.get(source__object_id=page.translation_key, target_locale=english)


@pytest.fixture
def put_into_words(client, committing):
    """The translator's day: each text in English, then out with it."""

    def translate(translation) -> None:
        with committing():
            _translate(client, translation)

    return translate


def _translate(client, translation) -> None:
    for segment in StringSegment.objects.filter(source=translation.source).select_related("string"):
        edit = reverse("wagtail_localize:edit_string_translation", args=[translation.pk, segment.pk])
        value = f"value={ENGLISH[segment.string.data]}"
        assert client.put(edit, value, "application/x-www-form-urlencoded").status_code == 201
    there = reverse("wagtailadmin_pages:edit", args=[translation.get_target_instance().pk])
    assert client.post(there, {"action": "publish"}).status_code == 302


def test_a_page_goes_out_in_english_once_it_is_english(client, paola, rifiuti, put_into_words):
    translation = sent_to_be_translated(client, rifiuti)

    waits = seen(client, "/en/abitare/rifiuti/")
    assert waits.h1.get_text(strip=True) == "Rifiuti"
    assert waits.select_one("article")["lang"] == "it", "said to be in Italian, and no 404"
    assert not translation.get_target_instance().live

    put_into_words(translation)

    english = seen(client, "/en/living-here/waste/")
    assert english.h1.get_text(strip=True) == "Waste"
    assert "Glass" in english.select_one("article").get_text()
    assert seen(client, "/abitare/rifiuti/").h1.get_text(strip=True) == "Rifiuti"


def test_the_editor_of_a_translation_opens_with_its_source_beside_it(client, paola, rifiuti, put_into_words):
    translation = sent_to_be_translated(client, rifiuti)
    put_into_words(translation)
    there = reverse("wagtailadmin_pages:edit", args=[translation.get_target_instance().pk])
    editor = client.get(there)
    assert editor.status_code == 200
    assert "Cosa va dove" in editor.content.decode()
    assert "What goes where" in editor.content.decode()


def test_what_changes_in_italian_goes_to_the_translator_again(
    client, paola, rifiuti, put_into_words, committing
):
    translation = sent_to_be_translated(client, rifiuti)
    put_into_words(translation)
    rifiuti.search_description = "Cosa va dove, e quando"
    rifiuti.save_revision().publish()

    again = reverse("wagtail_localize:update_translations", args=[translation.source_id])
    with committing():
        assert client.post(again, {"publish_translations": ""}).status_code == 302

    total, translated = translation.get_progress()
    assert (total, translated) == (4, 3), "what stayed the same keeps its words"
    assert (
        seen(client, "/en/living-here/waste/").select_one(".lead").get_text(strip=True) == "What goes where"
    )


def test_only_who_writes_pages_has_them_translated(client, rifiuti):
    client.force_login(UserFactory(roles=["portal.caseworker"]))
    english = Locale.objects.get(language_code="en")
    client.post(
        reverse("wagtail_localize:submit_page_translation", args=[rifiuti.pk]), {"locales": english.pk}
    )
    assert not Translation.objects.exists()
    assert Page.objects.filter(translation_key=rifiuti.translation_key).count() == 1


def test_where_what_lies_above_has_no_words_in_that_language_readers_are_told(client, paola, rifiuti):
    """Wagtail puts the Italian section and home page in the Arabic tree's place: their words stay Italian."""
    SectionPage.objects.update(show_in_menus=True)
    arabic = Locale.objects.get_or_create(language_code="ar")[0]
    answer = client.post(
        reverse("wagtail_localize:submit_page_translation", args=[rifiuti.pk]), {"locales": arabic.pk}
    )
    assert answer.status_code == 302
    assert Page.objects.filter(locale=arabic, live=True).exclude(alias_of=None).count() == 2

    for address in ("/ar/", "/ar/abitare/"):
        page = seen(client, address)
        assert next(tag["lang"] for tag in (page.h1, *page.h1.parents) if tag.has_attr("lang")) == "it", (
            address
        )
        assert page.select_one("main .alert--info"), address
        assert page.select_one("link[rel=canonical]")["href"].endswith(address.removeprefix("/ar"))
        assert not page.select("link[rel=alternate][hreflang=ar]")
    assert "ar/abitare" in links(seen(client, "/ar/"))["Abitare"]
    assert seen(client, "/ar/").find("a", string="Abitare").parent["lang"] == "it"
    assert "/ar/" not in client.get("/sitemap.xml").text
