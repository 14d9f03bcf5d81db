"""What may be wrong with a page, as questions to the database, each a condition on Wagtail's pages."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from .gulpease import LANGUAGE, MIDDLE

if TYPE_CHECKING:
    from .models import PageFeedback


def source_language() -> str:
    """What is written first; the others are put into words from it."""
    return settings.LANGUAGE_CODE


def translated_into() -> list[str]:
    return [code for code, _name in settings.LANGUAGES if code != source_language()]


class PageLinkQuerySet(models.QuerySet):
    def broken(self) -> PageLinkQuerySet:
        """What leads nowhere: now, for pages and files of ours; when it was last looked at, for addresses."""
        shown = Page.objects.live().filter(
            translation_key__in=Page.objects.filter(pk=OuterRef(OuterRef("number"))).values("translation_key")
        )
        from wagtail.documents import get_document_model

        files = get_document_model().objects.filter(pk=OuterRef("number"))
        Kind = self.model.Kind
        return self.filter(
            Q(kind=Kind.PAGE) & ~Exists(shown)
            | Q(kind=Kind.DOCUMENT) & ~Exists(files)
            | Q(kind__in=(Kind.HERE, Kind.OUTSIDE), is_broken=True)
        )

    def nameless(self) -> PageLinkQuerySet:
        return self.filter(words="")


class PageFeedbackQuerySet(models.QuerySet):
    def unread(self) -> PageFeedbackQuerySet:
        return self.filter(read_at=None)

    def without_reason(self, page: Page, client_id: str) -> PageFeedback | None:
        """A no of today about that page to which nothing was added yet; None for any other id, or what is none."""
        try:
            said = uuid.UUID(client_id)
        except ValueError:
            return None
        of_today = self.filter(page_id=page.pk, useful=False, said_on=timezone.localdate())
        return of_today.filter(client_id=said, reason="", text="").first()


def overdue() -> Q:
    return Q(live=True, portal_state__check_on__lte=timezone.localdate())


def never_checked() -> Q:
    return Q(live=True, portal_state__checked_on=None)


def untranslated(*languages: str) -> Q:
    """Written first and out, and not out in one of the languages (all that there are)."""
    lacking = [
        ~Exists(
            Page.objects.live().filter(
                translation_key=OuterRef("translation_key"), locale__language_code=language
            )
        )
        for language in languages or translated_into()
    ]
    return Q(live=True, locale__language_code=source_language()) & reduce(or_, map(Q, lacking), Q(pk=None))


def outdated() -> Q:
    """A translation whose source says something else since it was last put into words, or compared; or that waits for
    words: until they come, its readers find the source's in their place."""
    from .models import PageState

    newer = PageState.objects.filter(
        page__translation_key=OuterRef("translation_key"),
        page__locale__language_code=source_language(),
        page__live=True,
        words_changed_at__gt=OuterRef("portal_state__agrees_at"),
    )
    is_translation = Q(live=True) & ~Q(locale__language_code=source_language())
    return is_translation & (Q(Exists(newer)) | Q(Exists(_waiting())))


def _waiting() -> models.QuerySet:
    """The pieces of a page that wagtail-localize asks somebody to translate."""
    from wagtail_localize.models import StringSegment, StringTranslation

    translated = StringTranslation.objects.filter(
        translation_of=OuterRef("string"),
        context=OuterRef("context"),
        locale=OuterRef(OuterRef("locale")),
        has_error=False,
    )
    return StringSegment.objects.filter(
        ~Exists(translated),
        source__object=OuterRef("translation_key"),
        source__translations__target_locale=OuterRef("locale"),
        source__translations__enabled=True,
    )


def _not_asked_yet() -> models.QuerySet:
    """Numbers of the sources of a translation that have changed since its translator was last asked."""
    from wagtail_localize.models import Translation

    from .models import PageState

    changed = PageState.objects.filter(
        page__translation_key=OuterRef("source__object"),
        page__locale=OuterRef("source__locale"),
        page__live=True,
        words_changed_at__gt=OuterRef("source__last_updated_at"),
    )
    return Translation.objects.filter(
        Exists(changed),
        source__object=OuterRef("translation_key"),
        target_locale=OuterRef("locale"),
        enabled=True,
    ).values("source")


def standing(language: str, state: str) -> Q:
    """Pages written first of which the version in that language is "missing", a "draft", "outdated" or "current"."""
    versions = Page.objects.filter(
        translation_key=OuterRef("translation_key"), locale__language_code=language, alias_of=None
    )
    if state == "missing":
        return ~Exists(versions)
    if state == "draft":
        return Q(Exists(versions.filter(live=False)))
    out = versions.filter(live=True)
    return Q(Exists(out.filter(outdated()) if state == "outdated" else out.exclude(outdated())))


def how_many_stand(found: models.QuerySet, language: str, states: Iterable[str]) -> dict[str, int]:
    """How many of the pages stand how in that language, by one query."""
    return found.aggregate(**{state: Count("pk", filter=standing(language, state)) for state in states})


def broken_links() -> Q:
    from .models import PageLink

    return Q(live=True) & Exists(PageLink.objects.broken().filter(page=OuterRef("pk")))


def hard_to_read() -> Q:
    return Q(live=True, locale__language_code=LANGUAGE, portal_state__gulpease__lt=MIDDLE)


def nameless_links() -> Q:
    from .models import PageLink

    return Q(live=True) & Exists(PageLink.objects.nameless().filter(page=OuterRef("pk")))


def said_not_useful() -> Q:
    from .models import PageFeedback

    return Exists(PageFeedback.objects.unread().filter(page=OuterRef("pk"), useful=False))


def hints_left() -> Q:
    """Somebody has published, past the form, what a template says to whoever writes."""
    return Q(live=True, portal_state__hints__gt=0)


PROBLEMS = {
    "hints": (_("With hints that nobody has replaced"), hints_left),
    "overdue": (_("To be checked again"), overdue),
    "outdated": (_("Older than the Italian page"), outdated),
    "broken": (_("With links that lead nowhere"), broken_links),
    "not_useful": (_("Somebody did not find what they needed"), said_not_useful),
    "hard": (_("Hard to read"), hard_to_read),
    "nameless": (_("With links that have no words"), nameless_links),
    "never": (_("Never checked"), never_checked),
    "untranslated": (_("Not translated yet"), untranslated),
}


def pages() -> models.QuerySet:
    """All that editors write, below the root; what mirrors another page is looked after there."""
    return Page.objects.filter(depth__gt=1, alias_of=None)


def figures() -> dict[str, int]:
    """How many pages have which problem, by one query."""
    return pages().aggregate(
        **{key: Count("pk", filter=condition()) for key, (_label, condition) in PROBLEMS.items()}
    )


# Told of in a row by words of its own: who said what, and which languages are lacking.
_SAID_OTHERWISE = ("not_useful", "untranslated")


def problems_of(rows: list[Page]) -> dict[int, list[str]]:
    """Number of a page → what is to do there, of PROBLEMS and in their order, by one query for all of them."""
    keys = [key for key in PROBLEMS if key not in _SAID_OTHERWISE]
    told = Page.objects.filter(pk__in=[page.pk for page in rows]).annotate(
        **{
            f"has_{key}": models.Case(
                models.When(PROBLEMS[key][1](), then=True), default=False, output_field=models.BooleanField()
            )
            for key in keys
        }
    )
    return {
        pk: [key for key, is_so in zip(keys, has, strict=True) if is_so]
        for pk, *has in told.values_list("pk", *(f"has_{key}" for key in keys))
    }


def with_states(found: models.QuerySet) -> models.QuerySet:
    return (
        found.select_related("portal_state", "locale", "content_type")
        .annotate(
            is_outdated=models.Case(
                models.When(outdated(), then=True), default=False, output_field=models.BooleanField()
            ),
            not_asked_yet=models.Subquery(_not_asked_yet()[:1]),
            yes=_count(True),
            no=_count(False),
        )
        .order_by(F("portal_state__check_on").asc(nulls_last=True), "title")
    )


def _count(useful: bool) -> models.functions.Coalesce:
    from .models import PageFeedback

    said = PageFeedback.objects.filter(page=OuterRef("pk"), useful=useful).order_by().values("page")
    return models.functions.Coalesce(models.Subquery(said.annotate(n=Count("pk")).values("n")), 0)
