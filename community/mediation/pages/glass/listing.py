"""That a case was opened by force, for those who are in it: by whom, when, why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from community.mediation.glass import BrokenGlass
from community.mediation.models import Case
from portal.extensions import Role, find


@dataclass(frozen=True)
class Told:
    """A glass, with what those were who asked and agreed; nothing of what was written to the second person."""

    glass: BrokenGlass
    asked_as: str
    agreed_as: str


def glasses_of(case: Case, user: Any) -> list[Told]:
    """Those of a case that somebody is, or was, part of, the newest first; for the template glass/told.html."""
    return told(BrokenGlass.objects.told_to(user).filter(case=case))


def told(glasses: Any) -> list[Told]:
    return [
        Told(glass, asked_as=_called(glass.asked_as), agreed_as=_called(glass.agreed_as))
        for glass in glasses.select_related("asked_by", "agreed_by")
    ]


def _called(key: str) -> str:
    """The role by which somebody did this, in words; "" where there is none."""
    role = find(Role, key) if key else None
    return str(role.label) if role else key
