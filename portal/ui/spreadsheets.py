"""Tables for a spreadsheet, which takes some words for formulas and reckons with them."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

from django.http import StreamingHttpResponse
from django.utils.functional import Promise
from django.utils.http import content_disposition_header
from django.utils.translation import get_language, override

# What a cell that is reckoned begins with; the last two are dropped by some programs before they look.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def harmless(cell: Any) -> Any:
    """The cell of a CSV file: what would be taken for a formula is marked as words by an apostrophe."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


class HarmlessCsvMixin:
    """For each Wagtail view that lets a table be taken along (SpreadsheetExportMixin). XLSX tells words from formulas
    by itself."""

    def preprocess_field_value(self, field: str, value: Any, export_format: str) -> Any:
        cell = super().preprocess_field_value(field, value, export_format)
        return harmless(cell) if export_format == self.FORMAT_CSV else cell


class _Passing:
    """What is written to it comes back at once."""

    def write(self, line: str) -> str:
        return line


def csv_answer(heads: Sequence[Any], rows: Iterable[Sequence[Any]], name: str) -> StreamingHttpResponse:
    """A table to take along, as Italy's spreadsheets open it: semicolons, UTF-8 with its mark. Sent row by row, however
    many there are; what would be taken for a formula is words. `name` is the file's, without its ending."""
    lines = _lines(chain([heads], rows), get_language())
    answer = StreamingHttpResponse(chain(["\ufeff"], lines), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = content_disposition_header(True, f"{name}.csv")
    answer["Cache-Control"] = "private, no-store"
    return answer


def _lines(rows: Iterable[Sequence[Any]], language: str | None) -> Iterator[str]:
    """Each in the reader's language, also where it is made once the view is long over."""
    write = csv.writer(_Passing(), delimiter=";").writerow
    rest = iter(rows)
    while True:
        with override(language):
            if (row := next(rest, None)) is None:
                return
            line = write([harmless(str(cell) if isinstance(cell, Promise) else cell) for cell in row])
        yield line
