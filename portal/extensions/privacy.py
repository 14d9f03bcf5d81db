from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil
from typing import IO, Any

from .registry import Declaration, Text


def years(count: int) -> timedelta:
    """How long `count` years last at most, with whatever leap days fall into them: ten are 3653 days."""
    return timedelta(days=ceil(count * 365.25))


@dataclass(frozen=True, kw_only=True)
class Impediment:
    """Something that stands against an erasure now, and what has to be done first, in the language of this moment.

    Two sentences for one fact: `staff` speaks of the person to whoever settles it, `person` to the person.
    """

    staff: Text
    person: Text


@dataclass(frozen=True, kw_only=True)
class PersonalFile:
    """A file of a person's, for whoever asks for all that is theirs.

    `name` is what it is called in the archive, in ASCII and without a folder; a row of the export that it belongs to
    carries the same under "file", or among "files". `open` gives the bytes; FileNotFoundError where they have gone
    meanwhile.
    """

    name: str
    open: Callable[[], AbstractContextManager[IO[bytes]]]


@dataclass(frozen=True, kw_only=True)
class PersonalData(Declaration):
    """What an app knows about a person. `key` is the model, "app.Model".

    `title` is what people call it, where the model's own name says it to developers only.
    `export` gives the person's rows as plain dictionaries, `labels` the words for their keys where the portal has none
    (portal/privacy/words.py), and `files` the files that go with them. `values` says a key's value in the reader's
    language on the page of their copy (the JSON keeps what the export gives), called with the value, its row and the
    person. Without it the page knows: choices of the model's field of that name, kinds of facts, roles, days and
    moments, yes and no, phone numbers, languages, and things written "app.model:number".

    `erase` removes or pseudonymises the rows and returns how many it touched; `retention` is how long a row is kept
    after it has served (`years(2)`; None: as long as the account, or as what it belongs to), and `reason` says why, to
    the person.

    `stays` tells the person what an erasure leaves behind, nameless; without it they are told that all of it goes.
    `against` says what stands against an erasure now (a contract that runs, a role that is held), one Impediment
    each; while it says something nothing is erased.

    `expire` goes with a `retention`. Called once a day, with the moment before which a row must have served for its
    time to be over, it removes or pseudonymises such rows and returns how many; what is still needed it leaves, however
    old it is. A file goes when its row's deletion is committed (`transaction.on_commit`): whoever asks how much is due
    has `expire` called and taken back.

    How much is due is told to administrators, unless `is_counted` is False: of what is confidential one row says that
    there is one.
    """

    title: Text = ""
    export: Callable[[Any], Iterable[dict[str, Any]]]
    files: Callable[[Any], Iterable[PersonalFile]] | None = None
    labels: Mapping[str, Text] = field(default_factory=dict, hash=False)
    values: Mapping[str, Callable[[Any, Mapping[str, Any], Any], Text]] = field(
        default_factory=dict, hash=False
    )
    erase: Callable[[Any], int]
    stays: Text = ""
    against: Callable[[Any], Iterable[Impediment]] | None = None
    retention: timedelta | None
    expire: Callable[[datetime], int] | None = None
    is_counted: bool = True
    reason: Text


@dataclass(frozen=True, kw_only=True)
class Exempt(Declaration):
    """A model that reaches a person and still needs no entry, for a written `reason`. `key` is "app.Model".

    The reason is for developers, in English; what is said to people are those of PersonalData.
    """

    reason: str
