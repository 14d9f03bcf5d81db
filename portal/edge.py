"""The edge of the application: how large a body may be, and how long it may keep us waiting.

Django reads a whole request to memory or disk before any code of ours sees it, and waits for it for ever. `Edge`
stands in front of an ASGI application and answers 413 or 408 instead; `WsgiEdge` does what is needed under WSGI,
where the server has its own time limit. Two settings say how much and how long:

- ``PORTAL_MAX_BODY``: bytes a request body may have.
- ``PORTAL_BODY_IDLE``: seconds that may pass without a byte of it.
"""

import asyncio
import logging
from time import monotonic

from django.conf import settings
from django.template import TemplateDoesNotExist
from django.template.loader import get_template
from django.utils import translation
from django.utils.html import format_html
from django.utils.translation import gettext as _

from portal.ui.installation import installation

from .turnstile import TooMany, Turnstile, is_door

logger = logging.getLogger(__name__)

MEBIBYTE = 1024 * 1024
# A body that trickles is stalled as well: after the grace it must have come at this pace, on average.
GRACE = 60  # seconds
SLOWEST = 512  # bytes a second
# Browsers read an answer only when they have sent their body, or failed to. So we let go of the connection a little
# later, throwing away what still comes: within these limits a phone gets to see the page and not "connection reset".
DRAIN_SECONDS = 5
DRAIN_BYTES = 64 * MEBIBYTE
DOOR_BODY = 64 * 1024  # bytes; who signs in sends a few words

HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Cache-Control": "no-store",
    "Connection": "close",
    "Content-Security-Policy": "default-src 'self'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(self), geolocation=(self)",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class Edge:
    """Wrap an ASGI application; scopes other than HTTP pass untouched."""

    def __init__(self, app):
        self.app = app
        self.turnstile = Turnstile()

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        at_the_door = is_door(scope)
        limit = DOOR_BODY if at_the_door else settings.PORTAL_MAX_BODY
        if _announced(dict(scope["headers"]).get(b"content-length")) > limit:
            return await _refuse(413, scope, receive, send)
        body = _Body(receive, limit)

        async def send_unless_refused(message):
            if not body.refused_with:
                await send(message)

        if at_the_door:
            try:
                answer = await self._through_the_turnstile(scope, body)
            except TooMany:
                return await _refuse(429, scope, receive, send)
            for message in answer:
                await send_unless_refused(message)
        else:
            await self.app(scope, body.receive, send_unless_refused)
        if body.refused_with:
            await _refuse(body.refused_with, scope, receive, send)

    async def _through_the_turnstile(self, scope, body):
        """The application's answer, whole: neither who sends slowly nor who reads slowly holds the others up."""
        answer = []

        async def keep(message):
            answer.append(message)

        await body.gather()
        async with self.turnstile.turn(scope):
            await self.app(scope, body.receive, keep)
        return answer


class _Body:
    """A request's body on its way to the application.

    When it is refused, the application hears that the client has gone: it throws away what it has and returns.
    """

    def __init__(self, receive, limit):
        self._receive = receive
        self._limit = limit
        self._started = monotonic()
        self._size = 0
        self._complete = False
        self._gathered = []
        self.refused_with = None

    async def gather(self):
        """Wait for all of it now, so that nobody waits in line behind whoever sends slowly."""
        while not (self._complete or self.refused_with):
            message = await self._next()
            self._gathered.append(message)
            if message["type"] == "http.disconnect":
                break

    async def receive(self):
        if self._gathered:
            return self._gathered.pop(0)
        return await self._next()

    async def _next(self):
        if self.refused_with:
            return {"type": "http.disconnect"}
        if self._complete:
            return await self._receive()
        try:
            async with asyncio.timeout(self._patience()):
                message = await self._receive()
        except TimeoutError:
            return self._refuse(408)
        if message["type"] == "http.request":
            self._size += len(message.get("body", b""))
            self._complete = not message.get("more_body", False)
            if self._size > self._limit:
                return self._refuse(413)
        return message

    def _patience(self):
        """Seconds we still wait for the next bytes."""
        deadline = self._started + GRACE + self._size / SLOWEST
        return max(0, min(settings.PORTAL_BODY_IDLE, deadline - monotonic()))

    def _refuse(self, status):
        self.refused_with = status
        return {"type": "http.disconnect"}


async def _refuse(status, scope, receive, send):
    page = await asyncio.to_thread(refusal_page, status, scope["path"])
    headers = {**HEADERS, "Content-Length": str(len(page))}
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
        }
    )
    await send({"type": "http.response.body", "body": page, "more_body": True})
    if status == 413:
        await _drain(receive)
    await send({"type": "http.response.body", "body": b""})


async def _drain(receive):
    drained = 0
    try:
        async with asyncio.timeout(DRAIN_SECONDS):
            while drained < DRAIN_BYTES:
                message = await receive()
                if message["type"] == "http.disconnect" or not message.get("more_body", False):
                    break
                drained += len(message.get("body", b""))
    except TimeoutError:
        pass


class WsgiEdge:
    """Wrap a WSGI application. Django ignores a WSGI body without a length, so its announced length is what counts."""

    def __init__(self, app):
        self.app = app

    def __call__(self, environ, start_response):
        if _announced(environ.get("CONTENT_LENGTH")) <= settings.PORTAL_MAX_BODY:
            return self.app(environ, start_response)
        page = refusal_page(413, environ.get("PATH_INFO", "/"))
        # Whether the connection closes is the WSGI server's to say.
        headers = {**HEADERS, "Content-Length": str(len(page))}
        del headers["Connection"]
        start_response("413 Content Too Large", list(headers.items()))
        return [page]


def _announced(content_length):
    try:
        return int(content_length or 0)
    except ValueError:
        return 0


def refusal_page(status, path):
    """The page for 413 or 408 as bytes, in the language of the address."""
    language = translation.get_language_from_path(path) or settings.LANGUAGE_CODE
    with translation.override(language):
        context = {
            **installation(),
            "LANGUAGE_CODE": language,
            "LANGUAGE_BIDI": translation.get_language_bidi(),
            "limit": settings.PORTAL_MAX_BODY // MEBIBYTE,
        }
        try:
            return get_template(f"{status}.html").render(context).encode()
        except TemplateDoesNotExist:
            return _plain_page(status, context).encode()
        except Exception:
            logger.exception("The page for %s could not be rendered", status)
            return _plain_page(status, context).encode()


def _plain_page(status, context):
    if status == 413:
        title = _("Too much at once")
        text = (
            _("What you sent is larger than %(limit)d MB. Go back and send fewer or smaller photos.")
            % context
        )
    else:
        title = _("The connection was too slow")
        text = _("What you sent did not arrive. Go back and send it again when the connection is better.")
    return format_html(
        '<!doctype html><html lang="{}" dir="{}"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><title>{}</title><h1>{}</h1><p>{}</p></html>',
        context["LANGUAGE_CODE"],
        "rtl" if context["LANGUAGE_BIDI"] else "ltr",
        title,
        title,
        text,
    )
