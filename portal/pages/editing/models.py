"""What editors know about a page besides what stands on it: when it was checked, what it links to, what readers say."""

from __future__ import annotations

import hashlib
import uuid
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page
from wagtail_localize.models import Translation, TranslationSource

from portal.events import record
from portal.ui.whole_pages import purge_pages

from .addresses import is_ours, leads_somewhere
from .gulpease import LANGUAGE, measure
from .querysets import PageFeedbackQuerySet, PageLinkQuerySet
from .reading import HINT, links_of, pieces_of
from .review import may_confirm

YEAR = timedelta(days=365)
REASON_LENGTH = 300  # characters


class PageState(models.Model):
    """One a page that has been out: whether it is still true, and since when its words are what they are.

    `words_digest` is a fingerprint of what can be read, so that publishing the same words again is no change. A
    translation agrees with its source since `agrees_at`: since its own words changed, or somebody compared the two, or,
    where wagtail-localize brings the two together, since it went out with all that the source says now.
    """

    page = models.OneToOneField(Page, models.CASCADE, related_name="portal_state", verbose_name=_("page"))
    checked_on = models.DateField(_("checked on"), null=True, blank=True)
    chosen_on = models.DateField(
        _("check again on"),
        null=True,
        blank=True,
        help_text=_("Leave it empty for the usual: after a year, a call or an event when it is over."),
    )
    check_on = models.DateField(_("to be checked on"), null=True, blank=True, db_index=True, editable=False)
    reminded_for = models.DateField(_("reminded for"), null=True, blank=True, editable=False)
    words_digest = models.CharField(_("fingerprint of the words"), max_length=64, editable=False)
    words_changed_at = models.DateTimeField(_("words changed on"), editable=False)
    agrees_at = models.DateTimeField(_("agrees with its source since"), editable=False)
    hints = models.PositiveSmallIntegerField(_("hints left"), default=0, editable=False)
    gulpease = models.PositiveSmallIntegerField(_("readability"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("state of a page")
        verbose_name_plural = _("states of pages")

    def __str__(self) -> str:
        return f"{self.page_id}"

    @classmethod
    @transaction.atomic
    def note(cls, page: Page) -> PageState:
        """Read a live page anew: it has just gone out, or nobody has read it yet. May come twice."""
        page = page.specific
        pieces = pieces_of(page)
        digest = hashlib.sha256("\n".join(pieces).encode()).hexdigest()
        now = timezone.now()
        state = cls.objects.select_for_update().filter(page_id=page.pk).first()
        if state is None:
            since = page.last_published_at or _sent_to_be_translated(page) or now
            state = cls(page_id=page.pk, words_digest=digest, words_changed_at=since, agrees_at=since)
        else:
            if has_changed := state.words_digest != digest:
                state.words_digest, state.words_changed_at = digest, now
            if _now_agrees(page, has_changed):
                state.agrees_at = now
        state.checked_on = getattr(page, "reviewed_on", None) or state.checked_on
        state.check_on = state.chosen_on or due_after(page, state.checked_on)
        state.gulpease = measure(pieces).index if page.locale.language_code == LANGUAGE else None
        state.hints = sum(HINT in piece for piece in pieces)
        state.save()
        PageLink.note(page)
        return state

    @classmethod
    @transaction.atomic
    def still_right(cls, page: Page, *, by: Any, again_on: date | None = None) -> PageState:
        """Somebody has read the live page and all of it holds. `again_on`: when to look next, where not as usual.

        A page that shows its readers when it was checked shows the new day. What somebody else has begun to change in
        it stays a draft. Raises PermissionDenied for whoever may not publish it, ValueError for a day that is past.
        """
        page = page.specific
        if not page.live or not may_confirm(page, by):
            raise PermissionDenied
        today = timezone.localdate()
        if again_on and again_on <= today:
            raise ValueError("again_on is past")
        if hasattr(page, "reviewed_on") and (page.reviewed_on != today or page.has_unpublished_changes):
            _show_as_checked(page, today, by)
        state = cls.note(page)
        state.checked_on, state.chosen_on = today, again_on
        state.check_on = again_on or due_after(page, today)
        state.agrees_at = timezone.now()
        state.save()
        record("portal.page.checked", state.page, by=by)
        return state


def _sent_to_be_translated(page: Page) -> datetime | None:
    """When its words were last taken over for its translators: they have stood there since."""
    sources = TranslationSource.objects.filter(object=page.translation_key, locale=page.locale_id)
    return sources.values_list("last_updated_at", flat=True).first()


def _now_agrees(page: Page, has_changed: bool) -> bool:
    """Whether a page that goes out says what its source says. Same words may: a typing error is no other sense; new
    words need not: a translator who has not been asked again mends what was there."""
    translation = (
        Translation.objects.filter(
            source__object=page.translation_key, target_locale=page.locale_id, enabled=True
        )
        .select_related("source")
        .first()
    )
    if translation is None:
        return has_changed
    newer = PageState.objects.filter(
        page__translation_key=page.translation_key,
        page__locale=translation.source.locale_id,
        words_changed_at__gt=translation.source.last_updated_at,
    )
    return not newer.exists()


def due_after(page: Page, checked_on: date | None) -> date | None:
    """When a page checked on that day is to be checked again. What closes or is over is looked at on that day."""
    if checked_on is None:
        return None
    ends = getattr(page, "closes_on", None)
    if ends is None and getattr(page, "ends_at", None):
        ends = timezone.localdate(page.ends_at)
    if ends and ends > checked_on:
        return min(ends, checked_on + YEAR)
    return checked_on + YEAR


def _show_as_checked(page: Page, day: date, by: Any) -> None:
    if page.has_unpublished_changes or page.workflow_in_progress:
        # Publishing would take a half-written draft along; the draft will carry the day when it goes out.
        type(page)._base_manager.filter(pk=page.pk).update(reviewed_on=day)
        purge_pages()  # an update sends no word of itself
        if draft := page.latest_revision:
            draft.content["reviewed_on"] = day.isoformat()
            draft.save(update_fields=["content"])
        page.reviewed_on = day
        return
    page.reviewed_on = day
    page.save_revision(user=by, log_action=True).publish(user=by, skip_permission_checks=True)


class PageLink(models.Model):
    """A link in the words of a live page. Whether an address leads somewhere was seen at `seen_at`."""

    class Kind(models.TextChoices):
        PAGE = "page", _("page of ours")
        DOCUMENT = "document", _("file of ours")
        HERE = "here", _("address of ours")
        OUTSIDE = "outside", _("another site")

    page = models.ForeignKey(Page, models.CASCADE, related_name="portal_links", verbose_name=_("page"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    target = models.CharField(_("leads to"), max_length=2000)
    number = models.PositiveBigIntegerField(_("number of the page or file"), null=True)
    words = models.CharField(_("words"), max_length=255, blank=True)
    is_broken = models.BooleanField(_("leads nowhere"), default=False)
    status = models.CharField(_("what was answered"), max_length=20, blank=True)
    failures = models.PositiveSmallIntegerField(_("times without success"), default=0)
    seen_at = models.DateTimeField(_("looked at on"), null=True, db_index=True)

    objects = PageLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("link of a page")
        verbose_name_plural = _("links of pages")
        indexes = [models.Index(fields=["kind", "number"], name="pagelink_target")]

    def __str__(self) -> str:
        return f"{self.page_id} → {self.kind}"

    @classmethod
    def note(cls, page: Page) -> None:
        """What the page links to now. What is known of an address stays known."""
        wanted: dict[tuple[str, str, str], int | None] = {}
        for link in links_of(page):
            target, words = link.target[:2000], link.words[:255]
            if link.kind in (cls.Kind.PAGE, cls.Kind.DOCUMENT):
                wanted[link.kind, target, words] = int(target) if target.isdigit() else 0
            else:
                wanted[cls.Kind.HERE if is_ours(target) else cls.Kind.OUTSIDE, target, words] = None
        there = {(row.kind, row.target, row.words): row for row in cls.objects.filter(page_id=page.pk)}
        gone = [row.pk for key, row in there.items() if key not in wanted]
        cls.objects.filter(pk__in=gone).delete()
        new = [
            cls(page_id=page.pk, kind=kind, target=target, words=words, number=number)
            for (kind, target, words), number in wanted.items()
            if (kind, target, words) not in there
        ]
        for row in new:
            if row.kind == cls.Kind.HERE:
                row.is_broken = not leads_somewhere(row.target)
        cls.objects.bulk_create(new)


class PageFeedback(models.Model):
    """Whether a page helped somebody, and what they missed. From whom is not known, and nobody is answered."""

    class Reason(models.TextChoices):
        UNCLEAR = "unclear", _("I did not understand it")
        MISSING = "missing", _("What I look for is not there")
        WRONG = "wrong", _("Something is wrong or out of date")
        LANGUAGE = "language", _("I would need it in another language")
        OTHER = "other", _("Something else")

    page = models.ForeignKey(Page, models.CASCADE, related_name="portal_feedback", verbose_name=_("page"))
    useful = models.BooleanField(_("useful"))
    reason = models.CharField(_("What was it?"), max_length=10, choices=Reason, blank=True)
    text = models.TextField(_("Do you want to tell us more?"), max_length=REASON_LENGTH, blank=True)
    client_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    said_on = models.DateField(_("said on"), default=timezone.localdate, db_index=True)
    read_at = models.DateTimeField(_("read on"), null=True, blank=True)

    objects = PageFeedbackQuerySet.as_manager()

    class Meta:
        verbose_name = _("word about a page")
        verbose_name_plural = _("words about pages")
        ordering = ["-said_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(useful=False) | models.Q(reason=""),
                name="page_feedback_reason_if_not_useful",
            )
        ]

    def __str__(self) -> str:
        return f"{self.page_id}: {self.useful}"

    @classmethod
    def say(cls, page: Page, *, client_id: uuid.UUID, useful: bool, reason: str = "", text: str = "") -> None:
        """Once for each client id: what a phone sends again is the same word."""
        said = cls(
            page=page, client_id=client_id, useful=useful, reason="" if useful else reason, text=text.strip()
        )
        try:
            with transaction.atomic():
                said.save()
        except IntegrityError:
            if not cls.objects.filter(client_id=client_id).exists():
                raise

    def explain(self, *, reason: str, text: str) -> None:
        """Why it was not useful; said once."""
        self.reason, self.text = reason, text.strip()
        self.save(update_fields=["reason", "text"])

    @classmethod
    def mark_read(cls, page: Page, *, by: Any) -> int:
        if not page.permissions_for_user(by).can_edit():
            raise PermissionDenied
        return cls.objects.unread().filter(page_id=page.pk).update(read_at=timezone.now())
