"""Who sees a page: nobody a draft, nobody what is still to come, and what is private only those it is for."""

from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.utils import timezone
from wagtail.models import PageViewRestriction
from wagtail.search.backends import get_search_backend

from portal.pages.models import GuidePage, InfoPage, NewsIndexPage, NewsPage, SectionPage
from portal.pages.schedules import publish_and_expire
from portal.pages.search import find_pages
from portal.testing.factories import UserFactory

from .tree import home, seen, write

pytestmark = pytest.mark.django_db

SECRET = "Cantiere"


@pytest.fixture
def section():
    return write(SectionPage, home(), "Abitare", show_in_menus=True)


def hide(page):
    page.unpublish()


def keep_among_those_signed_in(page):
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)


def keep_for_tomorrow(page):
    page.live = False
    page.go_live_at = timezone.now() + timedelta(days=1)
    page.save()
    page.save_revision(approved_go_live_at=page.go_live_at)


HIDDEN = [hide, keep_among_those_signed_in, keep_for_tomorrow]


def where_it_shows(client, *lists: str) -> set[str]:
    """The lists that tell a visitor of a page titled SECRET, and the search if it does."""
    cache.clear()
    found = {"search" for hit in find_pages(None, SECRET, 20) if hit.title == SECRET}
    return found | {path for path in lists if SECRET in seen(client, path).text}


@pytest.mark.parametrize("hiding", HIDDEN)
def test_a_guide_that_is_not_for_everybody_is_neither_listed_nor_found_nor_opened(client, section, hiding):
    guide = write(GuidePage, section, SECRET)
    get_search_backend().add(guide)
    lists = ("/abitare/", "/ar/abitare/")
    assert where_it_shows(client, *lists) == {*lists, "search"}

    hiding(guide)

    assert where_it_shows(client, *lists) == set()
    for path in ("/abitare/cantiere/", "/ar/abitare/cantiere/"):
        assert client.get(path).status_code in (302, 404)


@pytest.mark.parametrize("hiding", HIDDEN)
@pytest.mark.parametrize("kind", [SectionPage, InfoPage])
def test_nor_does_a_menu_lead_there(client, kind, hiding):
    page = write(kind, home(), SECRET, show_in_menus=True)
    assert where_it_shows(client, "/", "/ar/") == {"/", "/ar/"}

    hiding(page)

    assert where_it_shows(client, "/", "/ar/") == set()


@pytest.mark.parametrize("hiding", HIDDEN)
def test_nor_does_the_home_page_tell_the_news(client, hiding):
    index = write(NewsIndexPage, home(), "Notizie")
    news = write(NewsPage, index, SECRET)
    assert where_it_shows(client, "/", "/ar/") == {"/", "/ar/"}

    hiding(news)

    assert where_it_shows(client, "/", "/ar/") == set()


def test_a_private_page_sends_a_visitor_to_sign_in_and_opens_for_who_may(client, section):
    keep_among_those_signed_in(write(GuidePage, section, SECRET))

    answer = client.get("/abitare/cantiere/")
    assert answer.status_code == 302
    assert answer.url.startswith("/account/login/?next=")

    client.force_login(UserFactory())
    assert seen(client, "/abitare/cantiere/").h1.text == SECRET


def test_a_private_italian_page_is_not_shown_in_the_place_of_its_translation(client, section):
    keep_among_those_signed_in(write(GuidePage, section, SECRET))

    assert client.get("/ar/abitare/cantiere/").status_code == 302


def test_publishing_puts_a_page_into_the_menus_at_once(client):
    seen(client, "/")
    page = write(InfoPage, home(), "Contatti", live=False)

    page.save_revision().publish()

    assert "Contatti" in seen(client, "/").footer.text


# -- with time ----------------------------------------------------------------------------------------------------


def test_what_has_a_day_and_an_hour_goes_live_when_they_have_come(client, section):
    guide = write(GuidePage, section, SECRET)
    keep_for_tomorrow(guide)
    publish_and_expire()
    assert client.get("/abitare/cantiere/").status_code == 404

    with time_machine.travel(timezone.now() + timedelta(days=1, minutes=1)):
        publish_and_expire()

    assert seen(client, "/abitare/cantiere/").h1.text == SECRET


def test_what_has_an_end_goes_when_it_has_come(client, section):
    guide = write(GuidePage, section, SECRET, expire_at=timezone.now() - timedelta(minutes=1))

    publish_and_expire()

    guide.refresh_from_db()
    assert not guide.live
    assert client.get("/abitare/cantiere/").status_code == 404
