"""Tables for a spreadsheet, which takes some words for formulas and reckons with them."""

from __future__ import annotations

from typing import Any

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
