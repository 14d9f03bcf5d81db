from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms


class PictogramSelect(forms.RadioSelect):
    """Tiles with a pictogram each, for whoever reads little. `icons` maps a choice's value to the name of its icon."""

    template_name = "portal/components/pictograms.html"

    def __init__(
        self, attrs: dict[str, Any] | None = None, choices: Any = (), *, icons: Mapping[str, str]
    ) -> None:
        super().__init__(attrs, choices)
        self.icons = icons

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        option["icon"] = self.icons.get(str(value), "circle")
        return option


class DayInput(forms.DateInput):
    """The browser's own way to choose a day, which wants days written as machines write them."""

    input_type = "date"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%d", **kwargs)
