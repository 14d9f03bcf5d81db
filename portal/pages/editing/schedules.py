"""What comes round for editors: what went out unseen is read, reminders, links, and readers' words that are old."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from wagtail.models import Page
from wagtail.signals import page_published

from portal.events import record

from .link_check import check_links
from .models import PageFeedback, PageState
from .querysets import pages, source_language

FEEDBACK_KEPT = timedelta(days=365)

__all__ = ["check_links", "forget_old_feedback", "note_missing", "remind"]


def note_published(instance: Page, **kwargs) -> None:
    PageState.note(instance)


page_published.connect(note_published, dispatch_uid="portal.pages.editing")


def note_missing() -> int:
    """What is live and nobody has read yet: what a command has brought in, or stood there before."""
    missing = pages().live().filter(portal_state=None).select_related("locale").specific()
    # The source first: what is translated from it agrees with it.
    found = sorted(missing, key=lambda page: page.locale.language_code != source_language())
    for page in found:
        PageState.note(page)
    return len(found)


def remind() -> int:
    """Editors are told once of each page and day on which it is to be checked."""
    note_missing()
    today = timezone.localdate()
    told = 0
    untold = ~Q(reminded_for=F("check_on")) | Q(reminded_for=None)
    due = PageState.objects.filter(untold, page__live=True, check_on__lte=today)
    for state in due.select_related("page"):
        with transaction.atomic():
            # Of two workers one moves it on.
            mine = PageState.objects.filter(untold, pk=state.pk, check_on=state.check_on)
            if mine.update(reminded_for=state.check_on):
                record("portal.page.review_due", state.page)
                told += 1
    return told


def forget_old_feedback() -> int:
    before = timezone.localdate() - FEEDBACK_KEPT
    return PageFeedback.objects.filter(said_on__lt=before).delete()[0]
