"""What people are called: neighbours by their first name, until they tell each other more themselves."""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext

from .reporting import author_of

# What some write before their first name, without its dots.
_TITLE = re.compile("don(na)?|suor|fra|[pm]adre|sig(ra|nora?)?|dott(ssa)?|dr|prof(ssa)?|avv|ing|arch|geom")


def first_name(person: Any) -> str:
    """What neighbours call somebody: the first name, with a title that stands before it."""
    if not person:
        return gettext("Somebody")
    words = str(person).split()
    is_title = words and _TITLE.fullmatch(words[0].casefold().replace(".", ""))
    return " ".join(words[: 2 if is_title else 1])


def name_for(person: Any, reader: Any) -> str:
    """As this reader may see it: whoever works for the agency reads the whole name, and so does the person."""
    return str(person) if reader.pk == person.pk or reader.role_keys else first_name(person)


def author_shown(target: Any, reader: Any) -> str:
    """Who answers for something, as it says so itself: an organization, or a person by their first name."""
    return getattr(target, "author_shown", "") or name_for(author_of(target, reader), reader)
