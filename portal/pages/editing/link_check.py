"""Whether links to other sites still lead somewhere: asked once a week, of each site once an hour at most.

Editors write any address. Only the public internet is asked: every name is looked up first, and what is connected to is
the address that was looked at, at each step of a redirect anew. Nothing of an answer is kept but its status.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
from contextlib import suppress
from datetime import timedelta
from time import monotonic
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.db.models import F, Min
from django.utils import timezone

from .models import PageLink

AGAIN = timedelta(days=7)
AGAIN_HERE = timedelta(days=1)  # addresses of ours: apps come and go with the code
AT_A_TIME = 30  # sites asked in one run, each once
TIMEOUT = 10  # seconds, for each step of the way
ALTOGETHER = 30  # seconds for one address, however it answers: drop by drop, or sending on and on
REDIRECTS = 4
ENOUGH = 2  # times that a site gave no answer, before the link is called broken: sites fall and rise
PORTS = {"http": 80, "https": 443}
# Nobody's, by standard: what stands in an example is not asked.
RESERVED = (".example", ".test", ".invalid", ".localhost", ".local", ".internal")
_NO_HEAD = frozenset({400, 403, 404, 405, 501})


class Refused(ValueError):
    """This address is none that we ask."""


def parts(address: str) -> tuple[str, str, str]:
    """Scheme, host and what is asked for there. Raises Refused; asks no name server."""
    try:
        url = urlsplit(address)
        port = url.port
    except ValueError:
        raise Refused("malformed") from None
    host = (url.hostname or "").lower().rstrip(".")
    if url.scheme not in PORTS or not host or "@" in url.netloc or "\\" in address:
        raise Refused("scheme")
    if any(c.isspace() or ord(c) < 32 for c in address) or port not in (None, PORTS[url.scheme]):
        raise Refused("malformed")
    try:
        host = host.encode("idna").decode()
    except UnicodeError:
        raise Refused("malformed") from None
    return url.scheme, host, (url.path or "/") + (f"?{url.query}" if url.query else "")


def public_address(host: str, port: int) -> str:
    """Where the host is. Raises Refused where any of it lies inside a network, OSError where nobody knows it."""
    found = sorted({info[4][0] for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)})
    if not found or not all(is_public(address) for address in found):
        raise Refused("private")
    return min(found, key=lambda address: ":" in address)


def is_public(address: str) -> bool:
    ip = ipaddress.ip_address(address.partition("%")[0])
    inner = [getattr(ip, name, None) for name in ("ipv4_mapped", "sixtofour")]
    if ip.version == 6 and ip in ipaddress.ip_network("64:ff9b::/96"):
        inner.append(ipaddress.ip_address(int(ip) & 0xFFFFFFFF))
    return ip.is_global and not ip.is_multicast and all(i is None or i.is_global for i in inner)


class _Plain(http.client.HTTPConnection):
    def __init__(self, host: str, address: str) -> None:
        super().__init__(host, PORTS["http"], timeout=TIMEOUT)
        self._address = address

    def connect(self) -> None:
        self.sock = socket.create_connection((self._address, self.port), self.timeout)


class _Safe(http.client.HTTPSConnection):
    def __init__(self, host: str, address: str) -> None:
        super().__init__(host, PORTS["https"], timeout=TIMEOUT, context=ssl.create_default_context())
        self._address = address

    def connect(self) -> None:
        plain = socket.create_connection((self._address, self.port), self.timeout)
        self.sock = self._context.wrap_socket(plain, server_hostname=self.host)


def _hang_up(connection: http.client.HTTPConnection) -> None:
    if connection.sock is not None:
        with suppress(OSError):
            # Past what encrypts, which another thread is reading from.
            socket.socket.shutdown(connection.sock, socket.SHUT_RDWR)


def _ask(method: str, scheme: str, host: str, path: str, until: float) -> tuple[int, str]:
    """One question to one host: the status and where it sends on. Raises OSError when it has taken too long."""
    address = public_address(host, PORTS[scheme])
    connection = (_Safe if scheme == "https" else _Plain)(host, address)
    headers = {
        "User-Agent": f"{settings.PORTAL_NAME} link check (+{settings.WAGTAILADMIN_BASE_URL})",
        "Accept": "*/*",
        "Connection": "close",
    }
    watch = None
    try:
        connection.connect()
        left = until - monotonic()
        if left <= 0:
            raise TimeoutError
        watch = threading.Timer(left, _hang_up, [connection])
        watch.daemon = True
        watch.start()
        connection.request(method, path.encode("ascii", "ignore").decode(), headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.headers.get("Location", "")
    finally:
        if watch is not None:
            watch.cancel()
        connection.close()


def look(address: str) -> str:
    """What an address answers: a status ("200", "404"), or "refused", "unknown" (no such name), "silent", "circle"."""
    until = monotonic() + ALTOGETHER
    for _step in range(REDIRECTS + 1):
        try:
            scheme, host, path = parts(address)
            status, onward = _ask("HEAD", scheme, host, path, until)
            if status in _NO_HEAD:
                status, onward = _ask("GET", scheme, host, path, until)
        except Refused:
            return "refused"
        except socket.gaierror:
            return "unknown"
        except (OSError, http.client.HTTPException, UnicodeError, ValueError):
            return "silent"
        if status not in (301, 302, 303, 307, 308) or not onward:
            return str(status)
        address = urljoin(address, onward)
    return "circle"


def is_gone(status: str, failures: int) -> bool:
    """Who says that there is nothing is believed at once; who says nothing, after a second try. A door that is shut to
    machines (401, 403, 429) may be open to people."""
    if status in ("404", "410", "refused", "circle"):
        return True
    return failures >= ENOUGH


def _failed(status: str) -> bool:
    return not status.isdigit() or status in ("404", "410") or status.startswith("5")


def check_links() -> None:
    """Those that nobody has looked at for a week, the longest first, and of each site one."""
    PageLinkKind = PageLink.Kind
    from .addresses import leads_somewhere

    here = PageLink.objects.filter(kind=PageLinkKind.HERE).exclude(seen_at__gt=timezone.now() - AGAIN_HERE)
    for target in here.order_by().values_list("target", flat=True).distinct():
        PageLink.objects.filter(kind=PageLinkKind.HERE, target=target).update(
            is_broken=not leads_somewhere(target), seen_at=timezone.now()
        )
    if not settings.PORTAL_CHECK_LINKS:
        return
    outside = PageLink.objects.filter(kind=PageLinkKind.OUTSIDE)
    due = (
        outside.exclude(seen_at__gt=timezone.now() - AGAIN)
        .order_by()
        .values("target")
        .annotate(since=Min("seen_at"))
        .order_by(F("since").asc(nulls_first=True), "target")
    )
    asked: set[str] = set()
    for target in due.values_list("target", flat=True).iterator():
        host = _host(target)
        if host in asked or host.endswith(RESERVED):
            continue
        if len(asked) >= AT_A_TIME:
            break
        asked.add(host)
        _keep(target, look(target))


def _host(target: str) -> str:
    try:
        return (urlsplit(target).hostname or target).lower()
    except ValueError:
        return target


def _keep(target: str, status: str) -> None:
    rows = PageLink.objects.filter(kind=PageLink.Kind.OUTSIDE, target=target)
    known = max(rows.values_list("failures", flat=True), default=0)
    failures = known + 1 if _failed(status) else 0
    rows.update(
        status=status,
        failures=min(failures, 1000),
        is_broken=failures > 0 and is_gone(status, failures),
        seen_at=timezone.now(),
    )
