"""Where a push may be sent: to the services of the browsers, and to nothing else.

A browser names the address that its messages go to, so anybody can name any, one inside our own network for example. It
is taken only when its host is on the list, and contacted only at an address of the public internet, which is looked up
and then used: a name that answers differently the next time gains nothing.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext_lazy as _

PORT = 443
LONGEST = 1000  # characters
TIMEOUT = 10  # seconds, for each step of the way
ANSWER = 1024  # bytes of an answer that are read


class Refused(ValueError):
    """This address is none that we send to. The message is for whoever gave it, and names nothing of ours."""


def checked(endpoint: str) -> str:
    """The host of an address that may be sent to. Raises Refused; asks no name server."""
    if len(endpoint) > LONGEST or not endpoint.isascii() or any(c.isspace() or ord(c) < 32 for c in endpoint):
        raise Refused(_("This is not an address of a push service."))
    try:
        address = urlsplit(endpoint)
        port = address.port
    except ValueError:
        raise Refused(_("This is not an address of a push service.")) from None
    host = (address.hostname or "").lower()
    if address.scheme != "https" or not host or "@" in address.netloc or "\\" in endpoint or address.fragment:
        raise Refused(_("This is not an address of a push service."))
    if port not in (None, PORT) or not _is_listed(host):
        raise Refused(_("We do not send to this push service."))
    return host


def _is_listed(host: str) -> bool:
    """By its name, or below one that is written "*.name". A figure is no name."""
    for name in settings.PORTAL_PUSH_HOSTS:
        if name.startswith("*.") and host.endswith(name[1:]) and len(host) > len(name) - 1:
            return True
        if host == name:
            return True
    return False


def public_addresses(host: str) -> list[str]:
    """Where the host is, by its name server. Raises Refused where any of it lies inside a network, OSError for none."""
    found = {info[4][0] for info in socket.getaddrinfo(host, PORT, type=socket.SOCK_STREAM)}
    if not found or not all(_is_public(address) for address in found):
        raise Refused(_("We do not send to this push service."))
    return sorted(found, key=lambda address: ":" in address)


def _is_public(address: str) -> bool:
    ip = ipaddress.ip_address(address.partition("%")[0])
    inner = getattr(ip, "ipv4_mapped", None) or getattr(ip, "sixtofour", None)
    return ip.is_global and not ip.is_multicast and (inner is None or inner.is_global)


def context() -> ssl.SSLContext:
    return ssl.create_default_context()


class _Pinned(http.client.HTTPSConnection):
    """HTTPS to a host at an address that was looked at: its name is what the certificate must be for."""

    def __init__(self, host: str, address: str) -> None:
        super().__init__(host, PORT, timeout=TIMEOUT, context=context())
        self._address = address

    def connect(self) -> None:
        plain = socket.create_connection((self._address, self.port), self.timeout)
        self.sock = self._context.wrap_socket(plain, server_hostname=self.host)


def post(endpoint: str, body: bytes, headers: dict[str, str]) -> tuple[int, str]:
    """POST to a push service; returns the status and the Retry-After of its answer ("" for none).

    Follows no redirect and no proxy, and tells nothing but the body. Raises Refused, or OSError and HTTPException for a
    service that does not answer.
    """
    host = checked(endpoint)
    (address, *_others) = public_addresses(host)
    target = urlsplit(endpoint)
    connection = _Pinned(host, address)
    try:
        path = target.path or "/"
        connection.request("POST", f"{path}?{target.query}" if target.query else path, body, headers)
        answer = connection.getresponse()
        answer.read(ANSWER)
        return answer.status, answer.headers.get("Retry-After", "")
    finally:
        connection.close()
