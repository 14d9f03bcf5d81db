"""What fits somebody, and what fits a post: always with the reason, in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

from community.languages import spoken_languages
from community.mutual_aid.neighbourhood import reach_of
from community.safety.barriers import deaf_to
from portal.ui.words import listed

from .models import Interest, Post
from .querysets import PostQuerySet
from .words import FreeTime, Kind, PartOfDay, When

MOST_NEWS = 50  # people who are told of one post
_PART_OF = {
    PartOfDay.MORNING: FreeTime.MORNINGS,
    PartOfDay.AFTERNOON: FreeTime.AFTERNOONS,
    PartOfDay.EVENING: FreeTime.EVENINGS,
}


@dataclass(frozen=True, kw_only=True)
class Fit:
    """What is known of somebody that says what fits them: where they live, what they speak, give, use, and when.

    `wanted` are the categories of interest to them by kind of post: offers of what they could use, requests for what
    they could give.
    """

    buildings: frozenset[int] = frozenset()
    languages: frozenset[str] = frozenset()
    wanted: dict[str, set[str]] = field(default_factory=dict)
    times: frozenset[str] = frozenset()
    posts: tuple[Post, ...] = ()  # their own, the newest first

    @property
    def second_languages(self) -> list[str]:
        """What somebody speaks besides Italian, which nearly everybody does."""
        return sorted(self.languages - {"it"})

    def reasons(self, post: Post) -> list[str]:
        """Why a post fits, the best reason first."""
        found = []
        if {post.at_building_id, post.building_id} & self.buildings:
            found.append(_("your building"))
        if post.category in self.wanted.get(post.kind, ()):
            found.append(_("you could give this") if post.kind == Kind.REQUEST else _("you could use this"))
        if shared := _names(set(post.spoken) & set(self.second_languages)):
            found.append(_("you both speak %(language)s") % {"language": shared})
        if self._has_time_for(post):
            found.append(_("at a time that suits you"))
        return found

    def _has_time_for(self, post: Post) -> bool:
        if post.when == When.WEEKLY and FreeTime.WEEKENDS in self.times and post.weekdays & 0b1100000:
            return True
        return bool(post.part_of_day) and _PART_OF[PartOfDay(post.part_of_day)] in self.times


def fit_of(user) -> Fit:
    """From two queries: what they said on the first day, and what they have published."""
    wanted: dict[str, set[str]] = {Kind.OFFER: set(), Kind.REQUEST: set()}
    times, languages = set(), {"it", user.language}
    for side, what in Interest.objects.filter(person=user).values_list("side", "what"):
        if side == Interest.Side.TIME:
            times.add(what)
        else:
            wanted[Kind.REQUEST if side == Interest.Side.GIVE else Kind.OFFER].add(what)
    mine = tuple(Post.objects.by(user).with_people().order_by("-pk")[:20])
    for post in mine:
        wanted[post.opposite_kind].add(post.category)
        languages |= set(post.spoken)
    return Fit(
        buildings=reach_of(user).buildings,
        languages=frozenset(languages),
        wanted=wanted,
        times=frozenset(times),
        posts=mine,
    )


@dataclass(frozen=True, kw_only=True)
class Match:
    """A post that meets one of somebody's own, and why."""

    post: Post
    mine: Post
    reasons: list[str]


def matches_of(user, posts: Iterable[Post], *, most: int = 3) -> list[Match]:
    """For some of somebody's own posts, as far as they are on the board: the best first. One query."""
    mine = [one for one in posts if one.is_open]
    if not mine:
        return []
    meets = Q()
    for one in mine:
        meets |= Q(kind=one.opposite_kind, category=one.category)
    others = list(Post.objects.of_others(user).filter(meets).with_people()[:100])
    found = [
        Match(post=other, mine=one, reasons=reasons(one, other))
        for one in mine
        for other in others
        if (other.kind, other.category) == (one.opposite_kind, one.category)
    ]
    best: dict[int, Match] = {}
    for match in sorted(found, key=lambda match: -len(match.reasons)):
        best.setdefault(match.post.pk, match)
    return list(best.values())[:most]


def reasons(mine: Post, other: Post) -> list[str]:
    """Why two posts meet: what one has published oneself, then the best reason."""
    found = [_("you offer this") if mine.is_offer else _("you have asked for this")]
    if mine.at_building_id and mine.at_building_id == other.at_building_id:
        found.append(_("same building"))
    if shared := _names(set(mine.spoken) & set(other.spoken) - {"it"}):
        found.append(_("you both speak %(language)s") % {"language": shared})
    if mine.when == other.when == When.WEEKLY and (days := mine.weekdays & other.weekdays):
        names = listed(str(WEEKDAYS[number]) for number in range(7) if days >> number & 1)
        found.append(_("%(day)s suits both") % {"day": names})
    elif mine.part_of_day and mine.part_of_day == other.part_of_day:
        found.append(_("the same part of the day"))
    elif When.ANY_TIME in (mine.when, other.when):
        found.append(_("the time can be agreed on"))
    return found


def people_met_by(post: Post) -> list[Any]:
    """Authors of what meets a post, who may see it: those whom a new one is good news for."""
    counterparts: PostQuerySet = Post.objects.counterparts_of(post).select_related("author")
    deaf = deaf_to(post.author)
    people = {other.author_id: other.author for other in counterparts[:MOST_NEWS]}
    return [
        person
        for pk, person in people.items()
        if pk not in deaf and person.has_perm("community.answer_post", post)
    ]


def _names(codes: set[str]) -> str:
    names = dict(spoken_languages())
    return listed(names[code] for code in sorted(codes) if code in names)
