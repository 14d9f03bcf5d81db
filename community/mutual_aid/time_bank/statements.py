"""A statement as its holder reads it: what each line was, with the way to what it was for."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

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
    """`url` leads to what it was for, where there is a page of it: that page says with whom, and to whom it may."""

    posting: LedgerPosting
    words: str | Promise
    url: str = ""


def page_of(account: HoursAccount | None, number: str | None) -> Page:
    """The last bookings first, as Lines."""
    postings = account.ledger.postings if account else LedgerPosting.objects.none()
    page = Paginator(postings.order_by("-sequence").select_related("entry__reverses"), PER_PAGE).get_page(
        number
    )
    urls = _urls(posting.entry.about for posting in page)
    page.object_list = [_line(posting, urls.get(posting.entry.about, "")) for posting in page]
    return page


def _line(posting: LedgerPosting, url: str) -> Line:
    words = BOOKINGS.get(posting.entry.kind, _("A booking"))
    if posting.entry.reverses_id:
        words = _("Taken back: %(what)s") % {"what": words}
    return Line(posting, words, url)


def _urls(abouts) -> dict[str, str]:
    """The page of each thing that has one, one query for each kind of thing."""
    wanted = defaultdict(set)
    for about in filter(None, abouts):
        label, _colon, pk = about.rpartition(":")
        wanted[label].add(pk)
    urls = {}
    for label, pks in wanted.items():
        try:
            model = apps.get_model(label)
        except LookupError:  # its plugin is gone
            continue
        if hasattr(model, "get_absolute_url"):
            for thing in model._default_manager.filter(pk__in=pks):
                urls[f"{label}:{thing.pk}"] = thing.get_absolute_url()
    return urls
