"""How often somebody may do something. Counters live in the shared cache, so all processes count together.

A limit costs two cache operations however often it is hit. Windows are fixed: "20/h" means twenty in each clock hour
that the key sees, so at worst twice that around the turn of a window.
"""

from __future__ import annotations

import contextlib
import hashlib
import ipaddress
import time

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}  # seconds


def client_address(request: HttpRequest) -> str:
    """The address of the client, an IPv6 one cut to its /64 (a household gets a whole one).

    X-Forwarded-For is believed only as far as `PORTAL_TRUSTED_PROXIES` proxies of our own have written it: the entry
    that many places from its end. Whatever a client put before that is ignored.
    """
    ip = _ip_of(request)
    if ip is None:
        # A Unix socket has no address: all its clients count as one rather than as none.
        return "unknown"
    if isinstance(ip, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((int(ip), 64), strict=False).network_address)
    return str(ip)


def client_network(request: HttpRequest) -> str:
    """As `client_address`, but of IPv6 the /48 ("2001:db8:1::/48"): one customer may own that much."""
    ip = _ip_of(request)
    if isinstance(ip, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((int(ip), 48), strict=False))
    return client_address(request)


def _ip_of(request: HttpRequest) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    address = request.META.get("REMOTE_ADDR", "")
    if proxies := settings.PORTAL_TRUSTED_PROXIES:
        forwarded = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
        if len(forwarded) >= proxies and forwarded[-proxies]:
            address = forwarded[-proxies]
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return None
    return ip.ipv4_mapped or ip if isinstance(ip, ipaddress.IPv6Address) else ip


def limited(request: HttpRequest | None, name: str, rate: str, *, by: object = None) -> bool:
    """Count one attempt and say whether it was one too many.

    `name` is "app.what"; `rate` is "20/h", "5/10m", "100/d" (s, m, h, d); `by` is whom to count: a person, any text, or
    None for whoever asks (the person signed in, otherwise the client's address); a verb of a model, which knows the
    person and no request, passes None and `by`. Raises ValueError for a bad rate.
    """
    allowed, seconds = _parsed(rate)
    return _count(_key(request, name, seconds, by), seconds) > allowed


def forgive(request: HttpRequest, name: str, rate: str, *, by: object = None) -> None:
    """Take one attempt back: it was a good one."""
    _, seconds = _parsed(rate)
    with contextlib.suppress(ValueError):  # the window has turned meanwhile
        cache.decr(_key(request, name, seconds, by))


def _parsed(rate: str) -> tuple[int, int]:
    amount, _, period = rate.partition("/")
    if not amount.isdigit() or period[-1:] not in _UNITS or not (period[:-1] or "1").isdigit():
        raise ValueError(f"{rate!r} is no rate: write 20/h or 5/10m")
    return int(amount), int(period[:-1] or 1) * _UNITS[period[-1]]


def _key(request: HttpRequest | None, name: str, seconds: int, by: object) -> str:
    if by is None:
        by = (
            request.user
            if getattr(request, "user", None) and request.user.is_authenticated
            else client_address(request)
        )
    whom = f"person {by.pk}" if hasattr(by, "pk") else f"key {by}"
    window = int(time.time() // seconds)
    # Hashed, because a key may hold an e-mail address, or be as long as somebody likes.
    digest = hashlib.blake2b(f"{name}|{seconds}|{window}|{whom}".encode(), digest_size=16).hexdigest()
    return f"portal.limit.{digest}"


def _count(key: str, seconds: int) -> int:
    cache.add(key, 0, seconds)
    try:
        return cache.incr(key)
    except ValueError:
        return 1  # evicted between the two
