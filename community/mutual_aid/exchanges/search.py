from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from community.mutual_aid.neighbourhood import reach_of
from portal.extensions import SearchHit, SearchSource, containing

from .models import Post
from .words import Category


def find_posts(user, query: str, limit: int) -> list[SearchHit]:
    """What neighbours offer and ask for, by words or kind of help; only what the person may answer, and their own."""
    if not reach_of(user):
        return []
    wanted = containing(query, "title", "text", category=Category.choices)
    found = Post.objects.of_others(user) | Post.objects.by(user).on_board()
    return [
        SearchHit(
            title=post.name,
            url=post.get_absolute_url(),
            summary=f"{post.get_kind_display()} · {post.author_shown} · {post.where_shown}",
            icon=post.icon,
        )
        for post in found.filter(wanted).with_people()[:limit]
    ]


SOURCES = (SearchSource(key="community.posts", label=_("Mutual aid"), find=find_posts, order=35),)
