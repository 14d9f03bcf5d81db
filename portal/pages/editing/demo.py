"""The demo's pages have been read, some have grown old, and readers have said what they think."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

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
    # The Italian of one guide has changed since it was put into English.
    for guide in guides[:1]:
        translations = pages().filter(translation_key=guide.translation_key).exclude(pk=guide.pk)
        PageState.objects.filter(page__in=translations).update(agrees_at=timezone.now() - timedelta(days=40))
        PageState.objects.filter(page=guide).update(words_changed_at=timezone.now() - timedelta(days=10))
