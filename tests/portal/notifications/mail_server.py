"""A mail server that listens on a real socket and fails as it is told to."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage

# Where in the conversation it fails, and how.
REFUSALS = {
    "at the door": b"421 too busy, bruno@abitare.example",
    "at the sender": b"451 try again later",
    "at the recipient": b"450 bruno@abitare.example is over quota",
    "at the end of the letter": b"451 greylisted, bruno@abitare.example",
}
HANGS_UP = "in the middle of the letter"
SWALLOWS = "after taking the letter"


class MailServer(socketserver.ThreadingTCPServer):
    """`fails`: how it fails at the next connections, in their order; then it takes what comes.

    letters: what it took, with `recipients`; connections: how many there were.
    """

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Conversation)
        self.fails: list[str] = []
        self.letters: list[EmailMessage] = []
        self.connections = 0

    @property
    def port(self) -> int:
        return self.server_address[1]


class Conversation(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        server: MailServer = self.server
        server.connections += 1
        self.fails = server.fails.pop(0) if server.fails else ""
        if self._answer("at the door", b"220 mail.example"):
            self.recipients: list[str] = []
            while (line := self.rfile.readline()) and self._take(line.strip()):
                pass

    def _take(self, line: bytes) -> bool:
        """One line of the client's; whether the conversation goes on."""
        verb = line[:4].upper()
        if verb == b"MAIL":
            return self._answer("at the sender", b"250 ok")
        if verb == b"RCPT":
            self.recipients.append(line.partition(b":")[2].strip(b"<>").decode())
            return self._answer("at the recipient", b"250 ok")
        if verb == b"DATA":
            return self._take_letter()
        self._say(b"221 bye" if verb == b"QUIT" else b"250 ok")
        return verb != b"QUIT"

    def _take_letter(self) -> bool:
        self._say(b"354 go on")
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line)
            if self.fails == HANGS_UP:
                return False
        if self._refuses("at the end of the letter"):
            return True
        letter = message_from_bytes(b"".join(lines), policy=policy.default)
        letter.recipients = self.recipients
        self.server.letters.append(letter)
        if self.fails == SWALLOWS:
            return False
        self._say(b"250 taken")
        return True

    def _answer(self, where: str, well: bytes) -> bool:
        if not self._refuses(where):
            self._say(well)
        return True

    def _refuses(self, where: str) -> bool:
        if self.fails == where:
            self._say(REFUSALS[where])
            return True
        return False

    def _say(self, line: bytes) -> None:
        self.wfile.write(line + b"\r\n")


@contextmanager
def running() -> Iterator[MailServer]:
    with MailServer() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
