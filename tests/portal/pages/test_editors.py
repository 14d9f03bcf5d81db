"""Who writes pages, from the first day of an installation, and what they cannot write."""

import io
import json

import pytest
from bs4 import BeautifulSoup
from django.apps import apps
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image
from wagtail.images import get_image_model
from wagtail.models import (
    Collection,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
    Site,
    get_page_models,
)
from wagtail.search.backends import get_search_backend
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield

from portal.extensions import Role, declared
from portal.pages.models import GuidePage, HomePage, SectionPage
from portal.pages.portal_page import PortalPage
from portal.pages.roles import let_editors_write
from portal.testing.clients import Browser
from portal.testing.factories import HouseholdFactory, UserFactory

from .tree import home, links, seen, write

pytestmark = pytest.mark.django_db

WRITE = {"portal.editor", "portal.administrator"}
# What an editor has no business with; the first part of the address below /admin/.
NOT_THEIRS = [
    "people", "households", "household-members", "organizations", "organization-members", "municipalities",
    "buildings", "stairwells", "common-areas", "dwellings", "tenancies", "users", "groups", "sites", "locales",
    "redirects", "images", "images/add", "images/multiple/add", "collections",
    "workflows/list", "person_chooser", "household_chooser",
]  # fmt: skip


@pytest.fixture
def marta(client):
    """Who publishes at once, without anybody who reads it first."""
    person = UserFactory(roles=["portal.administrator"])
    client.force_login(person)
    return person


@pytest.fixture
def section():
    return write(SectionPage, home(), "Abitare", show_in_menus=True)


def form(title="Rifiuti", slug="rifiuti", body=(), **fields) -> dict:
    """What the editor's form sends for a guide."""
    return nested_form_data(
        {
            "title": title,
            "slug": slug,
            "search_description": "",
            "reviewed_on": "2026-11-23",
            "body": streamfield(list(body)),
            **{part: streamfield([]) for part in ("first", "needs", "steps", "more", "questions")},
            "comments": {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0, "MIN_NUM_FORMS": 0, "MAX_NUM_FORMS": 1000},
            **fields,
        }
    )


def add(client, parent: Page, kind: str = "guidepage", *, then: str = "publish", **fields):
    return client.post(
        f"/admin/pages/add/portal/{kind}/{parent.pk}/", {**form(**fields), f"action-{then}": "1"}
    )


def let_out(page: Page) -> None:
    """Somebody else has read it."""
    state = page.current_workflow_task_state
    state.task.specific.on_action(state, UserFactory(roles=["portal.editor"]), "approve")


# -- from the first day -------------------------------------------------------------------------------------------


def test_a_fresh_installation_greets_with_a_home_page_of_its_own(client):
    assert isinstance(Site.objects.get().root_page.specific, HomePage)
    assert seen(client, "/").h1.text == "Abitare"


def test_an_editor_of_a_fresh_installation_writes_sections_and_guides(client, paola):
    answer = client.post(
        f"/admin/pages/add/portal/sectionpage/{home().pk}/",
        {**form(title="Abitare", slug="abitare", icon="house", show_in_menus="on"), "action-submit": "1"},
    )
    assert answer.status_code == 302
    section = SectionPage.objects.get()
    let_out(section)
    words = [("paragraph", rich_text("<p>Dividi bene.</p>", features=["bold"]))]
    assert add(client, section, body=words, then="submit").status_code == 302
    let_out(GuidePage.objects.get())

    client.logout()
    assert "Abitare" in links(seen(client, "/"))
    assert "Dividi bene." in seen(client, "/abitare/rifiuti/").main.text


def test_migrating_again_takes_nothing_away_and_gives_nothing_twice():
    before = list(GroupPagePermission.objects.order_by("pk").values())
    assert before

    for config in apps.get_app_configs():
        let_editors_write(config)

    assert list(GroupPagePermission.objects.order_by("pk").values()) == before


# -- pages, and nothing else --------------------------------------------------------------------------------------


def test_an_editor_changes_what_is_there(client, paola, section):
    guide = write(GuidePage, section, "Rifiuti")

    answer = client.post(
        f"/admin/pages/{guide.pk}/edit/", {**form(title="Dividere i rifiuti"), "action-submit": "1"}
    )

    assert answer.status_code == 302
    let_out(guide)
    assert seen(client, "/abitare/rifiuti/").h1.text == "Dividere i rifiuti"


def test_a_draft_changes_nothing_for_readers(client, paola, section):
    guide = write(GuidePage, section, "Rifiuti")

    client.post(f"/admin/pages/{guide.pk}/edit/", form(title="Dividere i rifiuti"))

    assert seen(client, "/abitare/rifiuti/").h1.text == "Rifiuti"


@pytest.mark.parametrize("address", NOT_THEIRS)
def test_an_editor_has_pages_and_nothing_else(client, paola, address):
    answer = client.get(f"/admin/{address}/")

    assert (answer.status_code, answer.headers.get("Location")) in [(302, "/admin/"), (404, None)]


def test_nothing_that_the_editors_menu_leads_to_is_shut(client, paola, section):
    first = seen(client, "/admin/")
    addresses = {a["href"].partition("#")[0] for a in first.select("a[href^='/admin/']")} - {"/admin/logout/"}

    assert "/admin/documents/" in addresses
    assert {path: client.get(path).status_code for path in addresses} == dict.fromkeys(addresses, 200)


@pytest.mark.parametrize("first", [False, True], ids=["an editor", "the first administrator"])
def test_nobody_is_led_to_pictures_that_no_page_shows(client, paola, first):
    paola.is_superuser = first
    paola.save()
    drawn = io.BytesIO()
    Image.new("RGB", (8, 8)).save(drawn, "PNG")
    picture = SimpleUploadedFile("casa.png", drawn.getvalue(), "image/png")
    # As an installation from before may have granted it.
    add = Permission.objects.get(codename="add_image")
    everything = Collection.get_first_root_node()
    GroupCollectionPermission.objects.get_or_create(
        group=paola.groups.get(), collection=everything, permission=add
    )

    client.post("/admin/images/add/", {"title": "Casa", "file": picture, "collection": everything.pk})

    assert "/admin/images/" not in client.get("/admin/").content.decode()
    assert not get_image_model().objects.exists()
    assert list(client.get("/admin/images/chooser/").context["results"]) == []


def test_an_editors_reports_tell_nothing_of_the_registers(client, paola, section):
    household, elena = HouseholdFactory(name="Famiglia Riservata"), Browser()
    elena.force_login(UserFactory(roles=["portal.caseworker"]))
    elena.post(f"/admin/households/edit/{household.pk}/", {"name": "Famiglia Segreta"})
    assert "Famiglia Segreta" in elena.get("/admin/households/").content.decode()

    history = client.get("/admin/reports/site-history/")

    assert history.status_code == 200
    assert "Famiglia" not in history.content.decode()


@pytest.mark.parametrize("role", sorted(role.key for role in declared(Role) if role.key not in WRITE))
def test_nobody_else_writes_pages(client, section, role):
    guide = write(GuidePage, section, "Rifiuti")
    client.force_login(UserFactory(roles=[role]))

    for path in (
        f"/admin/pages/{guide.pk}/edit/",
        f"/admin/pages/{guide.pk}/delete/",
        f"/admin/pages/{guide.pk}/unpublish/",
        f"/admin/pages/{section.pk}/",
        f"/admin/pages/add/portal/guidepage/{section.pk}/",
    ):
        for answer in (client.get(path), client.post(path, {**form(title="Altro"), "action-publish": "1"})):
            assert answer.status_code in (302, 403, 404), path
    assert [page.title for page in GuidePage.objects.all()] == ["Rifiuti"]


# -- looking before publishing ------------------------------------------------------------------------------------


@pytest.mark.parametrize("again", [False, True], ids=["a new page", "one that is live"])
def test_an_editor_looks_at_the_page_before_it_is_there(client, paola, section, again):
    if again:
        address = f"/admin/pages/{write(GuidePage, section, 'Rifiuti').pk}/edit/preview/"
    else:
        address = f"/admin/pages/add/portal/guidepage/{section.pk}/preview/"
    assert client.post(address, form(title="Così sarà")).json()["is_valid"]

    answer = client.get(address)

    page = BeautifulSoup(answer.content, "html.parser")
    assert page.h1.text == "Così sarà"
    assert [crumb.text for crumb in page.select(".breadcrumbs a")][-1] == "Abitare"
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "kind",
    [
        "sectionpage",
        "serviceindexpage",
        "callindexpage",
        "answerindexpage",
        "eventindexpage",
        "newsindexpage",
        "faqpage",
        "infopage",
        "accessibilitypage",
        "legalpage",
    ],
)
def test_every_kind_below_the_home_page_can_be_looked_at(client, paola, kind):
    address = f"/admin/pages/add/portal/{kind}/{home().pk}/preview/"
    assert client.post(
        address, form(title="Così sarà", icon="house", conformity="partial", standard="WCAG 2.2 AA")
    ).json()["is_valid"]

    assert seen(client, address).h1.text == "Così sarà"


def test_the_preview_opens_as_wide_as_a_phone_on_every_kind_of_page(client, paola, section):
    kinds = [kind for kind in get_page_models() if issubclass(kind, PortalPage)]
    assert len(kinds) > 15
    for kind in kinds:
        page = kind()
        assert page.is_previewable(), kind
        assert (page.default_preview_size, page.preview_sizes[0]["device_width"]) == ("mobile", 360), kind

    panel = seen(client, f"/admin/pages/{write(GuidePage, section, 'Rifiuti').pk}/edit/")

    assert panel.select_one("[name=preview-size][checked]")["data-device-width"] == "360"


# -- what cannot be written ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("slug", ["casa", "cerca", "notifiche", "account", "admin", "en", "ar"])
def test_a_page_is_not_put_where_the_portal_has_one_of_its_own(client, marta, slug):
    answer = add(client, home(), "infopage", title="La casa", slug=slug)

    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == ["slug"]
    assert not home().get_children().exists()


def test_a_pictogram_that_there_is_not_is_named_and_nothing_is_published(client, marta):
    answer = add(client, home(), "sectionpage", title="Sono arrivato", slug="arrivato", icon="casetta")

    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == ["icon"]
    assert not home().get_children().exists()


def test_further_down_the_same_words_are_free(client, marta, section):
    assert add(client, section, title="La casa", slug="casa").status_code == 302
    assert seen(client, "/abitare/casa/").h1.text == "La casa"


ATTACKS = [
    "<script>alert(1)</script>",
    '<img src=x onerror="alert(1)">',
    '<a href="javascript:alert(1)">qui</a>',
    '<a href="data:text/html,alert(1)">qui</a>',
    '<p onclick="alert(1)" style="color:red">qui</p>',
    '<iframe src="https://evil.example"></iframe>',
    "<h1>Titolo</h1>",
]


def dangerous(text) -> list:
    """Whatever of a text is more than words, lists and links."""
    scripts = "script, img, iframe, [onclick], [onerror], [style], a[href^=javascript], a[href^=data]"
    return [*text.select(scripts), *text.select("h1")[1:], *text.select("s")]


@pytest.mark.parametrize("attack", ATTACKS)
def test_what_is_pasted_into_a_text_is_cleaned(client, marta, section, attack):
    add(client, section, body=[("paragraph", rich_text(f"<p>Prima.</p>{attack}", features=["link"]))])

    text = seen(client, "/abitare/rifiuti/").article

    assert "Prima." in text.text
    assert dangerous(text) == []


@pytest.mark.parametrize("attack", ATTACKS)
def test_what_is_sent_past_the_editors_script_is_cleaned_as_well(client, marta, section, attack):
    """Markup as words, under a link that leads into a script, in a kind of block that the field does not offer."""
    block = {
        "key": "00000",
        "text": attack,
        "type": "unstyled",
        "depth": 0,
        "inlineStyleRanges": [{"offset": 0, "length": 3, "style": "STRIKETHROUGH"}],
        "entityRanges": [{"offset": 0, "length": len(attack), "key": 0}],
    }
    link = {"type": "LINK", "mutability": "MUTABLE", "data": {"url": "javascript:alert(1)"}}
    sent = {"blocks": [block, {**block, "key": "00001", "type": "header-one"}], "entityMap": {"0": link}}
    add(client, section, body=[("paragraph", json.dumps(sent))])

    text = seen(client, "/abitare/rifiuti/").article

    assert attack in text.text
    assert dangerous(text) == []


def test_titles_summaries_and_numbers_are_words_and_never_markup(client, marta, section):
    attack = '"><script>alert(1)</script>'
    number = {"label": attack, "number": '1" onclick="alert(1)', "hours": attack}
    add(
        client,
        section,
        title=attack,
        search_description=attack,
        body=[("heading", attack), ("contact", number)],
    )
    get_search_backend().add(GuidePage.objects.get())

    for path in ("/abitare/rifiuti/", "/abitare/", "/cerca/?q=script"):
        page = seen(client, path)
        assert attack in page.text
        # As data, with no tag in it, is how search engines are told the title.
        told = 'script:not([type="application/ld+json"])'
        assert [script for script in page.select(told) if "alert" in script.text] == []
        assert all("<" not in data.text for data in page.select('[type="application/ld+json"]'))
        assert page.select("[onclick]") == []


def test_the_admin_bears_the_portals_mark_and_leads_back_to_it(client, paola):
    page = client.get(reverse("wagtailadmin_home")).text

    assert "portal/icon" in page
    assert "portal/admin" in page
    assert reverse("portal:casa") in page


def test_what_no_keyboard_writes_does_not_come_in(client, paola, section):
    words = {"title": "Dividere\x0bi rifiuti\x01", "search_description": "Il vetro\x02 e\x0cla carta"}
    assert add(client, section, **words).status_code == 302

    guide = GuidePage.objects.get()
    assert (guide.title, guide.search_description) == ("Dividere i rifiuti", "Il vetro e\nla carta")
