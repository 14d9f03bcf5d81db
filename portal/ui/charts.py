"""Small charts as SVG: no script, no inline style, and always a table for those who cannot see them."""

from __future__ import annotations

from collections.abc import Sequence
from math import pi

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

Row = tuple[str, int]

WIDTH, HEIGHT = 320, 160  # units of the drawing


def progress_ring(done: int, total: int, label: str) -> SafeString:
    share = min(1.0, max(0.0, done / total)) if total else 0.0
    circumference = 2 * pi * 45
    return format_html(
        '<svg class="ring" viewBox="0 0 108 108" role="img" aria-label="{label}">'
        '<circle class="ring__track" cx="54" cy="54" r="45"/>'
        '<circle class="ring__value" cx="54" cy="54" r="45" transform="rotate(-90 54 54)" stroke-dasharray="{part} {whole}"/>'
        '<text class="ring__text" x="54" y="54" direction="ltr">{done}/{total}</text></svg>',
        label=label,
        part=f"{share * circumference:.1f}",
        whole=f"{circumference:.1f}",
        done=done,
        total=total,
    )


def bar_chart(rows: Sequence[Row], label: str) -> SafeString:
    top = max((number for _name, number in rows), default=0) or 1
    step = WIDTH / max(1, len(rows))
    bars = format_html_join(
        "",
        '<rect class="chart__bar" x="{}" y="{}" width="{}" height="{}" rx="2"><title>{}: {}</title></rect>',
        (
            (
                f"{place * step + step * 0.15:.1f}",
                f"{HEIGHT - number / top * (HEIGHT - 10):.1f}",
                f"{step * 0.7:.1f}",
                f"{number / top * (HEIGHT - 10):.1f}",
                name,
                number,
            )
            for place, (name, number) in enumerate(rows)
        ),
    )
    return _figure(bars, rows, label)


def line_chart(rows: Sequence[Row], label: str) -> SafeString:
    top = max((number for _name, number in rows), default=0) or 1
    step = WIDTH / max(1, len(rows) - 1)
    points = " ".join(
        f"{place * step:.1f},{HEIGHT - number / top * (HEIGHT - 10):.1f}"
        for place, (_name, number) in enumerate(rows)
    )
    return _figure(format_html('<polyline class="chart__line" points="{}"/>', points), rows, label)


def _figure(drawing: SafeString, rows: Sequence[Row], label: str) -> SafeString:
    table = format_html_join("", '<tr><th scope="row">{}</th><td>{}</td></tr>', rows)
    return format_html(
        '<figure class="chart-figure"><figcaption>{label}</figcaption>'
        '<svg class="chart" viewBox="0 0 {width} {height}" role="img" aria-label="{label}">{drawing}'
        '<line class="chart__axis" x1="0" y1="{height}" x2="{width}" y2="{height}"/></svg>'
        "<details><summary>{numbers}</summary><table>{table}</table></details></figure>",
        label=label,
        width=WIDTH,
        height=HEIGHT,
        drawing=drawing,
        numbers=_("The same in numbers"),
        table=table,
    )
