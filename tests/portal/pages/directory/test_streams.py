"""All of the directory at once, for other programs: sent while it is read."""

import gzip
import json

import pytest
from asgiref.sync import async_to_sync
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.pages.directory import streams

from .house import provider, resource

pytestmark = pytest.mark.django_db

ALL = [
    "/services?format=ndjson", "/services?format=ndjson&full=true", "/services?format=ndjson&minimal=true",
    "/organizations?format=ndjson&full=true&full_service=true", "/service_at_locations?format=ndjson&full=true",
]  # fmt: skip


def some(number: int = 5) -> None:
    for place_ in range(number):
        resource(f"Risorsa {place_}", provider=provider(f"Ente {place_}"), hours=[("0", "09:00", "12:00")])


@pytest.mark.parametrize("path", ALL)
def test_all_at_once_comes_a_line_each_and_is_read_piece_by_piece(client, monkeypatch, path):
    some()
    whole = client.get(f"/hsds{path.replace('ndjson', 'json')}").json()["contents"]
    monkeypatch.setattr(streams, "TOGETHER", 2)
    answer = client.get(f"/hsds{path}&per_page=1")
    assert answer.streaming
    pieces = iter(answer.streaming_content)
    with CaptureQueriesContext(connection) as captured:
        first = next(pieces)
    assert len(first.splitlines()) == 2
    assert len(captured) <= 8, "the others have not been asked for"
    told = [json.loads(line) for piece in (first, *pieces) for line in piece.splitlines()]
    assert told == whole


def test_the_stream_keeps_the_headers_and_goes_packed_to_whoever_wants_it(client):
    some()
    plain = client.get(f"/hsds{ALL[0]}")
    packed = client.get(f"/hsds{ALL[0]}", headers={"Accept-Encoding": "gzip"})
    assert plain["Content-Type"] == "application/x-ndjson; charset=utf-8"
    assert (plain["Access-Control-Allow-Origin"], plain["Cache-Control"]) == ("*", "public, max-age=300")
    assert "ETag" not in plain
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.getvalue()) == plain.getvalue()


def test_whoever_asks_for_the_head_of_a_stream_makes_nobody_read(client):
    some()
    with CaptureQueriesContext(connection) as captured:
        answer = client.head(f"/hsds{ALL[1]}")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/x-ndjson; charset=utf-8")
    assert not captured


@pytest.mark.parametrize("coding", ["identity", "gzip"])
def test_an_asynchronous_server_streams_as_well(async_client, monkeypatch, coding, recwarn):
    async def asked() -> list[bytes]:
        answer = await async_client.get(f"/hsds{ALL[1]}", headers={"Accept-Encoding": coding})
        assert answer.is_async
        return [piece async for piece in answer.streaming_content]

    some()
    monkeypatch.setattr(streams, "TOGETHER", 2)
    pieces = async_to_sync(asked)()
    body = b"".join(pieces)
    told = gzip.decompress(body) if coding == "gzip" else body
    assert len(pieces) >= 3
    assert len({json.loads(line)["name"] for line in told.splitlines()}) == 5
    assert not [one for one in recwarn if "StreamingHttpResponse" in str(one.message)]
