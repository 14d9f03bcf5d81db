"""The menus of a page for the person who looks at it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from portal.extensions import NavigationItem, declared

BAR = 5  # entries of the bar, in one line; a narrow screen shows the first four, and all are in the menu


@dataclass
class Link:
    """A NavigationItem for one person on one page. `current` is "page", "true" (somewhere below it) or ""."""

    item: NavigationItem
    user: Any
    url: str
    current: str = ""

    @cached_property
    def count(self) -> int | None:
        """What waits there. Asked once a page, however often the link is drawn."""
        return self.item.badge(self.user) if self.item.badge else None

    @property
    def counts(self) -> bool:
        """Whether something may wait there. Templates ask this: they would call `item.badge` with nobody."""
        return self.item.badge is not None

    @property
    def topic(self) -> tuple[str, str] | None:
        """Key and identifier of the live topic whose hints have the count asked again."""
        if not self.item.topic:
            return None
        key, _, identifier = self.item.topic.format(user=self.user.pk).partition(":")
        return key, identifier

    @property
    def count_url(self) -> str:
        """The address that gives the counts alone, or "" where the whole page does."""
        return reverse(self.item.badge_url) if self.item.badge_url else ""


@dataclass
class Navigation:
    """The entries by place; `bar` for the thumb; `bells` are the account's entries that count something."""

    main: list[Link] = field(default_factory=list)
    account: list[Link] = field(default_factory=list)
    staff: list[Link] = field(default_factory=list)
    people: list[Link] = field(default_factory=list)
    upkeep: list[Link] = field(default_factory=list)
    my_account: list[Link] = field(default_factory=list)  # no menu: the page "My account" shows them
    crumbs: list[dict[str, Any]] = field(default_factory=list)  # the way down to a page of these

    @property
    def all(self) -> list[Link]:
        return [*self.main, *self.work, *self.account]

    @property
    def work(self) -> list[Link]:
        """All that is of staff alone."""
        return [*self.staff, *self.people, *self.upkeep]

    @property
    def bar(self) -> list[Link]:
        # Who works for the agency has their work under the thumb; their own home comes after it.
        return [*self.staff[:2], *self.main][:BAR]

    @property
    def bells(self) -> list[Link]:
        return [link for link in self.account if link.counts]


def navigation_of(request: HttpRequest) -> Navigation:
    """The menus of whoever asks; empty for an anonymous visitor."""
    navigation = Navigation()
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return navigation
    for item in declared(NavigationItem):
        if item.place not in ("foot", "shortcut") and item.visible(user):
            getattr(navigation, item.place).append(Link(item, user, reverse(item.url_name)))
    _mark_current(navigation.all, request.path)
    navigation.crumbs = _way_down(navigation, request.path)
    return navigation


def foot() -> list[Link]:
    """What stands at the foot of every page, for everybody."""
    return [
        Link(item, None, reverse(item.url_name)) for item in declared(NavigationItem) if item.place == "foot"
    ]


def _way_down(navigation: Navigation, path: str) -> list[dict[str, Any]]:
    """From "My account" to one of its pages, or to a page below one; nothing for any other."""
    below = [link for link in navigation.my_account if path.startswith(link.url)]
    above = [link for link in navigation.account if link.current == "true"] if below else []
    way = [*above, *(link for link in below if link.url != path)]
    return [{"title": link.item.label, "url": link.url} for link in way]


def _mark_current(links: list[Link], path: str) -> None:
    """The longest address that the path starts with is where one is."""
    above = [link for link in links if path.startswith(link.url)]
    if above:
        nearest = max(above, key=lambda link: len(link.url))
        nearest.current = "page" if nearest.url == path else "true"
