"""Public pages kept whole: nothing is asked twice, nothing old is shown, nobody gets what is somebody else's."""

import gzip
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.contrib import messages
from django.core.cache import caches
from django.db import connection, transaction
from django.middleware.csrf import get_token
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction

from portal import caches as ours
from portal.desk.models import Desk
from portal.pages import page_cache
from portal.pages.models import GuidePage, InfoPage, SectionPage
from portal.pages.schedules import publish_and_expire
from portal.testing.clients import Browser
from portal.testing.factories import UserFactory
from portal.ui import whole_pages
from portal.ui.whole_pages import ALIAS, fresh_until, generation, purge_pages

from .directory.house import place, provider, resource, town
from .tree import home, seen, write

pytestmark = pytest.mark.django_db
GUIDE = "/abitare/sfratto/"
ROME = ZoneInfo("Europe/Rome")


@pytest.fixture(autouse=True)
def switched_on(settings):
    settings.PORTAL_PAGE_CACHE = 300
    caches[ALIAS].clear()
    yield
    whole_pages._owed = False


@pytest.fixture
def section():
    return write(SectionPage, home(), "Abitare", show_in_menus=True)


@pytest.fixture
def guide(section):
    return write(
        GuidePage,
        section,
        "Ho ricevuto uno sfratto",
        slug="sfratto",
        body=[("paragraph", "<p>Il testo.</p>")],
    )


def queries(client, path: str = GUIDE, **headers) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path, **headers).status_code in (200, 304)
    return len(captured)


def entries() -> list[str]:
    """The keys of all pages that are kept, whatever the engine."""
    store = caches[ALIAS]._cache
    keys = store if isinstance(store, dict) else map(bytes.decode, store.get_client(None).keys())
    return [key for key in keys if "portal.page." in key]


def is_kept(client, path: str = GUIDE, **headers) -> bool:
    """Whether a stranger's second visit is answered from what was kept."""
    client.get(path, **headers)
    return queries(client, path, **headers) == 0


# -- a hit ------------------------------------------------------------------------------------------------------------


def test_the_second_stranger_is_answered_without_a_query(client, guide, django_assert_num_queries):
    first = client.get(GUIDE)
    with django_assert_num_queries(0):
        second = Browser().get(GUIDE)

    assert second.content == first.content
    assert b"Il testo." in second.content


def test_it_is_the_same_answer_with_all_that_protects_it(client, guide):
    drawn, kept = client.get(GUIDE), client.get(GUIDE)

    assert dict(kept.items()) == dict(drawn.items())
    for name in (
        "Content-Security-Policy",
        "X-Content-Type-Options",
        "Permissions-Policy",
        "X-Frame-Options",
    ):
        assert kept.headers[name]
    assert kept.headers["X-Portal-For"] == "nobody"
    assert kept.headers["Content-Language"] == "it"


def test_no_cookie_comes_of_it(client, guide):
    client.get(GUIDE)

    assert not client.get(GUIDE).cookies


def test_each_language_is_kept_under_its_address(client, guide):
    for _time in range(2):
        assert seen(client, GUIDE).html["lang"] == "it"
        assert seen(client, f"/ar{GUIDE}").html["lang"] == "ar"
    assert is_kept(client, f"/ar{GUIDE}")
    assert queries(Browser(headers={"Accept-Language": "en"})) == 0


def test_each_twenty_of_a_list_are_kept_apart(client, section):
    for number in range(25):
        write(GuidePage, section, f"Guida {number}")

    first, second = seen(client, "/abitare/").main.text, seen(client, "/abitare/?page=2").main.text
    assert first != second
    assert seen(client, "/abitare/?page=2").main.text == second
    assert is_kept(client, "/abitare/?page=2")


@pytest.mark.parametrize(
    "query",
    [
        "?x=1",
        "?utm_source=a",
        "?page=0",
        "?page=01",
        "?page=1&page=2",
        "?page=100",
        "?page=a",
        "?%70age=1",
        "?",
    ],
)
def test_a_parameter_that_is_not_known_makes_no_entry(client, guide, query):
    client.get(f"/abitare/{query}")
    known = query == "?"

    assert len(entries()) == known
    assert (queries(client, f"/abitare/{query}") == 0) == known


def test_head_is_answered_from_what_get_has_kept(client, guide):
    client.head(GUIDE)
    assert queries(client) > 0  # a HEAD keeps nothing
    with CaptureQueriesContext(connection) as captured:
        answer = client.head(GUIDE)

    assert (answer.status_code, len(captured), answer.content) == (200, 0, b"")


def test_it_comes_packed_for_whoever_takes_it_so(client, guide):
    plain = client.get(GUIDE)
    packed = client.get(GUIDE, headers={"Accept-Encoding": "gzip, br"})

    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    assert "Content-Encoding" not in client.get(GUIDE).headers
    assert {"Accept-Encoding", "Cookie"} <= set(packed.headers["Vary"].split(", "))
    assert int(packed.headers["Content-Length"]) == len(packed.content)


def test_a_browser_asks_again_and_hears_that_nothing_has_changed(client, guide):
    etag = client.get(GUIDE).headers["ETag"]
    again = client.get(GUIDE, headers={"If-None-Match": etag, "Accept-Encoding": "gzip"})

    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", etag)
    assert "no-cache" in again.headers["Cache-Control"]

    guide.title = "Un altro titolo"
    guide.save_revision().publish()
    assert client.get(GUIDE, headers={"If-None-Match": etag}).status_code == 200


# -- what purges ------------------------------------------------------------------------------------------------------


def change_title(guide, section):
    guide.title = "Un titolo nuovo"
    guide.save_revision().publish()


def unpublish(guide, section):
    guide.unpublish()


def delete(guide, section):
    guide.delete()


def move(guide, section):
    other = write(SectionPage, home(), "Altrove")
    guide.move(Page.objects.get(pk=other.pk), pos="last-child")


def shut(guide, section):
    PageViewRestriction.objects.create(page=section, restriction_type="login")


def new_slug(guide, section):
    guide.slug = "altro"
    guide.save_revision().publish()


@pytest.mark.parametrize("change", [change_title, unpublish, delete, move, shut, new_slug])
def test_what_editors_change_is_seen_at_once(client, guide, section, change):
    assert is_kept(client)
    old = client.get(GUIDE).content

    change(guide, section)

    now = client.get(GUIDE)
    assert now.status_code != 200 or now.content != old


def test_the_directory_is_kept_for_a_minute_and_shows_at_once_what_has_changed(client):
    with time_machine.travel(datetime(2027, 3, 1, 10, 0, tzinfo=ROME), tick=False) as clock:
        resource("Pacco alimentare")
        assert is_kept(client, "/risorse/")
        for register, field in ((provider(), "name"), (place(), "address"), (town(), "name")):
            setattr(register, field, f"Un altro {field}")
            register.save()
            assert f"Un altro {field}" in client.get("/risorse/").text
        assert is_kept(client, "/risorse/")
        clock.shift(60)
        assert queries(client, "/risorse/") > 0


def test_a_question_to_the_directory_leaves_no_entry(client):
    resource("Pacco alimentare")
    for question in ("?need=food", "?near=Pero", "?open=on"):
        client.get(f"/risorse/{question}")

    assert entries() == []


def test_what_is_open_again_is_seen_at_once(client, guide):
    shut = PageViewRestriction.objects.create(page=guide, restriction_type="login")
    assert client.get(GUIDE).status_code == 302
    shut.delete()

    assert client.get(GUIDE).status_code == 200


def test_a_translation_is_found_as_soon_as_it_is_there(client, guide, section):
    assert seen(client, f"/en{GUIDE}").select_one("article")["lang"] == "it"
    living = write(SectionPage, home("en"), "Living", slug="abitare", translates=section)
    write(GuidePage, living, "An eviction letter", slug="sfratto", translates=guide)

    assert seen(client, f"/en{GUIDE}").h1.text == "An eviction letter"


def test_menus_and_the_desk_at_the_foot_change_with_all_that_was_kept(client, guide, committing):
    client.get(GUIDE)
    write(SectionPage, home(), "Una sezione nuova", show_in_menus=True)
    write(InfoPage, home(), "Note nuove")
    assert "Una sezione nuova" in client.get(GUIDE).text
    assert "Note nuove" in client.get(GUIDE).text

    with committing():
        Desk.objects.create(name="Centro", phone="02 0000 0999", address="Via Nuova 1")
    assert "02 0000 0999" in client.get(GUIDE).text


def test_what_is_published_and_taken_away_by_the_hour_purges(client, guide, time_machine):
    time_machine.move_to("2026-11-26 10:00+01:00", tick=False)
    guide.expire_at = timezone.now() + timedelta(minutes=2)
    guide.save_revision().publish()
    assert is_kept(client)
    time_machine.move_to("2026-11-26 10:03+01:00", tick=False)
    publish_and_expire()

    assert client.get(GUIDE).status_code == 404


def test_a_draft_purges_nothing_and_is_shown_to_nobody(client, guide):
    client.get(GUIDE)
    guide.title = "Ancora in bozza"
    guide.save_revision()

    assert queries(client) == 0
    assert "Ancora in bozza" not in client.get(GUIDE).text


def test_a_page_drawn_while_another_is_published_is_not_shown_after(client, guide, monkeypatch):
    """The old text, read before, must not be kept as what stands there now."""
    drawing = GuidePage.get_context

    def publish_meanwhile(self, request, *args, **kwargs):
        monkeypatch.setattr(GuidePage, "get_context", drawing)
        newer = GuidePage.objects.get(pk=self.pk)
        newer.title = "Il titolo che vale"
        newer.save_revision().publish()
        return drawing(self, request, *args, **kwargs)

    monkeypatch.setattr(GuidePage, "get_context", publish_meanwhile)
    assert "Ho ricevuto uno sfratto" in client.get(GUIDE).text

    assert "Il titolo che vale" in client.get(GUIDE).text


def test_who_draws_between_the_change_and_its_commit_keeps_nothing_beyond_it(committing):
    before = generation()
    with committing():
        with transaction.atomic():
            purge_pages()
            between = generation()
        assert generation() == between
    assert len({before, between, generation()}) == 3


# -- what becomes untrue by itself ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "day", ["2026-11-26", "2026-03-28", "2026-10-24"]
)  # and the nights when the clock changes
def test_nothing_is_kept_beyond_midnight_in_rome(client, guide, time_machine, settings, day):
    settings.PORTAL_PAGE_CACHE = 100_000
    rome = ZoneInfo("Europe/Rome")
    time_machine.move_to(datetime.fromisoformat(f"{day} 23:59:30").replace(tzinfo=rome), tick=False)
    assert is_kept(client)
    midnight = datetime.combine(date.fromisoformat(day) + timedelta(days=1), datetime.min.time(), rome)
    time_machine.move_to(midnight + timedelta(seconds=1), tick=False)

    assert queries(client) > 0


def test_a_page_says_itself_until_when_it_is_true(client, guide, time_machine, monkeypatch):
    time_machine.move_to("2026-11-26 10:00+01:00", tick=False)
    drawing = GuidePage.get_context

    def closes(self, request, *args, **kwargs):
        fresh_until(request, None)
        fresh_until(request, timezone.now() + timedelta(seconds=60))
        fresh_until(request, timezone.now() + timedelta(seconds=90))
        return drawing(self, request, *args, **kwargs)

    monkeypatch.setattr(GuidePage, "get_context", closes)
    assert is_kept(client)
    time_machine.shift(61)
    assert queries(client) > 0


def test_what_is_over_already_is_not_kept(client, guide, monkeypatch):
    drawing = GuidePage.get_context

    def over(self, request, *args, **kwargs):
        fresh_until(request, timezone.now() - timedelta(seconds=1))
        return drawing(self, request, *args, **kwargs)

    monkeypatch.setattr(GuidePage, "get_context", over)

    assert not is_kept(client)


# -- never somebody else's --------------------------------------------------------------------------------------------


def test_what_was_drawn_for_somebody_never_reaches_a_stranger(client, guide):
    person = UserFactory(display_name="Samira Haddad", roles=["portal.editor"])
    client.force_login(person)
    theirs = client.get(GUIDE)
    assert "Samira Haddad" in theirs.text

    stranger = Browser().get(GUIDE)

    assert "Samira Haddad" not in stranger.text
    assert "private" in theirs.headers["Cache-Control"]
    assert "ETag" not in theirs.headers


def test_what_was_kept_for_strangers_is_not_shown_to_whoever_is_signed_in(client, guide):
    etag = client.get(GUIDE).headers["ETag"]
    client.force_login(UserFactory(display_name="Samira Haddad"))

    answer = client.get(GUIDE, headers={"If-None-Match": etag})

    assert answer.status_code == 200
    assert "Samira Haddad" in answer.text


def test_an_old_session_cookie_asks_anew_and_keeps_nothing(guide):
    for value in ("", "x" * 32, "0"):
        browser = Browser()
        browser.cookies["sessionid"] = value
        assert not is_kept(browser)
    assert queries(Browser()) > 0


def test_a_private_page_is_kept_for_nobody(client, guide):
    PageViewRestriction.objects.create(page=guide, restriction_type="login")
    client.force_login(UserFactory())
    assert client.get(GUIDE).status_code == 200

    assert Browser().get(GUIDE).status_code == 302
    assert Browser().get(GUIDE).status_code == 302


@pytest.mark.parametrize(
    "path", ["/nulla/", "/cerca/?q=luce", "/cerca/", "/account/login/", "/casa/", "/healthz"]
)
def test_what_is_no_public_page_is_not_kept(client, guide, path):
    for _time in range(2):
        client.get(path)

    assert entries() == []


@pytest.fixture
def answers(monkeypatch):
    """`answers(change)`: the guide's answer, with something done to request and answer on the way."""

    def with_change(change):
        serve = GuidePage.serve

        def changed(self, request, *args, **kwargs):
            response = serve(self, request, *args, **kwargs)
            change(request, response)
            return response

        monkeypatch.setattr(GuidePage, "serve", changed)

    return with_change


NOT_FOR_ALL = {
    "a cookie": lambda request, response: response.set_cookie("a", "b"),
    "a session": lambda request, response: request.session.__setitem__("a", "b"),
    "a token": lambda request, response: get_token(request),
    "a message": lambda request, response: messages.info(request, "Fatto."),
    "private": lambda request, response: response.headers.__setitem__("Cache-Control", "private"),
    "never stored": lambda request, response: response.headers.__setitem__("Cache-Control", "no-store"),
    "a policy of its own": lambda request, response: setattr(response, "_csp_update", {"img-src": ["x"]}),
    "a failure": lambda request, response: setattr(response, "status_code", 500),
    "not found": lambda request, response: setattr(response, "status_code", 404),
    "no page": lambda request, response: response.headers.__setitem__("Content-Type", "application/json"),
    "a preview": lambda request, response: setattr(request, "is_preview", True),
}


@pytest.mark.parametrize("why", NOT_FOR_ALL)
def test_an_answer_with_something_of_one_visitor_in_it_is_not_kept(client, guide, answers, why):
    answers(NOT_FOR_ALL[why])
    client.raise_request_exception = False
    client.get(GUIDE)

    assert entries() == []
    with CaptureQueriesContext(connection) as captured:
        Browser().get(GUIDE)
    assert len(captured) > 0


def test_a_message_that_waits_is_shown_and_not_kept(client, guide):
    browser = Browser()
    browser.cookies["messages"] = "x"

    assert not is_kept(browser)


@pytest.mark.parametrize(
    "headers",
    [{"HX-Request": "true"}, {"Range": "bytes=0-10"}, {"Authorization": "Basic eA=="}],
    ids=lambda headers: next(iter(headers)),
)
def test_a_request_for_something_else_neither_gets_nor_leaves_an_entry(client, guide, headers):
    client.get(GUIDE, headers=headers)
    assert queries(client) > 0
    assert queries(client, headers=headers) > 0


def test_a_draft_that_an_editor_looks_at_is_neither_kept_nor_answered_from_what_was(client, guide):
    client.get(GUIDE)
    guide.title = "Una bozza segreta"

    preview = guide.make_preview_request()

    assert "Una bozza segreta" in preview.text
    assert "Una bozza segreta" not in Browser().get(GUIDE).text


# -- poison -----------------------------------------------------------------------------------------------------------

POISON = [
    {"HTTP_HOST": "boese.example"},
    {"HTTP_HOST": "testserver:81"},
    {"HTTP_HOST": "testserver:80@boese.example"},
    {"HTTP_HOST": "TESTSERVER"},
    {"HTTP_X_FORWARDED_HOST": "boese.example"},
    {"HTTP_X_FORWARDED_PROTO": "https"},
    {"HTTP_X_FORWARDED_PORT": "4444"},
    {"HTTP_X_FORWARDED_FOR": "127.0.0.1"},
    {"HTTP_X_ORIGINAL_URL": "/admin/"},
    {"HTTP_X_REWRITE_URL": "/admin/"},
    {"HTTP_X_HTTP_METHOD_OVERRIDE": "POST"},
    {"HTTP_FORWARDED": "host=boese.example;proto=https"},
    {"HTTP_ACCEPT_LANGUAGE": "ar"},
    {"HTTP_ACCEPT_ENCODING": "gzip;q=0, boese"},
    {"HTTP_COOKIE": "django_language=ar; a=<script>"},
    {"HTTP_USER_AGENT": "<script>alert(1)</script>"},
    {"HTTP_REFERER": "https://boese.example/<script>"},
]


@pytest.mark.parametrize("headers", POISON, ids=lambda headers: " ".join(map("=".join, headers.items())))
def test_nothing_that_a_stranger_sends_is_served_to_the_next(guide, headers):
    clean = Browser().get(GUIDE)
    caches[ALIAS].clear()
    Browser().get(GUIDE, **headers)

    answer = Browser().get(GUIDE)

    assert answer.content == clean.content
    assert dict(answer.items()) == dict(clean.items())
    assert b"boese" not in answer.content


def test_a_host_that_is_not_ours_is_refused_before_and_after_a_page_is_kept(client, guide):
    for _time in range(2):
        assert Browser().get(GUIDE, HTTP_HOST="boese.example").status_code == 400
        client.get(GUIDE)


def test_a_host_under_a_wildcard_is_served_and_not_kept(guide, settings):
    settings.ALLOWED_HOSTS = [".abitare.example"]

    assert not is_kept(Browser(), HTTP_HOST="x.abitare.example")


def test_links_of_one_scheme_are_not_shown_under_the_other(client, guide):
    plain, safe = client.get(GUIDE), client.get(GUIDE, secure=True, SERVER_PORT="443")

    assert 'rel="canonical" href="https://testserver/' in safe.text
    assert 'rel="canonical" href="http://testserver/' in plain.text
    assert client.get(GUIDE, secure=True, SERVER_PORT="443").content == safe.content


def test_an_endless_address_makes_no_entry(guide, monkeypatch):
    """A page that is there, at an address as long as the longest that is kept, and at one letter more."""
    monkeypatch.setattr(page_cache, "LONGEST_PATH", len(GUIDE))
    assert is_kept(Browser())
    caches[ALIAS].clear()
    monkeypatch.setattr(page_cache, "LONGEST_PATH", len(GUIDE) - 1)

    assert not is_kept(Browser())
    assert entries() == []


@pytest.mark.parametrize(
    ("said", "takes"),
    [
        ("gzip", True),
        ("br, GZIP;q=0.5, *;q=0", True),
        ("deflate, gzip ; q = 1.000", True),
        ("*", True),
        ("gzip;q=0", False),
        ("br;q=1.0, gzip;q=0.000, *", False),
        ("*;q=0", False),
        ("br, deflate", False),
        ("", False),
        ("not-gzip", False),
    ],
)
def test_what_is_kept_comes_packed_to_whoever_takes_it_so(guide, said, takes):
    for _time in range(2):  # drawn, then kept
        answer = Browser().get(GUIDE, headers={"Accept-Encoding": said})
        assert (answer.headers.get("Content-Encoding") == "gzip") is takes
    assert ("<h1" in answer.content.decode(errors="replace")) is not takes


# -- several processes, and when the cache is away --------------------------------------------------------------------


def test_switched_off_every_page_is_drawn(client, guide, settings):
    settings.PORTAL_PAGE_CACHE = 0

    assert not is_kept(client)
    assert "ETag" not in client.get(GUIDE).headers


def test_an_evicted_generation_brings_nothing_back(client, guide):
    client.get(GUIDE)
    guide.title = "Il titolo che vale"
    guide.save_revision().publish()
    caches[ALIAS].delete(whole_pages.GENERATION)

    assert "Il titolo che vale" in client.get(GUIDE).text


@pytest.fixture
def away(settings):
    redis = {"LOCATION": "redis://127.0.0.1:1/0", "OPTIONS": {"socket_connect_timeout": 0.2}}
    ours._away_until.clear()
    settings.CACHES = {
        **settings.CACHES,
        "pages": {"BACKEND": "portal.caches.RedisOrDrawnAnewCache", **redis},
    }
    yield
    ours._away_until.clear()


def test_while_the_cache_is_away_each_page_is_drawn_anew(away, client, guide):
    assert queries(client) > 0
    assert queries(client) > 0


def test_a_purge_that_nobody_heard_is_made_up_for(client, guide, monkeypatch):
    client.get(GUIDE)
    pages, name = caches[ALIAS], whole_pages.GENERATION
    monkeypatch.setattr(pages, "set", lambda *a, **k: None)
    monkeypatch.setattr(pages, "get", lambda key, *a, **k: None)
    purge_pages()
    monkeypatch.undo()
    assert whole_pages._owed
    assert pages.get(name) is not None

    assert queries(client) > 0
    assert not whole_pages._owed


def test_two_processes_name_one_generation():
    """Whoever comes second believes whoever came first."""
    caches[ALIAS].delete(whole_pages.GENERATION)

    assert generation() == generation()
