"""A statement as its holder reads it: with whom and for what each line was, with the way to what it was for.

The books hold no prose. What was booked for says it itself, to whoever took part: `told_in_statement(reader)` on the
model, "" for anybody else; `for_statements()` on its manager brings along what that needs.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.paginator import Page, Paginator
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from portal.ledger import LedgerPosting

from .models import HoursAccount
from .words import BOOKINGS

PER_PAGE = 20


@dataclass(frozen=True)
class Line:
    """`url` leads to what it was for, where there is a page of it."""

    posting: LedgerPosting
    words: str | Promise
    url: str = ""


def page_of(account: HoursAccount | None, number: str | None, *, reader: Any = None) -> Page:
    """The last bookings first, as Lines. Without a reader they say nothing of people."""
    postings = account.ledger.postings if account else LedgerPosting.objects.none()
    page = Paginator(postings.order_by("-sequence").select_related("entry__reverses"), PER_PAGE).get_page(
        number
    )
    things = _things(posting.entry.about for posting in page)
    page.object_list = [_line(posting, things.get(posting.entry.about), reader) for posting in page]
    return page


def _line(posting: LedgerPosting, thing: Any, reader: Any) -> Line:
    words = BOOKINGS.get(posting.entry.kind, _("A booking"))
    if reader is not None and hasattr(thing, "told_in_statement"):
        words = thing.told_in_statement(reader) or words
    if posting.entry.reverses_id:
        words = _("Taken back: %(what)s") % {"what": words}
    return Line(posting, words, thing.get_absolute_url() if thing else "")


def _things(abouts) -> dict[str, Any]:
    """What was booked for, where it has a page, one query for each kind of thing."""
    wanted = defaultdict(set)
    for about in filter(None, abouts):
        label, _colon, pk = about.rpartition(":")
        wanted[label].add(pk)
    things = {}
    for label, pks in wanted.items():
        try:
            model = apps.get_model(label)
        except LookupError:  # its plugin is gone
            continue
        if hasattr(model, "get_absolute_url"):
            among = getattr(model._default_manager, "for_statements", model._default_manager.all)()
            things |= {f"{label}:{thing.pk}": thing for thing in among.filter(pk__in=pks)}
    return things
