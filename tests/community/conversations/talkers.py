"""Phones that talk while the server dies under them: each sends, listens, and notes when it heard what."""

from __future__ import annotations

import json
import random
import re
import socket
import threading
import time
import uuid
from contextlib import suppress
from dataclasses import dataclass, field

import requests
from websockets.exceptions import WebSocketException
from websockets.sync.client import connect

from portal.testing import clients

TOKEN = "x" * 32
AGAIN = 0.2  # seconds until what failed is tried again
NUMBER = re.compile(r'data-number="(\d+)"')


@dataclass
class Phone:
    """One person's phone in one conversation.

    heard: the number of each message and the moments (seconds since the epoch) at which it came; connected: those at
    which the socket was opened.
    """

    port: int
    person: object
    talk: object
    messages: int
    pause: float
    heard: dict[int, list[float]] = field(default_factory=dict)
    connected: list[float] = field(default_factory=list)
    sent: int = 0

    def __post_init__(self):
        self.address = f"localhost:{self.port}"
        browser = clients.Browser(headers={"host": self.address})
        browser.force_login(self.person, backend="portal.people.backends.EmailBackend")
        self.cookies = {name: morsel.value for name, morsel in browser.cookies.items()} | {"csrftoken": TOKEN}
        self.url = f"http://{self.address}{self.talk.get_absolute_url()}"
        self.topic = f"community.conversation:{self.talk.pk}"
        self.version = self.seen = 0
        self.dice = random.Random(self.person.pk)
        self.over = threading.Event()
        self.threads = [threading.Thread(target=work, daemon=True) for work in (self._talk, self._listen)]

    def start(self) -> None:
        for thread in self.threads:
            thread.start()

    def hang_up(self) -> None:
        self.over.set()
        for thread in self.threads:
            thread.join(20)

    # -- sending: until it is known to have arrived, under the same client id ---------------------------------------

    def _talk(self) -> None:
        with requests.Session() as http:
            http.cookies.update(self.cookies)
            for number in range(self.messages):
                form = {
                    "client_id": str(uuid.uuid4()),
                    "text": f"{self.person.pk} dice {number}",
                    "csrfmiddlewaretoken": TOKEN,
                }
                while not self._arrives(http, form):
                    if self.over.wait(AGAIN):
                        return
                self.sent += 1
                if self.over.wait(self.pause * 2 * self.dice.random()):
                    return

    def _arrives(self, http: requests.Session, form: dict) -> bool:
        with suppress(requests.RequestException):
            answer = http.post(self.url, form, allow_redirects=False, timeout=10)
            return answer.status_code == 302 and answer.headers["Location"].startswith(
                self.talk.get_absolute_url()
            )
        return False

    # -- listening: the socket wakes, HTTP delivers -----------------------------------------------------------------

    def _listen(self) -> None:
        with requests.Session() as http:
            http.cookies.update(self.cookies)
            while not self.over.is_set():
                with suppress(OSError, WebSocketException, TimeoutError, requests.RequestException):
                    self._follow_socket(http)
                self.over.wait(AGAIN)

    def _follow_socket(self, http: requests.Session) -> None:
        with connect(
            f"ws://{self.address}/ws/",
            sock=socket.create_connection(("127.0.0.1", self.port), timeout=5),
            origin=f"http://{self.address}",
            additional_headers={
                "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())
            },
            ping_interval=None,
            close_timeout=1,
            open_timeout=5,
        ) as opened:
            opened.send(json.dumps({"subscribe": self.topic, "seen": self.seen}))
            self.connected.append(time.time())
            while not self.over.is_set():
                try:
                    told = self._told(opened)
                except TimeoutError:
                    continue
                if told > self.seen:
                    self._catch_up(http)
                    self.seen = told

    @staticmethod
    def _told(opened) -> int:
        """The newest number that has been told: as in a page, all that came meanwhile is answered by one round."""
        newest = json.loads(opened.recv(timeout=0.5))["event"]
        with suppress(TimeoutError):
            while True:
                newest = max(newest, json.loads(opened.recv(timeout=0))["event"])
        return newest

    def _catch_up(self, http: requests.Session) -> None:
        while True:
            answer = http.get(f"{self.url}seguito/", params={"version": self.version}, timeout=10)
            answer.raise_for_status()
            now = time.time()
            for number in map(int, NUMBER.findall(answer.text)):
                self.heard.setdefault(number, []).append(now)
            self.version = int(re.search(r'data-version="(\d+)"', answer.text)[1])
            if "data-more" not in answer.text:
                return
