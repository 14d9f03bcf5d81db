from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from community.mutual_aid.neighbourhood import reach_of
from community.safety.areas import answers_anywhere
from portal.extensions import SearchHit, SearchSource, containing

from .models import Thing
from .words import Category


def find_things(user, query: str, limit: int) -> list[SearchHit]:
    """By name, kind and words; only what the person may see."""
    if not reach_of(user) and not answers_anywhere(user):
        return []  # nothing is meant for them, and they answer for nobody
    wanted = containing(query, "name", "about", category=Category.choices)
    found = Thing.objects.visible_to(user).listed().filter(wanted)[:limit]
    return [
        SearchHit(
            title=thing.name,
            url=thing.get_absolute_url(),
            summary=f"{thing.get_category_display()} · {thing.get_state_display()}",
            icon=thing.icon,
        )
        for thing in found
    ]


SOURCES = (SearchSource(key="community.things", label=_("Things to borrow"), find=find_things, order=45),)
