"""A page begun from a template: its parts are there, and no hint of it gets out unnoticed."""

import pytest
from bs4 import BeautifulSoup
from wagtail.models import Page, Revision

from portal.pages.calls.models import CallIndexPage
from portal.pages.directory.models import DirectoryPage
from portal.pages.editing.models import PageState
from portal.pages.editing.querysets import figures
from portal.pages.editing.reading import HINT, hints_left, pieces_of
from portal.pages.editing.skeletons import BEGUN_FIRST, HERE, KINDS, templates
from portal.pages.events.models import EventIndexPage
from portal.pages.marks import read
from portal.pages.models import AnswerIndexPage, GuidePage, NewsIndexPage, SectionPage, ServiceIndexPage
from portal.testing.factories import UserFactory
from tests.portal.pages.test_editors import form
from tests.portal.pages.tree import home, seen, write

pytestmark = pytest.mark.django_db

PLACES = {
    "guide": SectionPage, "service": ServiceIndexPage, "call": CallIndexPage, "event": EventIndexPage,
    "news": NewsIndexPage, "answer": AnswerIndexPage, "faq": SectionPage,
    "resource": DirectoryPage,
}  # fmt: skip
CHOOSE = "/admin/portal-pages/templates/"


@pytest.fixture
def section():
    return write(SectionPage, home(), "Abitare")


def begin(client, parent: Page, template: str = "it/guide"):
    return client.post(f"{CHOOSE}?parent={parent.pk}", {"template": template, "parent": parent.pk})


@pytest.mark.parametrize(
    ("language", "key"), [(code, one.key) for code in ("it", "en") for one in templates(code)]
)
def test_each_template_begins_a_draft_that_can_be_opened_and_looked_at(client, paola, key, language):
    parent = write(PLACES[key], home(language), "Qui")

    answer = begin(client, parent, f"{language}/{key}")

    page = Page.objects.get(pk=answer["Location"].split("/")[3]).specific
    assert not page.live
    assert page.locale.language_code == language
    assert all(HINT in piece for piece in pieces_of(page)), "every part says what belongs there"
    assert seen(client, answer["Location"]).select_one("[name=title]")["value"] == page.draft_title
    drawn = BeautifulSoup(page.make_preview_request().content, "html.parser")
    assert HINT in drawn.h1.text


def test_the_preview_shows_what_readers_see(client, paola):
    guide = write(GuidePage, write(SectionPage, home(), "Qui"), "Rifiuti")
    address = f"/admin/pages/{guide.pk}/edit/preview/?in_preview_panel=true&mode="
    assert client.post(address, form(title="Vetro e carta")).json()["is_valid"]
    preview = client.get(address)
    assert "Vetro e carta" in preview.content.decode()
    assert "signed-in" not in BeautifulSoup(preview.content, "html.parser").body.get("class", [])
    assert paola.display_name not in preview.content.decode()


def test_both_languages_have_the_same_templates_with_the_same_parts():
    assert [one.key for one in templates("it")] == list(KINDS)
    assert [one.key for one in templates("en")] == [key for key in KINDS if key not in BEGUN_FIRST]
    for key in KINDS:
        (head, parts), (translated, their_parts) = (read(HERE / code / f"{key}.md") for code in ("it", "en"))
        assert head.keys() == translated.keys()
        assert list(parts) == list(their_parts)


def test_a_local_resource_begins_where_its_facts_stand_and_nowhere_else(client, paola):
    directories = [write(DirectoryPage, home(language), "Risorse") for language in ("it", "en")]
    offered = [
        {field["value"] for field in seen(client, f"{CHOOSE}?parent={one.pk}").select("[name=template]")}
        for one in directories
    ]
    assert offered == [{"it/resource"}, set()]
    assert begin(client, directories[1], "en/resource").status_code == 422


def test_where_one_adds_a_page_one_is_led_to_the_templates(client, paola, section):
    for page in (f"/admin/pages/{section.pk}/", f"/admin/pages/{section.pk}/add_subpage/"):
        link = seen(client, page).select_one(f'a[href="{CHOOSE}?parent={section.pk}"]')
        assert link, page
    offered = {field["value"] for field in seen(client, link["href"]).select("[name=template]")}
    assert offered == {"it/guide", "it/faq"}
    names = [heading.text for heading in seen(client, link["href"]).select(".page-rows__title")]
    assert names == ["Guida passo per passo", "Domande e risposte"]
    assert seen(client, "/admin/reports/portal-pages/").select(f'a[href="{CHOOSE}"]')
    page = seen(client, CHOOSE)
    assert "it/guide" in {field["value"] for field in page.select("[name=template]")}
    assert "Guida passo per passo" in [title.text for title in page.select(".page-rows__title")]


def test_pressed_twice_it_is_one_draft(client, paola, section):
    first, second = begin(client, section), begin(client, section)

    assert first["Location"] == second["Location"]
    assert GuidePage.objects.count() == 1


def test_the_address_follows_the_title_until_it_has_been_named(client, paola, section):
    write(GuidePage, section, "Le chiavi")
    begin(client, section)
    guide = GuidePage.objects.get(live=False)

    def saved(title: str, slug: str) -> str:
        sent = form(title=title, slug=slug, search_description="Due frasi")
        assert client.post(f"/admin/pages/{guide.pk}/edit/", sent).status_code == 302
        return GuidePage.objects.get(pk=guide.pk).get_latest_revision_as_object().slug

    assert saved(f"{HINT} Come", guide.slug) == guide.slug
    assert saved("Le chiavi", guide.slug) == "le-chiavi-2"
    assert saved("Le chiavi di casa", guide.slug) == "le-chiavi-di-casa", "the form still holds the first"
    assert saved("Le serrature", "le-chiavi-di-casa") == "le-chiavi-di-casa"


@pytest.mark.parametrize(
    "sent", [{}, {"template": "it/secret"}, {"template": "it/news"}, {"template": "../guide"}]
)
def test_what_is_not_offered_begins_nothing(client, paola, section, sent):
    answer = client.post(f"{CHOOSE}?parent={section.pk}", {"parent": section.pk, **sent})

    assert answer.status_code == 422
    assert not GuidePage.objects.exists()


def test_who_writes_no_pages_begins_none(client, section):
    client.force_login(UserFactory(roles=["portal.caseworker"]))

    assert begin(client, section).status_code == 302
    assert not GuidePage.objects.exists()


# -- no hint gets out ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("action", ["action-submit", "action-publish"])
def test_with_a_hint_left_it_stays_a_draft_and_the_form_says_where(client, section, action):
    client.force_login(UserFactory(roles=["portal.editor", "portal.administrator"]))
    begin(client, section)
    guide = GuidePage.objects.get()
    left = [("paragraph", {"blocks": []})]

    answer = client.post(
        f"/admin/pages/{guide.pk}/edit/",
        {**form(title="Rifiuti", search_description=f"{HINT} Due frasi"), action: "1"},
    )

    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == ["search_description"]
    guide = GuidePage.objects.get()
    assert not guide.live
    assert guide.current_workflow_state is None
    assert left


def test_a_draft_with_hints_is_saved(client, paola, section):
    begin(client, section)
    guide = GuidePage.objects.get()

    answer = client.post(f"/admin/pages/{guide.pk}/edit/", form(title=f"{HINT} Rifiuti"))

    assert answer.status_code == 302


def test_nobody_approves_a_hint_past_the_form(client, paola, section):
    begin(client, section)
    guide = GuidePage.objects.get()
    guide.get_workflow().start(guide, UserFactory(roles=["portal.editor"]))
    state = guide.current_workflow_task_state

    client.post(f"/admin/pages/workflow/action/{guide.pk}/approve/{state.pk}/")

    assert not GuidePage.objects.get().live


def test_what_went_out_by_another_way_stands_in_the_report(client, paola, section):
    begin(client, section)
    guide = GuidePage.objects.get()
    guide.get_latest_revision().publish()
    PageState.note(GuidePage.objects.get())

    assert hints_left(GuidePage.objects.get())
    assert figures()["hints"] == 1
    assert guide.draft_title in seen(client, "/admin/reports/portal-pages/?problem=hints").text
    assert Revision.objects.exists()
