"""By what a person can prove who they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Means:
    """What somebody can prove themselves by, now."""

    password: bool
    email: bool

    @classmethod
    def of(cls, person: Any) -> Means:
        return cls(password=person.has_usable_password(), email=bool(person.email))

    @property
    def none(self) -> bool:
        return not (self.password or self.email)
