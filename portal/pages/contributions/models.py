"""What an organization would have the agency publish: its words become a draft, and an editor decides."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.html import escape
from django.utils.text import Truncator
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page, PageLogEntry
from wagtail.rich_text import RichText
from wagtail.signals import page_published

from portal.access.limits import limited
from portal.events import record
from portal.pages.editing.reading import HINT
from portal.pages.editing.review import hand_in
from portal.pages.slugs import free_slug
from portal.people.models import Organization

TITLE_LENGTH, TEXT_LENGTH, REASON_LENGTH = 100, 3000, 300  # characters
RATE = "10/d"  # of one person


class TooOften(Exception):
    """One person proposes so much a day and no more."""


class NoPlaceYet(Exception):
    """There is no index page below which such a draft would stand: the site does not publish this kind."""


class AlreadyDecided(Exception):
    """It has been published, or declined, meanwhile."""


class ContributionQuerySet(models.QuerySet):
    def waiting(self) -> ContributionQuerySet:
        """Nobody has decided; the oldest first."""
        return self.filter(decided_at=None).order_by("proposed_at", "pk")


GONE = "—"
# What an organization says of a local resource besides its title and text, each under the page's own name.
RESOURCE = ("who", "how", "documents", "needs", "languages", "cost")
SUMMARY_LENGTH = 300  # characters


class Contribution(models.Model):
    class Kind(models.TextChoices):
        NEWS = "news", _("a piece of news")
        EVENT = "event", _("an event")
        RESOURCE = "resource", _("a local resource")

    class State(models.TextChoices):
        WAITING = "waiting", _("waits for the agency")
        PUBLISHED = "published", _("published")
        DECLINED = "declined", _("declined")

    organization = models.ForeignKey(
        Organization, models.CASCADE, related_name="contributions", verbose_name=_("organization")
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("proposed by")
    )
    kind = models.CharField(_("What is it?"), max_length=10, choices=Kind)
    title = models.CharField(_("title"), max_length=TITLE_LENGTH)
    text = models.TextField(_("text"), max_length=TEXT_LENGTH)
    page = models.ForeignKey(Page, models.SET_NULL, null=True, related_name="+", verbose_name=_("page"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    reason = models.CharField(_("reason"), max_length=REASON_LENGTH, blank=True)
    client_id = models.UUIDField(unique=True, editable=False)
    proposed_at = models.DateTimeField(_("proposed on"), default=timezone.now)
    decided_at = models.DateTimeField(_("decided on"), null=True)

    objects = ContributionQuerySet.as_manager()

    class Meta:
        verbose_name = _("proposal of an organization")
        verbose_name_plural = _("proposals of organizations")
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="contribution_decided_or_waiting",
                condition=models.Q(state="waiting", decided_at=None)
                | (~models.Q(state="waiting") & models.Q(decided_at__isnull=False)),
            )
        ]

    def __str__(self) -> str:
        return self.title

    @classmethod
    @transaction.atomic
    def propose(
        cls,
        organization: Organization,
        *,
        by: Any,
        client_id: UUID,
        kind: str,
        title: str,
        text: str,
        starts_at: datetime | None = None,
        ends_at: datetime | None = None,
        place: str = "",
        **about: Any,
    ) -> Contribution:
        """A draft below the right index, and the editors are told. The same client id is the same proposal.

        `about` are what a local resource says besides (`RESOURCE`). The draft waits for an editor's review, as every
        page does. Raises PermissionDenied for whoever does not coordinate the organization, TooOften, NoPlaceYet, and
        ValidationError for an event that ends before it starts.
        """
        if not by.has_perm("portal.coordinate_organization", organization):
            raise PermissionDenied
        if known := cls.objects.filter(client_id=client_id, by=by).first():
            return known
        if limited(None, "portal.contribution", RATE, by=by):
            raise TooOften
        page = _draft(kind, title, text, organization, starts_at, ends_at, place, about)
        try:
            with transaction.atomic():
                proposed = cls.objects.create(
                    organization=organization,
                    by=by,
                    client_id=client_id,
                    kind=kind,
                    title=title,
                    text=text,
                    page=page,
                )
        except IntegrityError:
            raise PermissionDenied from None  # somebody else's number
        record("portal.contribution.proposed", proposed, by=by)
        hand_in(page, by=by)
        return proposed

    @transaction.atomic
    def decline(self, *, by: Any, reason: str) -> None:
        """The organization reads the reason; the draft goes. Raises PermissionDenied, AlreadyDecided."""
        mine = type(self).objects.select_for_update().get(pk=self.pk)
        if mine.state != self.State.WAITING:
            raise AlreadyDecided
        if mine.page and not mine.page.permissions_for_user(by).can_delete():
            raise PermissionDenied
        page = mine.page
        mine._decided(self.State.DECLINED, reason=reason, page=None)
        if page and not page.live:
            delete_unnamed(page, user=by)
        self.refresh_from_db()
        record("portal.contribution.declined", self, by=by)

    def _decided(self, state: str, **fields) -> None:
        self.state, self.decided_at = state, timezone.now()
        for name, value in fields.items():
            setattr(self, name, value)
        self.save()


def delete_unnamed(draft: Page, user: Any = None) -> None:
    """Wagtail writes the title of what it deletes into its log and the server's: what somebody proposed is no prose
    of either."""
    Page.objects.filter(pk=draft.pk).update(title=GONE, draft_title=GONE)
    PageLogEntry.objects.filter(page=draft.pk).update(label=GONE)
    Page.objects.get(pk=draft.pk).specific.delete(user=user)


def _draft(kind, title, text, organization, starts_at, ends_at, place, about) -> Page:
    from portal.pages.directory.models import DirectoryPage, Provider, ResourcePage
    from portal.pages.events.models import EventIndexPage, EventPage
    from portal.pages.models import NewsIndexPage, NewsPage

    Index, Draft = {
        Contribution.Kind.NEWS: (NewsIndexPage, NewsPage),
        Contribution.Kind.EVENT: (EventIndexPage, EventPage),
        Contribution.Kind.RESOURCE: (DirectoryPage, ResourcePage),
    }[kind]
    index = Index.objects.live().filter(locale__language_code=settings.LANGUAGE_CODE).first()
    if index is None:
        raise NoPlaceYet
    paragraphs = [" ".join(part.split()) for part in text.split("\n\n")]
    page = Draft(
        title=title,
        slug=free_slug(index, title, otherwise="proposta"),
        # Words, not markup: what is pasted as HTML is read as it was typed.
        body=[("paragraph", f"<p>{escape(part)}</p>") for part in paragraphs if part],
        locale=index.locale,
        live=False,
    )
    if kind == Contribution.Kind.EVENT:
        page.starts_at, page.ends_at, page.place = starts_at, ends_at, place
        page.organizer = organization.name[:120]
        page.clean()
    if kind == Contribution.Kind.RESOURCE:
        page.provider = Provider.objects.filter(partner=organization).first()
        page.search_description = Truncator(paragraphs[0] if paragraphs else "").chars(SUMMARY_LENGTH)
        for name in RESOURCE:
            if name in about:
                setattr(page, name, about[name])
        # Places and hours are rows of the register: an editor enters them, and takes the hint out.
        if where := " ".join(about.get("where", "").split()):
            with override(index.locale.language_code):
                told = gettext("“Where and when”, in their words: %(where)s") % {"where": where}
            page.body.append(("callout", {"kind": "info", "text": RichText(f"<p>{HINT} {escape(told)}</p>")}))
    index.add_child(instance=page)
    page.save_revision(clean=False)
    return page


def tell_published(instance: Page, **kwargs) -> None:
    """An editor has published it, changed or as it was: the organization is told."""
    for proposed in Contribution.objects.waiting().filter(page_id=instance.pk):
        proposed._decided(Contribution.State.PUBLISHED)
        record("portal.contribution.published", proposed)


page_published.connect(tell_published, dispatch_uid="portal.pages.contributions")
