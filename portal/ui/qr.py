"""Squares that a phone reads, drawn by ourselves: an SVG without inline style, which our pages may show."""

from __future__ import annotations

import segno
from django.utils.safestring import SafeString, mark_safe


def qr_code(text: str, *, error: str = "m") -> SafeString:
    """The square that holds `text`, as black on white with its quiet zone.

    `error` is how much of it may be lost: "m" a seventh, for a screen or a paper in a pocket, where a larger square is
    easier for an old camera; "q" a quarter, for what hangs on a wall and gets scratched.
    """
    svg = segno.make(text, error=error, micro=False).svg_inline(
        svgclass="qr", lineclass=None, omitsize=True, dark="#000", light="#fff", border=4
    )
    return mark_safe(svg)  # noqa: S308 — segno's own output: squares, and nothing of the text
