"""What is kept of whoever proposed something in an organization's name."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from wagtail.models import Page, PageLogEntry

from portal.extensions import years

from .models import GONE, Contribution, delete_unnamed

RETENTION = years(2)


def export_contributions(person: Any) -> Iterator[dict[str, Any]]:
    for one in Contribution.objects.filter(by=person).select_related("organization").order_by("pk"):
        yield {
            "proposed_on": one.proposed_at.isoformat(),
            "organization": one.organization.name,
            "title": one.title,
            "text": one.text,
            "state": str(one.get_state_display()),
            "decided_on": one.decided_at.isoformat() if one.decided_at else None,
        }


@transaction.atomic
def erase_contributions(person: Any) -> int:
    """What was published is the organization's word on the agency's page and stays; whatever else goes, with its draft
    and what Wagtail's log calls it."""
    mine = Contribution.objects.filter(by=person)
    drafts = list(
        mine.filter(state=Contribution.State.WAITING, page__live=False).values_list("page", flat=True)
    )
    for draft in Page.objects.filter(pk__in=drafts):
        delete_unnamed(draft)
    if drafts:
        transaction.on_commit(_forget_in_index)
    titles = list(mine.exclude(state=Contribution.State.PUBLISHED).values_list("title", flat=True))
    PageLogEntry.objects.filter(page__in=drafts).update(label=GONE, data={})
    PageLogEntry.objects.filter(label__in=titles, action="wagtail.delete").update(label=GONE, data={})
    gone = mine.exclude(state=Contribution.State.PUBLISHED).delete()[1].get(Contribution._meta.label, 0)
    return gone + mine.update(by=None)


def _forget_in_index() -> None:
    """SQLite's index keeps the words of what was deleted until it is put in order."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO wagtailsearch_indexentry_fts(wagtailsearch_indexentry_fts) VALUES('optimize')"
            )


def expire_contributions(before: datetime) -> int:
    over = Contribution.objects.filter(decided_at__lt=before)
    return over.delete()[1].get(Contribution._meta.label, 0)
