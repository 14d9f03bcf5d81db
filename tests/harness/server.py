"""A real server under test: `manage.py serve` in a process of its own, on its own copy of a template database."""

from __future__ import annotations

import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from email import message_from_bytes, policy
from pathlib import Path

import requests

from . import ROOT, templates

START_WITHIN = 120  # seconds
STOP_WITHIN = 10  # seconds
MAIL_WITHIN = 30  # seconds
CODE = re.compile(r"\b\d{4}-\d{4}\b")


class PortalServer:
    """The portal as people meet it.

    url: its address without a final slash; process: the running process; var: its files (database, mail, media, log);
    copy: the copy of the template database that belongs to it.
    """

    def __init__(self, copy: templates.Copy, **environment: str):
        self.copy = copy
        self.var: Path = copy.var
        self.log = copy.var / "server.log"
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        self.environment = {
            **copy.environment,
            "PORTAL_BASE_URL": self.url,
            "PORTAL_QUIET_HOURS": "",  # the tests run at night as well
            **environment,
        }
        self.process: subprocess.Popen | None = None
        static = copy.var / "static"
        if not static.exists():
            static.symlink_to(templates.static_files())

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "serve", "--port", str(self.port)],
                cwd=ROOT,
                env={**os.environ, **self.environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        deadline = time.monotonic() + START_WITHIN
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise RuntimeError(f"the server did not start:\n{self.log.read_text()[-4000:]}")
            time.sleep(0.1)

    def answers(self) -> bool:
        try:
            return requests.get(f"{self.url}/healthz", timeout=5).status_code == 200
        except requests.RequestException:
            return False

    def stop(self) -> None:
        """End it as an operator would, waiting for it to finish its work."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(STOP_WITHIN)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """End it as a power cut would."""
        if self.process is not None and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def restart(self) -> None:
        self.stop()
        self.start()

    def sign_in(self, persona: str) -> requests.Session:
        """A client with that persona's session, signed in through the demo's button."""
        return sign_in(self.url, persona)

    def manage(self, *arguments: str) -> str:
        """Run a management command on this server's database; returns what it printed."""
        return templates.run_manage(*arguments, environment=self.environment)

    def python(self, code: str) -> str:
        """Run Python with Django set up on this server's database; returns what it printed."""
        return self.manage("shell", "--no-imports", "-c", code)

    def code_sent_to(self, address: str, *, besides: Collection[str] = ()) -> str:
        """The newest code in a message to that address that is none of `besides`, once the worker has sent it."""
        return self.found_in_mail(CODE, address, besides=besides)

    def found_in_mail(self, pattern: re.Pattern[str], address: str, *, besides: Collection[str] = ()) -> str:
        """What the pattern finds in the newest message to that address which holds anything but `besides`."""
        deadline = time.monotonic() + MAIL_WITHIN
        while time.monotonic() < deadline:
            for text in self.mail_to(address):
                found = pattern.search(text)
                if found and found[0] not in besides:
                    return found[0]
            time.sleep(0.2)
        raise AssertionError(f"no message to {address} holds {pattern.pattern}")

    def mail_to(self, address: str) -> Iterator[str]:
        """The texts of the messages that have been sent to that address, newest first."""
        for path in sorted((self.var / "mail").glob("*.log"), reverse=True):
            for part in reversed(path.read_bytes().split(b"-" * 79 + b"\n")):
                message = message_from_bytes(part, policy=policy.default)
                if message["To"] == address:
                    yield message.get_body(("plain",)).get_content()

    def rows(self, statement: str, *parameters) -> list[tuple]:
        """What the server's database answers to a query, read from outside (placeholders: %s)."""
        if "DATABASE_URL" in self.environment:
            import psycopg

            with psycopg.connect(self.environment["DATABASE_URL"]) as connection:
                return connection.execute(statement, parameters).fetchall()
        with closing(sqlite3.connect(f"file:{self.copy.name}?mode=ro", uri=True, timeout=20)) as connection:
            return connection.execute(statement.replace("%s", "?"), parameters).fetchall()


@contextmanager
def serving(kind: str = "demo", **environment: str) -> Iterator[PortalServer]:
    """A server on its own copy of the template of that kind; stopped and removed at the end of the block."""
    with templates.copied(kind) as copy:
        server = PortalServer(copy, **environment)
        try:
            server.start()
            yield server
        finally:
            server.stop()


def sign_in(url: str, persona: str) -> requests.Session:
    """A client with that persona's session, signed in through the button of the demo at that address."""
    session = requests.Session()
    page = session.get(f"{url}/account/login/", timeout=30)
    page.raise_for_status()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
    if token is None:
        raise AssertionError("the sign-in page carries no CSRF token")
    answer = session.post(
        f"{url}/demo/sign-in/",
        data={"persona": persona, "csrfmiddlewaretoken": token[1]},
        headers={"Referer": page.url},
        allow_redirects=False,
        timeout=30,
    )
    if answer.status_code not in (302, 303):
        raise AssertionError(f"signing in as {persona} answered {answer.status_code}:\n{answer.text[:1000]}")
    return session


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
