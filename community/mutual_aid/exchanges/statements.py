"""What was said of an exchange that went wrong: why, how the other sees it, and how it was decided."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from .models import Exchange

_OTHER = {"giver": "receiver", "receiver": "giver"}


@dataclass(frozen=True, kw_only=True)
class Statement:
    """Somebody's words; `minutes` is how long they say that it was, where they have said it."""

    who: str
    text: str
    minutes: int | None = None


def what_was_said(exchange: Exchange, user: Any) -> list[Statement]:
    """For one of the two, or for whoever answers for the area; in the order in which it was said."""
    told = [
        (exchange.reason_side, exchange.reason),
        (_OTHER.get(exchange.reason_side, ""), exchange.answer),
        ("", exchange.decision),
    ]
    return [
        Statement(who=_name_of(side, exchange, user), text=text, minutes=exchange.minutes_said_by(side))
        for side, text in told
        if text
    ]


def _name_of(side: str, exchange: Exchange, user: Any) -> str:
    if not side:
        return _("The coordinator")
    mine = exchange.side_of(user)
    if mine == side:
        return pgettext("who said it", "You")
    if mine:
        return exchange.shown_to(user)
    return str((exchange.giving_party if side == "giver" else exchange.receiving_party) or _("Somebody"))
