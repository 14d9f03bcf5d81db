"""Links that lead nowhere: found in the words of pages, and asked politely of other sites."""

import contextlib
import socket
import threading
import time
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.utils import timezone

from portal.pages.editing import addresses, link_check
from portal.pages.editing.models import PageLink, PageState
from portal.pages.models import GuidePage, SectionPage
from tests.portal.pages.tree import home, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def section():
    return write(SectionPage, home(), "Abitare")


def guide_with(section, html):
    page = write(GuidePage, section, "Rifiuti", body=[("paragraph", html)])
    PageState.note(page)
    return page


def broken(page):
    return list(PageLink.objects.filter(page=page).broken().values_list("words", flat=True))


def test_a_link_to_a_page_breaks_when_the_page_goes_and_heals_when_it_is_back(section):
    other = write(GuidePage, section, "Vetro")
    page = guide_with(section, f'<p>Vedi <a linktype="page" id="{other.pk}">il vetro</a>.</p>')
    assert broken(page) == []
    other.unpublish()
    assert broken(page) == ["il vetro"]
    other.refresh_from_db()
    other.save_revision().publish()
    assert broken(page) == []
    other.delete()
    assert broken(page) == ["il vetro"]


def test_a_page_that_is_out_in_another_language_alone_is_somewhere(section):
    english = write(SectionPage, home("en"), "Living here", translates=section)
    other = write(GuidePage, section, "Vetro")
    write(GuidePage, english, "Glass", translates=other)
    page = guide_with(section, f'<p><a linktype="page" id="{other.pk}">vetro</a></p>')
    other.unpublish()
    assert broken(page) == [], "readers are led to the English page"


@pytest.mark.parametrize(
    ("address", "leads"),
    [
        ("/manutenzione/", True),
        ("/en/manutenzione/", True),
        ("/abitare/", True),
        ("/en/abitare/", True),
        ("/abitare/?x=1#qui", True),
        ("/non-esiste/", False),
        ("/abitare/nemmeno/", False),
        ("http://localhost:8000/non-esiste/", False),
    ],
)
def test_an_address_of_ours_is_one_that_somebody_answers(section, address, leads):
    page = guide_with(section, f'<p><a href="{address}">qui</a></p>')
    assert (broken(page) == []) is leads


def test_a_file_that_is_gone_and_a_link_without_words(section):
    page = guide_with(
        section, '<p><a linktype="document" id="99999">il modulo</a> <a href="/abitare/"></a></p>'
    )
    assert broken(page) == ["il modulo"]
    assert PageLink.objects.nameless().count() == 1


def test_mail_and_telephones_are_no_links_to_a_page(section):
    page = guide_with(
        section, '<p><a href="mailto:a@abitare.example">a</a> <a href="tel:0200000000">b</a></p>'
    )
    assert not PageLink.objects.filter(page=page).exists()


def test_what_the_page_no_longer_says_is_forgotten(section):
    page = guide_with(section, '<p><a href="/non-esiste/">qui</a></p>')
    page.body = [("heading", "Vetro")]
    page.save_revision().publish()
    assert broken(page) == []


# -- other sites --------------------------------------------------------------------------------------------------


class _Site(BaseHTTPRequestHandler):
    def _answer(self):
        self.server.asked.append((self.command, self.headers["Host"], self.path))
        where = self.path.strip("/")
        if where.startswith("to="):
            self.send_response(302)
            self.send_header("Location", where.removeprefix("to="))
        elif where == "drops":
            with contextlib.suppress(OSError):
                for drop in b"HTTP/1.0 200 " + b"O" * 200:
                    self.wfile.write(bytes([drop]))
                    time.sleep(0.05)
            return
        elif where == "nohead":
            self.send_response(405 if self.command == "HEAD" else 200)
        else:
            self.send_response(int(where or 200))
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_HEAD = _answer  # noqa: N815

    def log_message(self, *args):
        """Nothing."""


@pytest.fixture
def site(monkeypatch, settings):
    """A site on this machine that stands for one on the internet: only its name leads to it."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Site)
    server.asked = []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    known = {"site.org": "93.184.215.14", "inside.org": "10.0.0.7"}
    real = socket.create_connection

    def names(host, port, *args, **kwargs):
        if host.replace(".", "").isdigit() or ":" in host:
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (host, port))]
        if host not in known:
            raise socket.gaierror
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (known[host], port))]

    def connect(where, *args, **kwargs):
        assert where == ("93.184.215.14", 80), f"nobody is to be asked at {where}"
        return real(server.server_address, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", names)
    monkeypatch.setattr(socket, "create_connection", connect)
    settings.PORTAL_CHECK_LINKS = True
    yield server
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("http://site.org/200", "200"),
        ("http://site.org/404", "404"),
        ("http://site.org/nohead", "200"),
        ("http://site.org/to=http://site.org/404", "404"),
        ("http://site.org/to=/to=/to=/to=/to=/200", "circle"),
        ("http://nobody.org/", "unknown"),
        ("http://inside.org/", "refused"),
        ("http://127.0.0.1/", "refused"),
        ("http://169.254.169.254/latest/", "refused"),
        ("http://[::1]/", "refused"),
        ("http://[::ffff:10.0.0.1]/", "refused"),
        ("http://[64:ff9b::a00:1]/", "refused"),
        ("http://site.org:6379/", "refused"),
        ("http://me@site.org/", "refused"),
        ("ftp://site.org/", "refused"),
        ("http://site.org/to=http://inside.org/", "refused"),
        ("http://site.org/to=http://localhost:8000/", "refused"),
        ("http://site.org/to=file:///etc/passwd", "refused"),
        ("http://[broken/", "refused"),
    ],
)
def test_what_an_address_answers_and_nothing_inside_is_ever_asked(site, address, status):
    assert link_check.look(address) == status


def test_each_link_is_asked_once_a_week_and_each_site_once_in_a_run(site, section):
    page = guide_with(
        section,
        '<p><a href="http://site.org/404">a</a> <a href="http://site.org/200">b</a> '
        '<a href="https://girasole.abitare.example/">c</a></p>',
    )
    link_check.check_links()
    link_check.check_links()
    assert [path for _method, _host, path in site.asked if _method == "HEAD"] == ["/200", "/404"]
    link_check.check_links()
    assert broken(page) == ["a"]
    count = len(site.asked)
    link_check.check_links()
    assert len(site.asked) == count, "nobody is asked again before a week is over"
    PageLink.objects.update(seen_at=timezone.now() - timedelta(days=8))
    link_check.check_links()
    assert len(site.asked) > count


def test_a_site_that_is_down_once_is_not_broken_yet(site, section):
    page = guide_with(section, '<p><a href="http://site.org/503">a</a></p>')
    link_check.check_links()
    assert broken(page) == []
    PageLink.objects.update(seen_at=timezone.now() - timedelta(days=8))
    link_check.check_links()
    assert broken(page) == ["a"]


def test_an_installation_may_ask_nobody(site, section, settings):
    settings.PORTAL_CHECK_LINKS = False
    guide_with(section, '<p><a href="http://site.org/404">a</a></p>')
    link_check.check_links()
    assert site.asked == []


def test_a_site_that_answers_drop_by_drop_is_left_in_time(site, monkeypatch):
    monkeypatch.setattr(link_check, "ALTOGETHER", 0.5)
    begun = time.monotonic()

    assert link_check.look("http://site.org/drops") == "silent"
    assert time.monotonic() - begun < 5, "each drop alone comes soon enough"


def test_an_address_of_ours_is_looked_at_once_a_day(section, monkeypatch):
    guide_with(section, '<p><a href="/abitare/">qui</a></p>')
    asked = []
    monkeypatch.setattr(addresses, "leads_somewhere", lambda target: not asked.append(target))
    for _hour in range(2):
        link_check.check_links()
    assert asked == ["/abitare/"]

    PageLink.objects.update(seen_at=timezone.now() - timedelta(hours=25))
    link_check.check_links()
    assert asked == ["/abitare/"] * 2
