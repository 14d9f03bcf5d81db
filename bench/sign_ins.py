"""Three hundred people sign in at once with their passwords: what do the others feel of it?"""

from __future__ import annotations

import re
import statistics
import threading
from collections.abc import Iterator
from http.client import HTTPConnection
from urllib.parse import urlencode, urlsplit

from tests.harness.server import PortalServer

from .timing import Asker

CLIENTS, EACH = 30, 10
USUAL = 60  # answers that say what is usual
PASSWORD = "quattro tigli in fila"
PAGES = ("/", "/casa/")


class SignsIn(threading.Thread):
    """One client with an address of its own, which signs in again and again, each time as in a new browser."""

    def __init__(self, number: int, url: str, email: str):
        super().__init__(daemon=True)
        self.parts, self.email = urlsplit(url), email
        self.source = (f"127.0.1.{number}", 0)
        self.signed_in = 0
        self.error: Exception | None = None

    def run(self) -> None:
        try:
            for _turn in range(EACH):
                self._sign_in()
        except Exception as error:
            self.error = error

    def _sign_in(self) -> None:
        connection = HTTPConnection("127.0.0.1", self.parts.port, timeout=120, source_address=self.source)
        headers = {"Host": self.parts.netloc}
        connection.request("GET", "/account/login/", headers=headers)
        answer = connection.getresponse()
        page = answer.read().decode()
        cookie = answer.getheader("Set-Cookie").split(";")[0]
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
        form = urlencode({"login": self.email, "password": PASSWORD, "csrfmiddlewaretoken": token})
        kind = "application/x-www-form-urlencoded"
        connection.request(
            "POST", "/account/login/", form, {**headers, "Cookie": cookie, "Content-Type": kind}
        )
        answer = connection.getresponse()
        answer.read()
        connection.close()
        if answer.status != 302:
            raise RuntimeError(f"signing in was answered {answer.status}")
        self.signed_in += 1


def others_meanwhile(server: PortalServer) -> Iterator[tuple[str, str]]:
    """For each page: its median while they sign in, against its median before."""
    emails = server.python(
        "from portal.people.models import User\n"
        f"people = list(User.objects.filter(username__startswith='resident-', email__isnull=False)[:{CLIENTS}])\n"
        f"for person in people: person.set_password({PASSWORD!r}); person.save(); print(person.email)"
    ).split()
    session = server.sign_in("tenant")
    cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in session.cookies)
    askers = {path: Asker(f"{server.url}{path}", cookies=cookies if path != "/" else "") for path in PAGES}
    for _turn in range(USUAL):
        for asker in askers.values():
            asker.ask()
    usual = {path: statistics.median(asker.seconds[10:]) for path, asker in askers.items()}
    clients = [SignsIn(number, server.url, email) for number, email in enumerate(emails, start=1)]
    for asker in askers.values():
        asker.seconds.clear()
    for client in clients:
        client.start()
    while any(client.is_alive() for client in clients):
        for asker in askers.values():
            asker.ask()
    for client in clients:
        if client.error:
            raise client.error
    yield "sign-ins", f"{sum(client.signed_in for client in clients)} from {len(clients)} clients"
    for path, asker in askers.items():
        meanwhile = statistics.median(asker.seconds)
        yield (
            f"{path} meanwhile",
            f"{meanwhile / usual[path]:6.1f} × its usual time   ({len(asker.seconds)} answers)",
        )
