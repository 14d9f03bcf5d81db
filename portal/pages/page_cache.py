"""Public pages, kept whole for whoever has not signed in: what is kept is answered without a question to the database.

What may be kept at all is decided by exclusion, twice. By the request: only GET and HEAD, only without a session, only
of a host that the portal calls its own, only with parameters that are known here. By the answer: only what was found,
complete, of a view that is marked, and with nothing in it that belongs to one visitor.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from io import StringIO
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.exceptions import DisallowedHost
from django.db.models.signals import post_delete, post_save
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers
from wagtail.models import Locale, Page, PageViewRestriction, Site
from wagtail.signals import page_published, page_slug_changed, page_unpublished, post_page_move

from portal.housing.models import Municipality
from portal.pages.directory.models import Place, Provider
from portal.pages.site.models import AgencyDetails
from portal.ui.packing import takes_gzip
from portal.ui.whole_pages import GENERATION, KEPT, earliest_end, generation, pay_purges, purge_pages, store

# A query that is known: which twenty of a list. With any other the page is drawn anew, and not kept.
QUERY = re.compile(r"(?:page=[1-9][0-9]?)?")
LONGEST_PATH = 300  # characters
LARGEST = 1_000_000  # bytes
# What an answer says of itself that was found out about this one request, or that the layers above add anew.
NOT_KEPT = frozenset({"content-length", "date", "set-cookie", "content-encoding", "connection"})
# Columns that a draft changes, and no reader sees.
OF_A_DRAFT = frozenset(
    {
        "draft_title", "has_unpublished_changes", "latest_revision", "latest_revision_created_at", "locked",
        "locked_at", "locked_by", "numchild", "go_live_at", "live_revision",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Kept:
    """An answer, plain and packed."""

    generation: str
    until: datetime
    body: bytes
    packed: bytes
    headers: tuple[tuple[str, str], ...]

    def as_response(self, request: HttpRequest) -> HttpResponse:
        takes_packed = takes_gzip(request)
        response = HttpResponse(self.packed if takes_packed else self.body)
        for name, value in self.headers:
            response.headers[name] = value
        if takes_packed:
            response.headers["Content-Encoding"] = "gzip"
        response.headers["Content-Length"] = str(len(response.content))
        return get_conditional_response(request, etag=response.headers["ETag"], response=response)


class PageCacheMiddleware:
    """Stands before whatever looks at sessions, and after what puts its headers on every answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key = key_of(request)
        if key is None:
            return self.get_response(request)
        pay_purges()
        found = store().get_many([GENERATION, key])
        now = found.get(GENERATION) or generation()
        kept = found.get(key)
        if kept is not None and kept.generation == now and timezone.now() < kept.until:
            return kept.as_response(request)
        response = self.get_response(request)
        if not may_be_kept(request, response):
            return response
        kept = _keep(request, response, now, key)
        return kept.as_response(request)


def key_of(request: HttpRequest) -> str | None:
    """Under what the answer to this request is kept; None where it is nobody else's business."""
    if settings.PORTAL_PAGE_CACHE <= 0 or request.method not in ("GET", "HEAD"):
        return None
    query = request.META.get("QUERY_STRING", "")
    if not QUERY.fullmatch(query) or len(request.path) > LONGEST_PATH:
        return None
    if settings.SESSION_COOKIE_NAME in request.COOKIES or CookieStorage.cookie_name in request.COOKIES:
        return None
    # A part for a script, a part of the bytes, somebody who says who they are in another way.
    if any(name in request.headers for name in ("HX-Request", "Range", "Authorization")):
        return None
    # What Wagtail draws for an editor comes by no wire.
    if isinstance(request.META.get("wsgi.input"), StringIO):
        return None
    host = own_host(request)
    if host is None:
        return None
    parts = "\n".join((request.scheme or "", host, request.path, query))
    return f"portal.page.{hashlib.blake2b(parts.encode(), digest_size=20).hexdigest()}"


def own_host(request: HttpRequest) -> str | None:
    """The host, as it stands in the links of the page, if it is one of few: a stranger chooses neither where the kept
    links lead nor how often a page is kept. None also for a host that Django is about to refuse."""
    try:
        host = request.get_host()
    except DisallowedHost:
        return None
    if host == urlsplit(settings.WAGTAILADMIN_BASE_URL).netloc:
        return host
    name, _colon, port = host.rpartition(":") if re.search(r":\d+$", host) else (host, "", "")
    is_here = not port or port == str(request.META.get("SERVER_PORT"))
    return host if is_here and name in settings.ALLOWED_HOSTS else None


def may_be_kept(request: HttpRequest, response: HttpResponse) -> bool:
    match = request.resolver_match
    marked = match is not None and (match.view_name == "wagtail_serve" or getattr(match.func, KEPT, False))
    if (
        request.method != "GET"
        or not marked
        or response.status_code != 200
        or response.streaming
        or response.cookies
    ):
        return False
    said = response.headers.get("Cache-Control", "")
    if any(word in said for word in ("private", "no-store", "no-cache", "max-age")):
        return False
    # Looked who is there, and found somebody all the same; began a session; told something; used a token; drew a draft.
    session = getattr(request, "session", None)
    if session is not None and (session.modified or session.session_key):
        return False
    if session is not None and session.accessed and request.user.is_authenticated:
        return False
    if len(getattr(request, "_messages", ())):
        return False
    if request.META.get("CSRF_COOKIE_NEEDS_UPDATE") or getattr(request, "is_preview", False):
        return False
    if any(name.startswith("_csp") for name in vars(response)):
        return False  # a policy of its own, which the layer above puts on this one answer
    if "Content-Encoding" in response.headers or len(response.content) > LARGEST:
        return False
    return response.headers.get("Content-Type", "").startswith("text/html")


def _keep(request: HttpRequest, response: HttpResponse, of: str, key: str) -> Kept:
    body = response.content
    patch_vary_headers(response, ["Accept-Encoding", "Cookie"])
    patch_cache_control(response, no_cache=True)
    headers = tuple((name, value) for name, value in response.items() if name.lower() not in NOT_KEPT)
    etag = hashlib.blake2b(body, digest_size=16).hexdigest()
    # The same for both packings.
    seconds = lasts(request)
    until = timezone.now() + timedelta(seconds=seconds)
    kept = Kept(of, until, body, gzip.compress(body, 6, mtime=0), (*headers, ("ETag", f'W/"{etag}"')))
    if seconds > 0:
        store().set(key, kept, seconds)
    return kept


def lasts(request: HttpRequest) -> int:
    """Seconds for which the answer may be kept: not beyond midnight, when "closes in 5 days" becomes 4, nor beyond what
    the page itself has said."""
    now = timezone.localtime()
    ends = [
        now + timedelta(seconds=settings.PORTAL_PAGE_CACHE),
        timezone.make_aware(datetime.combine(now.date() + timedelta(days=1), time.min)),
    ]
    if (end := earliest_end(request)) is not None:
        ends.append(end)
    return int((min(ends) - now).total_seconds())


# -- what purges ------------------------------------------------------------------------------------------------------


def page_saved(sender, instance, update_fields=None, **kwargs) -> None:
    if isinstance(instance, Page) and not (update_fields and set(update_fields) <= OF_A_DRAFT):
        purge_pages()


for signal in (page_published, page_unpublished, page_slug_changed, post_page_move):
    signal.connect(purge_pages, dispatch_uid="portal.pages.page_cache")
# What is Wagtail's own says nothing else when it changes.
post_save.connect(page_saved, dispatch_uid="portal.pages.page_cache")
post_delete.connect(page_saved, dispatch_uid="portal.pages.page_cache")
for model in (Site, Locale, PageViewRestriction, AgencyDetails, Municipality, Provider, Place):
    for signal in (post_save, post_delete):
        signal.connect(purge_pages, sender=model, dispatch_uid=f"portal.pages.page_cache.{model.__name__}")
