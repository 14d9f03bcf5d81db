from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from .registry import Declaration


@dataclass(frozen=True, kw_only=True)
class ObjectPanel(Declaration):
    """Something put on another app's object page without knowing that app. `models` are labels, or "*" for all."""

    models: tuple[str, ...]
    template: str
    context: Callable[[HttpRequest, Any], dict[str, Any] | None]

    def fits(self, obj: Any) -> bool:
        return "*" in self.models or obj._meta.label in self.models
