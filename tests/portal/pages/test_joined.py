"""The demo's pages stand in two languages; wagtail-localize knows one as the other's translation, piece by piece."""

import json
from html import unescape
from urllib.parse import urlencode, urlsplit

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
from wagtail.fields import StreamField
from wagtail.models import Locale, Page
from wagtail.rich_text import RichText
from wagtail_localize.models import (
    OverridableSegment,
    String,
    StringSegment,
    StringTranslation,
    TemplateSegment,
    Translation,
    TranslationSource,
)

from portal.pages.joining import NotAlike, join, same_ids
from portal.pages.models import GuidePage
from portal.people.models import User
from tests.harness import templates
from tests.harness.database import _pointed_at

from .tree import home, write

LANGUAGES = "/admin/reports/portal-languages/"
REPORT = "/admin/reports/portal-pages/"
NO_WORDS = {
    "SectionPage": {"icon"},
    "AccessibilityPage": {"standard"},
    "ResourcePage": {"needs", "languages", "status", "places", "provider"},
}
ENGLISH, ARABIC = 1, 2  # columns after Italian


@pytest.fixture(scope="module", autouse=True)
def demo(django_db_setup, django_db_blocker):
    with templates.copied("demo") as copy, _pointed_at(copy, django_db_blocker), django_db_blocker.unblock():
        yield


@pytest.fixture
def paola(client):
    client.force_login(User.objects.get(username="demo.editor"))
    return client


def english(title: str) -> Page:
    return Page.objects.get(title=title, locale__language_code="en").specific


def italian_of(page: Page) -> Page:
    return page.get_translations().get(locale__language_code="it").specific


def edit(page: Page) -> str:
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def cell(client: Client, title: str, language: int) -> tuple[str, str]:
    """The mark and the address of a page's cell in the nth language after Italian, on whichever sheet it stands."""
    for sheet in range(1, 9):
        soup = BeautifulSoup(client.get(LANGUAGES, {"p": sheet}).content, "html.parser")
        for row in soup.select("tbody tr"):
            if row.th.get_text(strip=True) == title:
                there = row.select("td")[language]
                return there.span.get_text(), there.a["href"]
    raise LookupError(title)


def said(page: Page) -> dict[str, object]:
    """All columns of a page's own, and its blocks with their ids."""
    found = {}
    for field in page._meta.concrete_fields:
        value = field.value_from_object(page)
        found[field.name] = field.get_prep_value(value) if isinstance(field, StreamField) else value
    return found


def waiting(translation: Translation) -> list[str]:
    segments = StringSegment.objects.filter(source=translation.source)
    asked = segments.annotate_translation(translation.target_locale).filter(translation=None)
    return [segment.string.data for segment in asked.select_related("string")]


def test_to_publish_a_translation_of_the_demo_would_change_nothing():
    english_locale = Locale.objects.get(language_code="en")
    pages = Page.objects.live().filter(depth__gt=1, locale__language_code="it").count()
    found = list(Translation.objects.select_related("source", "target_locale"))
    assert len(found) == pages
    changed = TranslationSource.objects.get(object=english("How the service agreement works").translation_key)
    for translation in found:
        page = translation.get_target_instance()
        as_translated = translation.source.get_ephemeral_translated_instance(english_locale)
        assert said(as_translated) == said(page), page.title
        if hasattr(page, "thresholds"):
            figures = ("what", "value", "year", "source", "area")
            assert list(as_translated.thresholds.all().values_list(*figures)) == list(
                page.thresholds.all().values_list(*figures)
            )
        assert waiting(translation) == []
        if translation.source != changed:
            assert json.loads(translation.source.content_json)["title"] == translation.source.object_repr


def test_what_was_written_at_once_is_what_wagtail_localize_writes_itself():
    models = (StringSegment, TemplateSegment, OverridableSegment, String)
    before = [set(model.objects.values_list("pk", flat=True)) for model in models]
    for source in TranslationSource.objects.all()[::9]:
        source.refresh_segments()
    assert [set(model.objects.values_list("pk", flat=True)) for model in models] == before
    for translation in StringTranslation.objects.filter(data__contains="<a ")[:50]:
        translation.save()
    assert not StringTranslation.objects.filter(has_error=True).exists(), "no link that the source has not"


def test_the_editor_of_every_kind_shows_the_two_side_by_side(paola):
    kinds: dict[str, Page] = {}
    for page in Page.objects.filter(depth__gt=1, locale__language_code="en").specific():
        kinds.setdefault(type(page).__name__, page)
    assert len(kinds) >= 18
    for name, page in kinds.items():
        answer = paola.get(edit(page))
        assert answer.status_code == 200, name
        shown = answer.content.decode()
        assert "data-props" in shown, f"{name}: the editor of a translation"
        props = json.loads(BeautifulSoup(shown, "html.parser").select_one("[data-props]")["data-props"])
        asked = [segment for segment in props["segments"] if segment["type"] == "string"]
        assert len(props["initialStringTranslations"]) == len(asked), name
        by_path = {segment["contentPath"]: segment["source"] for segment in asked}
        assert unescape(by_path["title"]) == italian_of(page).title
        assert not {path.split(".")[0] for path in by_path} & NO_WORDS.get(name, set()), name


@pytest.fixture
def letter(db):
    """A guide of several steps, in Italian."""
    return GuidePage.objects.get(slug="lettera-di-sfratto")


def rewrite_step(page: GuidePage, words: str) -> None:
    page = GuidePage.objects.get(pk=page.pk)
    page.steps[0].value["text"] = RichText(f"<p>{words}</p>")
    page.save_revision().publish()


def put_into_words(client: Client, translation: Translation, words: str) -> None:
    for segment in StringSegment.objects.filter(source=translation.source).annotate_translation(
        translation.target_locale
    ):
        if segment.translation is None:
            there = reverse("wagtail_localize:edit_string_translation", args=[translation.pk, segment.pk])
            answer = client.put(there, urlencode({"value": words}), "application/x-www-form-urlencoded")
            assert answer.status_code == 201


def test_a_paragraph_changes_and_it_alone_is_asked_again(paola, letter, committing):
    version = letter.get_translations().get(locale__language_code="en").specific
    translation = Translation.objects.get(source__object=letter.translation_key)
    before = said(version)
    assert cell(paola, letter.title, ENGLISH) == ("✓", edit(version))
    assert cell(paola, letter.title, ARABIC) == ("—", f"/admin/localize/submit/page/{letter.pk}/")

    rewrite_step(letter, "Guarda il giorno dell'udienza.")
    mark, ask = cell(paola, letter.title, ENGLISH)
    assert (mark, urlsplit(ask).path) == (
        "↻",
        reverse("wagtail_localize:update_translations", args=[translation.source_id]),
    )
    report = BeautifulSoup(paola.get(REPORT, {"problem": "outdated"}).content, "html.parser")
    assert ask.partition("?")[0] in {urlsplit(link["href"]).path for link in report.select(".page-rows a")}

    assert paola.post(ask, {}).url == LANGUAGES
    assert waiting(translation) == ["Guarda il giorno dell'udienza."]
    assert cell(paola, letter.title, ENGLISH) == ("↻", edit(version))
    put_into_words(paola, translation, "Look up the day of the hearing.")
    assert cell(paola, letter.title, ENGLISH)[0] == "↻", "not out yet"
    with committing():
        paola.post(edit(version), {"action": "publish"})

    assert cell(paola, letter.title, ENGLISH) == ("✓", edit(version))
    now = said(GuidePage.objects.get(pk=version.pk))
    changed = {name for name in now if now[name] != before[name]}
    assert "steps" in changed
    assert not changed & {
        "title",
        "slug",
        "search_description",
        "body",
        "needs",
        "more",
        "takes",
        "where",
        "cost",
    }
    (first, *others), (_old, *same) = now["steps"], before["steps"]
    assert first["value"]["text"] == "<p>Look up the day of the hearing.</p>"
    assert others == same


def test_what_goes_out_half_translated_stays_to_be_done(paola, letter, committing):
    version = letter.get_translations().get(locale__language_code="en")
    rewrite_step(letter, "Guarda il giorno dell'udienza.")
    _mark, ask = cell(paola, letter.title, ENGLISH)
    with committing():
        paola.post(ask, {"publish_translations": "on"})
    out = GuidePage.objects.get(pk=version.pk).steps[0].value["text"].source
    assert out == "<p>Guarda il giorno dell'udienza.</p>"
    assert cell(paola, letter.title, ENGLISH) == ("↻", edit(version))


def test_a_typing_error_mended_in_italian_needs_no_other_words_in_english(paola, letter, committing):
    version = letter.get_translations().get(locale__language_code="en").specific
    english_words = BeautifulSoup(version.steps[0].value["text"].source, "html.parser").get_text()
    italian = letter.steps[0].value["text"].source.removeprefix("<p>").removesuffix("</p>")
    rewrite_step(letter, f"{italian}!")
    paola.post(cell(paola, letter.title, ENGLISH)[1], {})
    put_into_words(paola, Translation.objects.get(source__object=letter.translation_key), english_words)
    with committing():
        paola.post(edit(version), {"action": "publish"})
    assert cell(paola, letter.title, ENGLISH)[0] == "✓"


def test_the_demo_shows_one_guide_that_has_changed_in_italian_and_is_still_to_be_asked(paola):
    mark, ask = cell(paola, "Come funziona il contratto di servizio", ENGLISH)
    assert mark == "↻"
    assert urlsplit(ask).path.startswith("/admin/localize/update/")


@pytest.mark.django_db
def test_pages_that_are_not_alike_are_no_translation_of_each_other():
    rifiuti = write(GuidePage, home(), "Rifiuti", body=[("heading", "Vetro"), ("heading", "Carta")])
    waste = write(GuidePage, home("en"), "Waste", translates=rifiuti, body=[("heading", "Glass")])
    for page in (rifiuti, waste):
        same_ids(page)
        page.save()
    with pytest.raises(NotAlike, match="Rifiuti"):
        join([(rifiuti, waste)])
    assert not TranslationSource.objects.filter(object=rifiuti.translation_key).exists()
