"""The words of a text without its markup."""

from __future__ import annotations

from typing import Any

from wagtail.blocks import StreamValue
from wagtail.rich_text import RichText, get_text_for_indexing


def plain(value: Any) -> str:
    """Of a rich text, or of all the blocks of a stream, in one line."""
    if isinstance(value, StreamValue):
        words = " ".join(value.stream_block.get_searchable_content(value))
    else:
        words = get_text_for_indexing(value.source if isinstance(value, RichText) else str(value or ""))
    return " ".join(words.split())
