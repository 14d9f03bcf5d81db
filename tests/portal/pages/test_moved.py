"""An address on a letter, or in somebody's bookmarks, still leads to the page when its words have changed."""

from uuid import UUID

import pytest
from django.test import Client
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import PageViewRestriction

from portal.pages.models import GuidePage, SectionPage
from portal.testing.factories import UserFactory

from .tree import home, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def section():
    return write(SectionPage, home(), "Abitare", show_in_menus=True)


@pytest.fixture
def rename(committing):
    def rename(page, slug):
        page.slug = slug
        with committing():
            page.save_revision().publish()

    return rename


@pytest.fixture
def renamed(section, rename):
    """A guide that stood at /abitare/rifiuti/."""
    guide = write(GuidePage, section, "Rifiuti")
    rename(guide, "raccolta")
    return guide


def led_to(path, client=None):
    answer = (client or Client()).get(path)
    return answer.status_code, answer.headers.get("Location")


@pytest.mark.parametrize("prefix", ["", "/en", "/ar"])
@pytest.mark.parametrize("ending", ["/", "", "/?utm_source=lettera"])
def test_the_old_address_leads_to_the_page_under_the_readers_language(renamed, prefix, ending):
    assert led_to(f"{prefix}/abitare/rifiuti{ending}") == (301, f"{prefix}/abitare/raccolta/")


def test_so_do_the_addresses_below_it(section, rename):
    write(GuidePage, section, "Rifiuti")
    rename(section, "vivere")

    assert led_to("/abitare/rifiuti/") == (301, "/vivere/rifiuti/")


def test_a_translation_is_found_at_its_old_address_as_well(section, rename):
    english = write(SectionPage, home("en"), "Living", translates=section)
    rename(english, "housing")

    assert led_to("/en/living/") == (301, "/en/housing/")


def test_a_page_that_stands_there_now_comes_first(renamed, section):
    write(GuidePage, section, "Rifiuti")

    assert led_to("/abitare/rifiuti/") == (200, None)


@pytest.mark.parametrize("path", ["/vecchio.html", "/vecchio/sito/", "/volantino/?n=3"])
def test_what_an_administrator_has_redirected_leads_on(path):
    Redirect.add_redirect(path, "https://agenzia.example/", is_permanent=False)

    assert led_to(path) == (302, "https://agenzia.example/")


def test_what_stands_nowhere_is_missing(renamed):
    assert led_to("/abitare/altro/") == (404, None)
    assert led_to("/abitare/rifiuti%00/") == (404, None)


# -- nothing is told on the way -----------------------------------------------------------------------------------


def test_the_old_address_of_a_page_tells_its_new_one_only_to_who_may_open_it(renamed):
    PageViewRestriction.objects.create(page=renamed, restriction_type=PageViewRestriction.LOGIN)
    neighbour = Client()
    neighbour.force_login(UserFactory())

    assert led_to("/abitare/rifiuti/") == (404, None)
    assert led_to("/abitare/rifiuti/", neighbour) == (301, "/abitare/raccolta/")


def test_the_old_address_of_a_page_that_was_taken_down_tells_nothing(renamed):
    renamed.unpublish()

    assert led_to("/abitare/rifiuti/") == (404, None)


def test_a_private_page_is_not_led_away_from(section):
    """A redirect on its address changes nothing about the page that stands there."""
    guide = write(GuidePage, section, "Rifiuti")
    restriction = PageViewRestriction.objects.create(page=guide, restriction_type=PageViewRestriction.GROUPS)
    Redirect.add_redirect("/abitare/rifiuti/", "https://agenzia.example/")
    neighbour = Client()
    neighbour.force_login(UserFactory())

    assert restriction.groups.count() == 0
    assert led_to("/abitare/rifiuti/", neighbour) == (404, None)
    assert led_to("/abitare/rifiuti/")[1].startswith("/account/login/")


@pytest.mark.parametrize("path", ["/notifiche/999999/", "/admin/nothing/", f"/photos/{UUID(int=4711)}/"])
def test_what_is_missing_in_an_app_stays_missing(path):
    person = Client()
    person.force_login(UserFactory())
    Redirect.add_redirect(path, "https://agenzia.example/")

    assert led_to(path, person) == (404, None)


def test_an_apps_address_without_its_slash_leads_to_the_app():
    Redirect.add_redirect("/casa", "https://agenzia.example/")

    assert led_to("/casa") == (301, "/casa/")
