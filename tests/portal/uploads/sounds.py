"""Sounds of the tests' own making."""

from __future__ import annotations

import io
import math
import struct

import av
from django.core.files.uploadedfile import SimpleUploadedFile

STEP = 960  # samples a frame


def sound(
    seconds: float = 2, form: str = "webm", codec: str = "libopus", rate: int = 48_000, **told: str
) -> bytes:
    """A tone of so many seconds as a phone or a browser records it; `told` is what it writes about itself."""
    made = io.BytesIO()
    tone = b"".join(
        struct.pack("<h", int(9000 * math.sin(2 * math.pi * 440 * i / rate))) for i in range(STEP)
    )
    with av.open(made, "w", format=form) as container:
        container.metadata.update(told)
        stream = container.add_stream(codec, rate=rate, layout="mono")
        for number in range(int(seconds * rate / STEP)):
            frame = av.AudioFrame(format="s16", layout="mono", samples=STEP)
            frame.sample_rate, frame.pts = rate, number * STEP
            frame.planes[0].update(tone.ljust(frame.planes[0].buffer_size, b"\0"))
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return made.getvalue()


def film() -> bytes:
    made = io.BytesIO()
    with av.open(made, "w", format="mp4") as container:
        stream = container.add_stream("mpeg4", rate=10)
        stream.width = stream.height = 64
        for _ in range(10):
            container.mux(stream.encode(av.VideoFrame(64, 64, "yuv420p")))
        container.mux(stream.encode(None))
    return made.getvalue()


def recording(content: bytes | None = None, name: str = "nota.webm") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, sound() if content is None else content, "audio/webm")
