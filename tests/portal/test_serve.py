"""The portal's own server, at the level of its sockets."""

import asyncio
import socket

import pytest

from portal.management.commands.serve import _listen

pytestmark = pytest.mark.once


async def test_an_answer_leaves_without_waiting_for_the_receipt_of_its_head():
    loop, found = asyncio.get_running_loop(), []

    class Looks(asyncio.Protocol):
        def connection_made(self, transport):
            wire = transport.get_extra_info("socket")
            found.append(wire.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            transport.close()

    for listening in _listen("127.0.0.1", 0):
        server = await loop.create_server(Looks, sock=listening)
        reader, writer = await asyncio.open_connection(*listening.getsockname())
        await reader.read()
        writer.close()
        server.close()

    assert found
    assert all(found)
