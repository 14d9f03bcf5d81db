"""What the registers say stands on public pages: a change there changes the pages, and what the search finds."""

import pytest
from bs4 import BeautifulSoup
from django.core.cache import caches
from wagtail.search import index

from portal.pages.directory import models
from portal.pages.search import find_pages
from portal.testing.clients import Browser
from portal.testing.factories import UserFactory
from portal.ui.whole_pages import ALIAS

from .house import place, provider, resource, town

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def kept(settings):
    settings.PORTAL_PAGE_CACHE = 300
    caches[ALIAS].clear()


@pytest.fixture
def register():
    browser = Browser()
    browser.force_login(UserFactory(is_superuser=True))
    return browser


def save(browser, address: str, **changes) -> None:
    """Fill in a register's form as it stands, but for the changes."""
    page = BeautifulSoup(browser.get(address).content, "html.parser")
    form = next(form for form in page.select("form") if form.select_one("[name=name]"))
    sent = {}
    for field in form.select("input[name], textarea[name], select[name]"):
        if field.name == "select":
            chosen = field.select_one("option[selected]")
            sent[field["name"]] = chosen["value"] if chosen else ""
        elif field.get("type") not in ("checkbox", "radio", "submit") or field.has_attr("checked"):
            sent[field["name"]] = field.text.strip() if field.name == "textarea" else field.get("value", "")
    answer = browser.post(address, {**sent, **changes})
    assert answer.status_code == 302, BeautifulSoup(answer.content, "html.parser").select(".error-message")


def read_by_a_stranger(page) -> str:
    return Browser().get(page.url).text


@pytest.mark.parametrize(
    ("which", "changes"),
    [
        ("resource-providers", {"name": "Sportello Nuovo"}),
        ("resource-places", {"name": "Sportello Nuovo"}),
        ("municipalities", {"name": "Sportello Nuovo"}),
    ],
    ids=["provider", "place", "municipality"],
)
def test_what_a_register_changes_is_read_at_once(register, which, changes):
    page = resource(municipalities=["Pero"])
    row = {"resource-providers": provider, "resource-places": place, "municipalities": town}[which]()
    assert "Sportello Nuovo" not in read_by_a_stranger(page)

    save(register, f"/admin/{which}/edit/{row.pk}/", **changes)

    assert "Sportello Nuovo" in read_by_a_stranger(page)


def test_an_entry_that_is_assured_says_the_new_day_at_once():
    page = resource(days_ago=400)
    assert "Call before you go" in Browser().get(f"/en{page.url}").text

    page.assure()

    assert "Call before you go" not in Browser().get(f"/en{page.url}").text


def found(words: str) -> list[str]:
    return [hit.title for hit in find_pages(None, words, 10)]


def test_the_search_finds_what_is_offered_by_the_new_name(register):
    page = resource("Pacco", provider=provider("Girasole"))
    index.insert_or_update_object(page)
    assert found("girasole") == ["Pacco"]

    save(register, f"/admin/resource-providers/edit/{page.provider_id}/", name="Tarassaco")

    assert (found("tarassaco"), found("girasole")) == (["Pacco"], [])


def test_who_offers_much_is_read_anew_in_the_background(monkeypatch):
    monkeypatch.setattr(models, "FEW", 0)
    asked = []
    monkeypatch.setattr(
        type(models.read_for_search), "enqueue", lambda task, *given: asked.append((task, given))
    )
    page = resource("Pacco", provider=provider("Girasole"))
    models.Provider.objects.filter(pk=page.provider_id).update(name="Tarassaco")

    models.Provider.objects.get(pk=page.provider_id).tell_anew()

    assert asked == [(models.read_for_search, (page.provider_id,))]
    assert found("tarassaco") == []
    models.read_for_search.call(page.provider_id)
    assert found("tarassaco") == ["Pacco"]
