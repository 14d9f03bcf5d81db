"""What posts and exchanges know about a person, how long they know it, and how they forget it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from portal.extensions import PersonalData, years
from portal.ui.languages import language_name
from portal.uploads.privacy import name_of

from .authorship import stands_without_author, written_for_others
from .models import Exchange, Interest, Post
from .words import LIVE
from .workflow import TransitionError

_WORDS = ("title", "message", "place", "reason", "answer", "decision", "thanks")
POSTS_KEPT, EXCHANGES_KEPT = years(1), years(10)


def export_posts(user) -> Iterator[dict]:
    posts = Post.objects.filter(author=user).select_related("municipality", "at_building")
    for post in posts.prefetch_related("photos", "voice_notes"):
        yield {
            "at": post.created_at.isoformat(),
            "kind": post.kind,
            "category": post.category,
            "title": post.title,
            "text": post.text,
            "place": post.where_shown,
            "when": post.when,
            "minutes": post.minutes,
            "languages": [language_name(code) for code in post.spoken],
            "state": post.state,
            "files": [name_of(file) for file in (*post.photos.all(), *post.voice_notes.all())],
        }


def erase_posts(user) -> int:
    """All of it goes; exchanges that came of it know what they need themselves."""
    posts = Post.objects.filter(author=user)
    for post in posts.prefetch_related("photos", "voice_notes"):
        post.photos.all().delete()
        post.voice_notes.all().delete()
    return posts.delete()[1].get(Post._meta.label, 0)


def expire_posts(before: datetime) -> int:
    """Those that are over and of which nothing is going on."""
    going_on = Exchange.objects.filter(state__in=LIVE).exclude(post=None)
    over = Post.objects.finished().filter(created_at__lt=before).exclude(pk__in=going_on.values("post"))
    return over.delete()[1].get(Post._meta.label, 0)


def export_interests(user) -> Iterator[dict]:
    for interest in Interest.objects.filter(person=user):
        yield {"side": interest.side, "what": interest.what}


def erase_interests(user) -> int:
    return Interest.objects.filter(person=user).delete()[0]


def export_exchanges(user) -> Iterator[dict]:
    """Of the other only a first name would be needed, and not even that: who it was stays out. Of exchanges between
    others what somebody wrote there for an organization."""
    for exchange in Exchange.objects.filter(Q(giver=user) | Q(receiver=user)).select_related("municipality"):
        side = "giver" if exchange.giver_id == user.pk else "receiver"
        asked = exchange.asked_by_id == user.pk
        yield {
            "at": exchange.created_at.isoformat(),
            "title": exchange.title,
            "category": exchange.category,
            "gave": side == "giver",
            "starts_at": exchange.starts_at.isoformat() if exchange.starts_at else None,
            "place": exchange.place,
            "state": exchange.state,
            "booked_minutes": exchange.booked_minutes,
            "message": exchange.message if asked else "",
            "reason": exchange.reason if exchange.reason_side == side else "",
            "answer": exchange.answer if exchange.reason_side != side else "",
            "decision": exchange.decision,
            "thanks": exchange.thanks,
        }
    for exchange, words in written_for_others(user):
        yield {
            "at": exchange.created_at.isoformat(),
            "category": exchange.category,
            "state": exchange.state,
            **words,
        }


def said_side(value: Any, row: dict, person: Any) -> str:
    return gettext("gave") if value else gettext("received")


def erase_exchanges(user) -> int:
    """What is going on is called off; of what was, the figures stay with the other, without name and without words.

    What they wrote for an organization in an exchange between others goes too; a decision stands without its author."""
    acted_for = list(written_for_others(user))  # before the two of their own exchanges are forgotten
    mine = Exchange.objects.filter(Q(giver=user) | Q(receiver=user))
    for exchange in mine.live():
        with suppress(TransitionError):  # it has ended a moment ago
            exchange.end()
    touched = mine.update(**dict.fromkeys(_WORDS, ""))
    for field in ("giver", "receiver", "asked_by"):
        Exchange.objects.filter(**{field: user}).update(**{field: None})
    for exchange, words in acted_for:
        gone = [field for field in words if not stands_without_author(exchange, field)]
        touched += Exchange.objects.filter(pk=exchange.pk).update(**dict.fromkeys(gone, "")) if gone else 0
    return touched


def expire_exchanges(before: datetime) -> int:
    over = Exchange.objects.over().filter(state_since__lt=before)
    return over.delete()[1].get(Exchange._meta.label, 0)


DATA = (
    PersonalData(
        key="community.Post",
        title=_("What you offer and ask for"),
        export=export_posts,
        labels={
            "category": _("Kind of help"),
            "title": _("Title"),
            "when": _("When"),
            "minutes": _("Minutes"),
            "languages": _("Languages"),
        },
        erase=erase_posts,
        retention=POSTS_KEPT,
        expire=expire_posts,
        reason=_("A year after it was published, so that you can put it on the board again."),
    ),
    PersonalData(
        key="community.Interest",
        title=_("What you could give and use"),
        export=export_interests,
        labels={"side": pgettext_lazy("who said it", "You"), "what": _("What")},
        erase=erase_interests,
        retention=None,
        reason=_("As long as your account, so that the board shows first what fits you."),
    ),
    PersonalData(
        key="community.Exchange",
        title=_("Your exchanges with neighbours"),
        export=export_exchanges,
        labels={
            "category": _("Kind of help"),
            "title": _("Title"),
            "gave": pgettext_lazy("who said it", "You"),
            "starts_at": _("When"),
            "booked_minutes": _("Minutes in the books"),
            "message": _("What you wrote"),
            "reason": _("Reason"),
            "answer": _("How you see it"),
            "decision": _("Why it was settled so"),
            "thanks": _("Thanks"),
        },
        values={"gave": said_side},
        erase=erase_exchanges,
        stays=_(
            "That an exchange took place, how long it was and what kind of help; no name and no words. What you "
            "decided between two others stays for them, without your name."
        ),
        retention=EXCHANGES_KEPT,
        expire=expire_exchanges,
        reason=_(
            "Ten years, as long as the books of hours in which it stands. Where you met is forgotten a week after it "
            "is over."
        ),
    ),
)
