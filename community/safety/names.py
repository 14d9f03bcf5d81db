"""What people are called: neighbours by their first name, until they tell each other more themselves."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext

from .reporting import author_of


def first_name(person: Any) -> str:
    """What neighbours call somebody."""
    return str(person).split(" ", 1)[0] if person else gettext("Somebody")


def name_for(person: Any, reader: Any) -> str:
    """As this reader may see it: whoever works for the agency reads the whole name, and so does the person."""
    return str(person) if reader.pk == person.pk or reader.role_keys else first_name(person)


def author_shown(target: Any, reader: Any) -> str:
    """Who answers for something, as it says so itself: an organization, or a person by their first name."""
    return getattr(target, "author_shown", "") or name_for(author_of(target, reader), reader)
