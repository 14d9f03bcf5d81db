"""Where declarations are kept. One table for each kind, filled once while Django starts, read-only afterwards."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TypeVar

from django.utils.functional import Promise

Text = str | Promise


@dataclass(frozen=True, kw_only=True)
class Declaration:
    """What an app says to the portal about itself. `key` is "<app>.<name>" and unique within its kind."""

    key: str
    order: int = 100


D = TypeVar("D", bound=Declaration)

_declared: dict[type[Declaration], dict[str, Declaration]] = defaultdict(dict)
_duplicates: list[Declaration] = []


def register(*declarations: Declaration) -> None:
    """Take declarations in. A key that is taken already is kept aside, so that `check` can name it."""
    for declaration in declarations:
        table = _declared[type(declaration)]
        if declaration.key in table:
            _duplicates.append(declaration)
        else:
            table[declaration.key] = declaration


def declared(kind: type[D]) -> tuple[D, ...]:
    """All declarations of a kind, by `order`, then by key."""
    return tuple(sorted(_declared[kind].values(), key=lambda d: (d.order, d.key)))  # type: ignore[arg-type]


def find(kind: type[D], key: str) -> D | None:
    return _declared[kind].get(key)  # type: ignore[return-value]


def duplicates() -> tuple[Declaration, ...]:
    return tuple(_duplicates)
