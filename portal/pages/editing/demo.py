"""The demo's pages have been read, some have grown old, and readers have said what they think."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone
from wagtail.models import Page
from wagtail_localize.models import TranslationSource

from .models import PageFeedback, PageState
from .querysets import pages, source_language
from .schedules import note_missing

# What readers of guides said: useful, reason, words. Two guides get them.
SAID = (
    (True, "", ""),
    (True, "", "Finalmente ho capito dove andare."),
    (False, "missing", "Non c'è scritto se devo prendere appuntamento."),
    (False, "unclear", ""),
    (False, "language", ""),
)


def load() -> None:
    from portal.pages.models import GuidePage

    note_missing()
    PageFeedback.objects.all().delete()
    today = timezone.localdate()
    guides = list(
        GuidePage.objects.live().filter(locale__language_code=source_language()).order_by("path")[:2]
    )
    for guide in guides:
        for days, (useful, reason, text) in enumerate(SAID):
            PageFeedback.objects.create(
                page=guide, useful=useful, reason=reason, text=text, said_on=today - timedelta(days=3 * days)
            )
    for guide in guides[:1]:
        _changed_in_italian(guide, timezone.now())


def _changed_in_italian(guide: Page, now: datetime) -> None:
    """Ten days ago somebody made one fact of it plainer; it was put into English before, and nobody was asked again."""
    guide.where = "allo sportello di Pero o di Rho, e nella casa che ti viene data"
    guide.save()
    PageState.note(guide)
    before = now - timedelta(days=40)
    translations = pages().filter(translation_key=guide.translation_key).exclude(pk=guide.pk)
    PageState.objects.filter(page__in=translations).update(agrees_at=before)
    TranslationSource.objects.filter(object=guide.translation_key).update(last_updated_at=before)
    PageState.objects.filter(page=guide).update(words_changed_at=now - timedelta(days=10))
