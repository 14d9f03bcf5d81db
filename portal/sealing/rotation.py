"""A new master key in the place of the old one, while everybody goes on reading and writing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from . import masters
from .cells import Unreadable
from .keys import KeyMissing, data_keys, locked, master_of, rewrap


@dataclass
class Rotation:
    """What came of it: how many keys are wrapped anew, and the numbers of those that no master here opens."""

    wrapped: int = 0
    unreadable: set[str] = field(default_factory=set)


def rotate(progress: Callable[[int], None] = lambda wrapped: None) -> Rotation:
    """Draw a master key, wrap every data key with it, and forget the masters before it.

    What is sealed is not touched: the data keys stay the same. Where it is interrupted both masters are there, nothing
    is unreadable, and the next rotation ends it. As long as a key cannot be opened the old masters stay.
    """
    done = Rotation()
    with locked():
        masters.add()
    while not _is_complete(done):
        for key_id in data_keys():
            try:
                done.wrapped += rewrap(key_id)
            except Unreadable:
                done.unreadable.add(str(key_id))
            progress(done.wrapped)
    return done


def _is_complete(done: Rotation) -> bool:
    """Whether all that can be opened is wrapped by the newest; then the others are forgotten, unless some cannot."""
    with locked():
        newest = masters.newest()
        others = {str(key_id) for key_id in data_keys() if _wrapped_by(key_id) not in (newest, None)}
        if others - done.unreadable:
            return False
        if not others:
            masters.keep_only(newest)
        return True


def _wrapped_by(key_id) -> str | None:
    try:
        return master_of(key_id)
    except KeyMissing:
        return None
