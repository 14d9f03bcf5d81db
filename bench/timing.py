"""How long answers take: one client, one connection each, turn by turn, so that both see the same machine."""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse, RemoteDisconnected
from itertools import repeat
from urllib.parse import urlsplit

WARM_UP = 15
TURNS = 120


@dataclass(frozen=True)
class Pace:
    """Seconds from asking to the last byte: the median, and the one that 95 of 100 stay below."""

    median: float
    p95: float

    @classmethod
    def of(cls, seconds: list[float]) -> Pace:
        return cls(statistics.median(seconds), statistics.quantiles(seconds, n=20)[-1])


class Asker:
    """Asks over one connection: for one address again and again, or for each of several once."""

    def __init__(self, *urls: str, cookies: str = "", status: int = 200):
        parts = urlsplit(urls[0])
        self.paths = repeat(_path(urls[0])) if len(urls) == 1 else map(_path, urls)
        self.connection = HTTPConnection(parts.hostname, parts.port, timeout=60)
        self.headers = {"Accept-Language": "it", **({"Cookie": cookies} if cookies else {})}
        self.status = status
        self.seconds: list[float] = []
        self.size = len(self.ask())

    def ask(self) -> bytes:
        path = next(self.paths)
        start = time.perf_counter()
        try:
            answer = self._get(path)
        except (RemoteDisconnected, ConnectionError):
            # A server hangs up on whoever says nothing for five seconds: the others had their turn.
            self.connection.close()
            start = time.perf_counter()
            answer = self._get(path)
        body = answer.read()
        self.seconds.append(time.perf_counter() - start)
        if answer.status != self.status:
            raise RuntimeError(f"{path} answered {answer.status}, not {self.status}")
        return body

    def _get(self, path: str) -> HTTPResponse:
        self.connection.request("GET", path, headers=self.headers)
        return self.connection.getresponse()


def _path(url: str) -> str:
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def take_turns(*askers: Asker, turns: int = TURNS) -> list[Pace]:
    """Every asker's pace, measured in turns after a warm-up."""
    for turn in range(WARM_UP + turns):
        if turn == WARM_UP:
            for asker in askers:
                asker.seconds.clear()
        for asker in askers:
            asker.ask()
    return [Pace.of(asker.seconds) for asker in askers]
