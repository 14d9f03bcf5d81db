"""What people looked for and did not find, without a trace of who.

Nothing is written down before several have asked the same in one week. Until then there is a number in the shared
cache, under a key that does not say what was asked. Whether somebody has asked before is known for a day, by a key made
of their address with a secret of that day that stands nowhere else. What is written down has neither day nor hour, and
no person's name, address, number or sentence in it.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from datetime import date

from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone

from portal.access.limits import client_address
from portal.extensions import containing
from portal.extensions.queries import asked_words
from portal.extensions.words import WORD, folded

from .models import UnmetSearch
from .querysets import week_of

ENOUGH = 3  # who ask for the same in one week, each counted once a day
MOST_A_WEEK = 500  # different ones that are kept; beyond, somebody is playing
MOST_WORDS = 4  # whoever writes more tells a story, and stories are people's
LONGEST = 60  # characters
MOST_DIGITS = 4  # a year
_DAY = 86_400  # seconds
_ADDRESS = re.compile(r"@|://|www\.|\.(?:it|com|org|net|eu)\b", re.IGNORECASE)


def note_unmet(request: HttpRequest, typed: str, language: str) -> None:
    """Somebody found nothing. Costs the database nothing until the third who asks for it."""
    words = " ".join(folded(word) for word in asked_words(typed))
    if not words or looks_personal(typed):
        return
    today = timezone.localdate()
    week = week_of(today)
    asker = _digest(_secret(f"day-{today}", _DAY), client_address(request), language, words)
    if not cache.add(f"portal.unmet.asker.{asker}", 1, _DAY):
        return
    count = _counted(f"portal.unmet.count.{_digest(_secret(f'week-{week}', 8 * _DAY), language, words)}")
    if count >= ENOUGH:
        _keep(words, language, week, count)


def looks_personal(typed: str) -> bool:
    """Whether it may say who somebody is: an address, a number, a code of letters and digits, a sentence."""
    words = WORD.findall(typed)
    mixed = any(_is_mixed(word) for word in words)
    digits = sum(letter.isdecimal() for letter in typed)
    too_long = len(asked_words(typed)) > MOST_WORDS or len(typed) > LONGEST
    return mixed or digits > MOST_DIGITS or too_long or bool(_ADDRESS.search(typed))


def _is_mixed(word: str) -> bool:
    return len(word) > 3 and any(map(str.isdecimal, word)) and any(map(str.isalpha, word))


def is_somebodys_name(words: str) -> bool:
    """Whether all of it is part of the name of one who is known here. Asked rarely: when enough have looked for it."""
    asked = set(words.split())
    names = get_user_model()._default_manager.filter(containing(words, "display_name"))
    return any(
        asked <= {folded(word) for word in WORD.findall(name)}
        for name in names.values_list("display_name", flat=True)
    )


def _keep(words: str, language: str, week: date, count: int) -> None:
    kept = UnmetSearch.objects.filter(words=words, language=language, week=week)
    if kept.update(asked=F("asked") + 1):
        return
    if UnmetSearch.objects.filter(week=week).count() >= MOST_A_WEEK or is_somebodys_name(words):
        return
    # Of two who make it the third and the fourth at once, one finds it made.
    UnmetSearch.objects.get_or_create(words=words, language=language, week=week, defaults={"asked": count})


def _counted(key: str) -> int:
    cache.add(key, 0, 8 * _DAY)
    try:
        return cache.incr(key)
    except ValueError:
        return 1  # evicted between the two


def _secret(of: str, life: int) -> str:
    return cache.get_or_set(f"portal.unmet.secret.{of}", lambda: secrets.token_hex(16), life)


def _digest(secret: str, *parts: str) -> str:
    return hashlib.blake2b("|".join(parts).encode(), key=secret.encode(), digest_size=16).hexdigest()


def forget_outdated() -> None:
    """Once a day: what was looked for half a year ago."""
    UnmetSearch.objects.outdated().delete()
