from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from .registry import Declaration, Text


@dataclass(frozen=True, kw_only=True)
class PersonalData(Declaration):
    """What an app knows about a person. `key` is the model, "app.Model".

    `export` gives the person's rows as plain dictionaries; `erase` removes or pseudonymises them and returns how many
    rows it touched; `retention` is how long a row is kept after it has served (None: as long as the account, or as what
    it belongs to), and `reason` says why, to the person.

    `expire` goes with a `retention`. Called once a day, with the moment before which a row must have served for its
    time to be over, it removes or pseudonymises such rows and returns how many; what is still needed it leaves, however
    old it is.
    """

    export: Callable[[Any], Iterable[dict[str, Any]]]
    erase: Callable[[Any], int]
    retention: timedelta | None
    expire: Callable[[datetime], int] | None = None
    reason: Text


@dataclass(frozen=True, kw_only=True)
class Exempt(Declaration):
    """A model that reaches a person and still needs no entry, for a written `reason`. `key` is "app.Model".

    The reason is for developers, in English; what is said to people are those of PersonalData.
    """

    reason: str
