"""All rows of a question, a line of JSON each (ndjson), sent while they are read: never more than some in memory."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

from asgiref.sync import sync_to_async
from django.conf import settings
from django.core.handlers.asgi import ASGIRequest
from django.db import models
from django.http import HttpRequest, StreamingHttpResponse
from django.utils import translation

from .shapes import Shape

Tell = Callable[[list[Any]], list[Shape]]
TOGETHER = 200  # rows


def streamed(request: HttpRequest, rows: models.QuerySet | list[Any], tell: Tell) -> StreamingHttpResponse:
    """It has no ETag: nobody knows it before the end."""
    lines = _lines(rows, tell)
    # What is not of the server's kind would be gathered first, and sent as one.
    return StreamingHttpResponse(
        _awaited(lines) if isinstance(request, ASGIRequest) else lines,
        content_type="application/x-ndjson; charset=utf-8",
    )


def _lines(rows: models.QuerySet | list[Any], tell: Tell) -> Iterator[str]:
    for some in [rows] if isinstance(rows, list) else _by_key(rows):
        # The request is over, and its language with it; nor does ours outlast a piece.
        with translation.override(settings.LANGUAGE_CODE):
            piece = "".join(json.dumps(shape, ensure_ascii=False) + "\n" for shape in tell(some))
        yield piece


def _by_key(rows: models.QuerySet) -> Iterator[list[Any]]:
    """Asked anew for each piece, so that a slow reader holds no cursor open."""
    some = list(rows[:TOGETHER])
    while some:
        yield some
        some = list(rows.filter(pk__gt=some[-1].pk)[:TOGETHER])


async def _awaited(lines: Iterator[str]) -> AsyncIterator[str]:
    while (piece := await sync_to_async(next)(lines, None)) is not None:
        yield piece
