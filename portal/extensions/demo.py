from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .registry import Declaration, Text


@dataclass(frozen=True, kw_only=True)
class Persona:
    """Somebody the demo lets one be: signs in with one button as the user named `demo.<key>`."""

    key: str
    name: str
    description: Text
    icon: str = "user"


@dataclass(frozen=True, kw_only=True)
class DemoData(Declaration):
    """Invented content that makes an empty portal look lived in. Loaded once, by `order`."""

    load: Callable[[], None]
    personas: tuple[Persona, ...] = ()
