"""What one can do here, found by its name: book, see which answer fits, ask nearby for what one needs.

The names are the portal's own, in every language it speaks: somebody who writes Arabic finds the way, whatever language
the pages behind it are in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.urls import reverse
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from portal.desk.appointments.counters import AppointmentTopic
from portal.extensions import NavigationItem, SearchHit, declared
from portal.extensions.queries import Query
from portal.extensions.registry import Text
from portal.extensions.stems import is_stop_word, stems
from portal.extensions.words import WORD, folded
from portal.pages.directory.words import ICONS, Need
from portal.pages.ways import NEAR, WAYS, directory_address
from portal.ui.words import isolated

MOST = 3  # above the pages, which are what most people look for
REMEMBERED = 60  # seconds after which a new topic is found
_TOPICS = "portal.search.topics"


@dataclass(frozen=True)
class Action:
    """`names`: language → what it is called there."""

    hit: SearchHit
    names: dict[str, str]


def find_actions(user: Any, query: str, limit: int) -> list[SearchHit]:
    """Those in whose name all that is asked for begins a word or has its stem. First those that say it as it was typed,
    and of these first whose name says nothing else.

    Asks the database three times, and mostly not at all.
    """
    query = Query.of(query)
    if not query.senses:
        return []
    found: dict[str, tuple[tuple[bool, int], SearchHit]] = {}
    for action in _actions():
        ranks = [
            (is_other, rest)
            for is_other, said in ((False, query.as_typed()), (True, query))
            for language, name in action.names.items()
            if (rest := _rest(said, language, name)) is not None
        ]
        if ranks:
            found.setdefault(action.hit.url, (min(ranks), action.hit))
    nearest = sorted(found.values(), key=lambda one: one[0])
    return [hit for _rank, hit in nearest[: min(limit, MOST)]]


def _rest(query: Query, language: str, name: str) -> int | None:
    """How many words of the name nobody asked for; None where the name lacks something."""
    words = _words(name, language)
    asked = [_named(ways, words) for ways in query.senses]
    return len(words) - len(frozenset().union(*asked)) if all(asked) else None


def _named(ways: Iterable[tuple[str, ...]], words: tuple[frozenset[str], ...]) -> frozenset[int]:
    """Which words of a name say it in one of these ways."""
    for way in ways:
        places = [next((at for at, word in enumerate(words) if _says(word, typed)), None) for typed in way]
        if places and None not in places:
            return frozenset(place for place in places if place is not None)
    return frozenset()


def _says(word: frozenset[str], typed: str) -> bool:
    plain = folded(typed)
    return any(stem.startswith(plain) for stem in word) or not word.isdisjoint(_any_language(typed))


def _any_language(typed: str) -> frozenset[str]:
    return frozenset(stem for code, _name in settings.LANGUAGES for stem in stems(typed, code))


@lru_cache(maxsize=1000)
def _words(name: str, language: str) -> tuple[frozenset[str], ...]:
    """By what each word is found."""
    words = [word for word in WORD.findall(name) if not is_stop_word(word)]
    return tuple(frozenset({folded(word), *stems(word, language)}) for word in words)


def _actions() -> Iterator[Action]:
    near = directory_address()
    kind = _("What you can do here")
    for way in WAYS:
        url = reverse(way.url_name) if way.url_name else near
        if url:
            hit = SearchHit(title=str(way.title), url=url, summary=str(way.text), icon=way.icon, kind=kind)
            yield Action(hit, _in_every_language(way.title))
    for item in declared(NavigationItem):
        if item.place == "foot":
            hit = SearchHit(title=str(item.label), url=reverse(item.url_name), icon=item.icon, kind=kind)
            yield Action(hit, _in_every_language(item.label))
    for need in Need if near else ():
        title = _("Help nearby: %(need)s") % {"need": need.label}
        hit = SearchHit(
            title=title, url=f"{near}?need={need}", summary=str(NEAR.text), icon=ICONS[need], kind=kind
        )
        yield Action(hit, _in_every_language(need.label))
    for slug, names in cache.get_or_set(_TOPICS, _topics, REMEMBERED).items():
        url = f"{reverse('portal:book')}?topic={slug}"
        if name := names.get(get_language()):
            said = {"title": _("Book an appointment: %(topic)s") % {"topic": isolated(name)}}
        else:
            said = {"title": names[settings.LANGUAGE_CODE], "language": settings.LANGUAGE_CODE}
        yield Action(SearchHit(url=url, icon="calendar-plus", kind=kind, **said), names)


def _topics() -> dict[str, dict[str, str]]:
    return {
        topic.slug: {settings.LANGUAGE_CODE: topic.name} | {w.language: w.name for w in topic.words.all()}
        for topic in AppointmentTopic.objects.filter(is_active=True).prefetch_related("words")
    }


def _in_every_language(label: Text) -> dict[str, str]:
    names = {}
    for code, _name in settings.LANGUAGES:
        with override(code):
            names[code] = str(label)
    return names
