"""Who is kept from whom: what lists and pages ask before they show somebody's words to somebody."""

from __future__ import annotations

from django.db import models

from .models import Block, Mute


def blocked_with(user) -> models.QuerySet:
    """Ids of those who see nothing of this person and of whom they see nothing, as a subquery:
    `posts.exclude(author__in=blocked_with(user))`."""
    return Block.objects.others_of(user)


def unseen_by(user) -> frozenset[int]:
    """The same as a set. Asked once a request."""
    if not user.is_authenticated:
        return frozenset()
    if not hasattr(user, "_unseen"):
        pairs = Block.objects.of(user).values_list("person_id", "other_id")
        user._unseen = frozenset(other if person == user.pk else person for person, other in pairs)
    return user._unseen


def deaf_to(author) -> set[int]:
    """Ids of those who are not told what this person says: they are blocked with each other, or have muted them."""
    muted = Mute.objects.filter(other=author.pk).values_list("person_id", flat=True)
    return unseen_by(author) | set(muted)


def may_reach(one, other) -> bool:
    """Whether nothing stands between two people."""
    return one is None or other is None or not Block.objects.between(one, other).exists()
