"""What bad photos cost the served portal: its own process and the decoders that it starts, together."""

import contextlib
import http.client
import re
import threading
import uuid
from pathlib import Path

import pytest
import requests
from PIL import Image

from tests.harness.server import serving
from tests.portal.uploads.pictures import HTML, SVG, black_png, encoded, picture, polyglot

pytestmark = pytest.mark.once

MEBIBYTE = 1024 * 1024
LIMIT = 200 * MEBIBYTE
REPORT = "/en/manutenzione/segnala/"


@pytest.fixture(scope="module")
def server():
    with serving("demo") as server:
        yield server


@pytest.fixture(scope="module")
def form(server):
    """(session, address, fields) of a report that the tenant is about to send."""
    session = server.sign_in("tenant")
    ((label,),) = server.rows(
        "SELECT area.label FROM portal_commonarea AS area"
        " JOIN portal_building AS building ON building.id = area.building_id"
        " WHERE building.name = 'Casa dei Tigli' ORDER BY area.id LIMIT 1"
    )
    address = f"{server.url}{REPORT}?area={uuid.UUID(str(label))}&danger=no"
    page = session.get(address, timeout=60).text
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
    fields = {"csrfmiddlewaretoken": token, "area": str(uuid.UUID(str(label)))}
    return session, address, {**fields, "category": "lighting", "urgency": "P2"}


class Watched:
    """`with Watched(pid) as memory:`, then memory.grown: the most bytes held beyond those of the beginning."""

    def __init__(self, pid: int):
        self.pid = pid
        self.children: dict[int, int] = {}  # the peak of each
        self.done = threading.Event()

    def __enter__(self):
        Path(f"/proc/{self.pid}/clear_refs").write_text("5")  # the peak starts anew
        self.before = held(self.pid, "VmRSS")
        self.thread = threading.Thread(target=self._watch)
        self.thread.start()
        return self

    def __exit__(self, *raised):
        self.done.set()
        self.thread.join()
        self.own = held(self.pid, "VmHWM") - self.before
        # One form is decoded one photo after the other: the largest child stands for all.
        self.grown = self.own + max(self.children.values(), default=0)

    def _watch(self):
        while not self.done.wait(0.002):
            for child in children_of(self.pid):
                with contextlib.suppress(FileNotFoundError, ProcessLookupError, TypeError):
                    # Between fork and exec a child still counts its parent's pages.
                    if b"reencode.py" in Path(f"/proc/{child}/cmdline").read_bytes():
                        self.children[child] = held(child, "VmHWM")


def held(pid: int, what: str) -> int:
    return int(re.search(rf"{what}:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())[1]) * 1024


def children_of(pid: int) -> list[int]:
    found = []
    for listed in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            found += map(int, listed.read_text().split())
    return found


def send(form, content: bytes, text: str) -> requests.Response:
    session, address, fields = form
    return session.post(
        address,
        data={**fields, "client_id": str(uuid.uuid4()), "text": text},
        files={"photos": ("foto.jpg", content, "image/jpeg")},
        headers={"Referer": address},
        allow_redirects=False,
        timeout=120,
    )


BAD = {
    "0 bytes": (b"", 422),
    "truncated": (encoded(Image.effect_noise((1600, 1200), 50), quality=95)[:-5000], 422),
    "13000 x 13000": (black_png(13_000, 13_000), 422),
    "svg": (SVG, 422),
    "html": (HTML, 422),
    "polyglot": (polyglot(), 302),  # of which the picture alone is kept
}


@pytest.mark.parametrize(("content", "status"), BAD.values(), ids=BAD.keys())
def test_a_bad_photo_costs_less_than_200_mb(server, form, content, status):
    with Watched(server.process.pid) as memory:
        answer = send(form, content, f"La luce è spenta da {len(content)} giorni.")

    assert answer.status_code == status
    assert len(memory.children) == (1 if content else 0), "what was measured is not what works"
    assert memory.grown < LIMIT


def test_a_body_of_200_mb_costs_less_than_200_mb(server, form):
    session, address, _fields = form
    cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in session.cookies)
    connection = http.client.HTTPConnection("localhost", server.port, timeout=60)
    headers = {"Cookie": cookies, "Referer": address, "Content-Type": "multipart/form-data; boundary=b"}
    with Watched(server.process.pid) as memory:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            body = (b"x" * MEBIBYTE for _ in range(200))
            connection.request("POST", REPORT, body=body, headers=headers, encode_chunked=True)
        status = connection.getresponse().status
    connection.close()

    assert status == 413
    assert memory.grown < LIMIT


def test_a_photo_of_12_megapixels_as_phones_take_it_costs_less_than_200_mb(server, form):
    content = encoded(picture((4032, 3024)))

    with Watched(server.process.pid) as memory:
        answer = send(form, content, "Foto grande della luce spenta.")

    assert answer.status_code == 302
    assert len(memory.children) == 1
    assert memory.grown < LIMIT
