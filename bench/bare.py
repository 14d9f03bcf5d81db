"""The yardstick: Django and Channels with nothing in them, under the server that the portal runs under.

`/<bytes>/` answers a page of that size, `/ws/<room>/` sends what it gets to the group of that name, and so back to
whoever sent it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import django
import requests
import uvicorn
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.http import HttpResponse
from django.urls import path

from tests.harness import ROOT
from tests.harness.server import START_WITHIN, free_port

from .memory import resident

LINE = "<p>A page that says nothing, as long as another one that says something.</p>\n"


@contextmanager
def serving() -> Iterator[str]:
    """A bare server for the length of the block; yields its address without a final slash."""
    port = free_port()
    address = f"http://localhost:{port}"
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.bare", str(port)],
        cwd=ROOT,
        env=dict(os.environ),
        stdin=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + START_WITHIN
        while True:
            try:
                requests.get(f"{address}/10/", timeout=5).raise_for_status()
                break
            except requests.RequestException:
                if process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError("the bare server did not start") from None
                time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait()


def page(request, size):
    return HttpResponse((LINE * (size // len(LINE) + 1))[:size])


def memory(request):
    """How many bytes this process holds."""
    return HttpResponse(str(resident()))


urlpatterns = [path("<int:size>/", page), path("memory/", memory)]


def main(port: int) -> None:
    settings.configure(
        SECRET_KEY="of a yardstick",
        ALLOWED_HOSTS=["localhost"],
        ROOT_URLCONF="bench.bare",
        MIDDLEWARE=[],
        INSTALLED_APPS=["channels"],
        CHANNEL_LAYERS={"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}},
    )
    django.setup()
    uvicorn.run(
        application(), host="localhost", port=port, log_level="warning", access_log=False, lifespan="off"
    )


def application():
    # Channels reads the settings when it is imported.
    from channels.generic.websocket import AsyncWebsocketConsumer
    from channels.routing import ProtocolTypeRouter, URLRouter

    class Echo(AsyncWebsocketConsumer):
        async def connect(self):
            self.room = self.scope["url_route"]["kwargs"]["room"]
            await self.channel_layer.group_add(self.room, self.channel_name)
            await self.accept()

        async def receive(self, text_data=None, bytes_data=None):
            await self.channel_layer.group_send(self.room, {"type": "heard", "text": text_data})

        async def heard(self, event):
            await self.send(event["text"])

    return ProtocolTypeRouter(
        {"http": get_asgi_application(), "websocket": URLRouter([path("ws/<str:room>/", Echo.as_asgi())])}
    )


if __name__ == "__main__":
    main(int(sys.argv[1]))
