"""The pages of the portal: home, life situations, guides, news and what the law wants found; the other kinds have rooms
of their own and are named here, so that whoever asks for a page's kind finds it in one place."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.http import Http404, HttpRequest
from django.shortcuts import redirect
from django.templatetags.static import static
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.fields import StreamField
from wagtail.models import Page, PageManager, PageQuerySet
from wagtail.url_routing import RouteResult
from wagtail_localize.fields import SynchronizedField

from portal.ui.icons import can_be_drawn
from portal.ui.main_desk import main_desk

from .answers.models import AnswerIndexPage, AnswerPage, AnswerThreshold
from .blocks import BodyBlock, ChecklistBlock, PartBlock, StepsBlock
from .calls.models import CallIndexPage, CallPage, CallThreshold
from .events.models import EventIndexPage, EventPage
from .languages import ask_versions_together, below, reader_url
from .portal_page import LIST_TEMPLATE, TEXT_TEMPLATE, PortalPage, SituatedMixin, TextPage, text_panels
from .questions.models import FaqPage
from .services.models import ServiceIndexPage, ServicePage
from .situations import gathered
from .traits import PER_PAGE, ListsChildrenMixin, MultilingualMixin, breadcrumbs, card, entry
from .words import plain

__all__ = [
    "PER_PAGE",
    "AccessibilityPage",
    "AnswerIndexPage",
    "AnswerPage",
    "AnswerThreshold",
    "CallIndexPage",
    "CallPage",
    "CallThreshold",
    "EventIndexPage",
    "EventPage",
    "FaqPage",
    "GuidePage",
    "HomePage",
    "InfoPage",
    "LegalPage",
    "ListsChildrenMixin",
    "MultilingualMixin",
    "NewsIndexPage",
    "NewsPage",
    "PortalPage",
    "SectionPage",
    "ServiceIndexPage",
    "ServicePage",
    "TextPage",
    "breadcrumbs",
    "card",
]

AT_HOME = 3  # calls, events and news, of each
DEEPEST = 8  # levels below a home page


class HomePage(PortalPage):
    lead = models.TextField(_("lead"), blank=True)

    content_panels = [*PortalPage.content_panels, FieldPanel("lead")]
    template = "portal/pages/home_page.html"
    subpage_types = [
        "portal.SectionPage",
        "portal.ServiceIndexPage",
        "portal.CallIndexPage",
        "portal.AnswerIndexPage",
        "portal.EventIndexPage",
        "portal.NewsIndexPage",
        "portal.DirectoryPage",
        "portal.FaqPage",
        "portal.InfoPage",
        "portal.AccessibilityPage",
        "portal.LegalPage",
    ]

    class Meta:
        verbose_name = _("home page")
        verbose_name_plural = _("home pages")

    def texts(self) -> list[str]:
        return [*super().texts(), self.lead]

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """Wagtail's way, and where it ends in a 404, the same address in the other languages' trees.

        A translation that exists is where the reader is sent; otherwise the page is shown as it is, with a notice.
        """
        try:
            return self._page_at(request, path_components)
        except Http404:
            for home in self.versions:
                if home.pk == self.pk:
                    continue
                try:
                    found = home.specific._page_at(request, path_components)
                except Http404:
                    continue
                return self._for_reader(found, path_components)
            raise

    def _page_at(self, request: HttpRequest, slugs: list[str]) -> RouteResult:
        """What Wagtail looks for level by level, with two queries for each, found at once with all that lies above."""
        if not slugs:
            self.came_by = []
            return super().route(request, slugs)
        if len(slugs) > DEEPEST:
            raise Http404
        paths = [f"{self.url_path}{'/'.join(slugs[: level + 1])}/" for level in range(len(slugs))]
        # The database finds a slug by its index, and a path by reading all pages.
        found = Page.objects.filter(slug__in=slugs, url_path__in=paths)
        way = list(found.select_related("locale").order_by("depth"))
        rest = slugs[len(way) :]
        if not way or [page.url_path for page in way] != paths[: len(way)]:
            raise Http404
        if rest and rest[0] not in _files(way[-1].specific_class):
            raise Http404
        page = way[-1].specific
        page.locale = way[-1].locale
        if self.locale_id == page.locale_id:
            self.locale = page.locale
        page.came_by = [self, *way[:-1]]
        return page.route(request, rest)

    def _for_reader(self, found: RouteResult, slugs: list[str]) -> RouteResult:
        translation = (
            found.page.get_translations().live().filter(locale__language_code=get_language()).first()
        )
        if translation is None:
            return found
        file = f"{slugs[-1]}/" if slugs and slugs[-1] in _files(type(found.page)) else ""
        return RouteResult(self, kwargs={"moved_to": f"{translation.url}{file}"})

    def serve(self, request: HttpRequest, *args, moved_to: str = "", **kwargs):
        return redirect(moved_to) if moved_to else super().serve(request, *args, **kwargs)

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict:
        trees = self.versions
        lists = below(trees, Page.objects.type(CallIndexPage, EventIndexPage, NewsIndexPage))
        calls = below(trees, CallPage.objects.open_now(), deep=True).in_order()[:AT_HOME]
        events = below(trees, EventPage.objects.to_come(), deep=True).in_order()[:AT_HOME]
        news = below(trees, NewsPage.objects.all(), deep=True).in_order()[:AT_HOME]
        return {
            **super().get_context(request, *args, **kwargs),
            # In the reader's best language comes last, and stays.
            "lists": {page.specific_class.__name__: reader_url(page) for page in reversed(lists)},
            "calls": [entry(page) for page in calls],
            "events": [entry(page) for page in events],
            "news": [card(page) for page in news],
        }

    def about(self, request: HttpRequest) -> dict:
        desk = main_desk()
        return {
            "@type": "GovernmentOrganization",
            "name": settings.PORTAL_NAME,
            "description": self.search_description,
            "url": request.build_absolute_uri(self.url or "/"),
            "logo": request.build_absolute_uri(static("portal/icon-512.png")),
            **({"telephone": desk.phone} if desk.phone else {}),
        }


def _files(kind: type[Page] | None) -> list[str]:
    """What can be had below a page of that kind besides other pages, such as a calendar file."""
    return getattr(kind, "files", [])


class SectionPage(ListsChildrenMixin, PortalPage):
    """A landing page by life situation: what there is for who is in it."""

    has_few_children = True
    leads_on = True

    icon = models.CharField(
        _("pictogram"), max_length=40, default="house", help_text=_("A name of lucide.dev.")
    )

    first = StreamField(
        PartBlock(),
        blank=True,
        verbose_name=_("what to do first"),
        help_text=_("For whoever has no time to read: whom to call, what not to sign."),
    )

    override_translatable_fields = [SynchronizedField("icon", overridable=False)]
    content_panels = [*PortalPage.content_panels, FieldPanel("icon"), FieldPanel("first")]
    template = "portal/pages/section_page.html"
    parent_page_types = ["portal.HomePage"]
    subpage_types = ["portal.GuidePage", "portal.InfoPage", "portal.FaqPage"]
    page_description = _(
        "A life situation: what there is for who is in it, gathered from all kinds of pages."
    )

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")

    def clean(self) -> None:
        super().clean()
        if not can_be_drawn(self.icon):
            raise ValidationError(
                {"icon": _("There is no pictogram of this name. Look for one at lucide.dev.")}
            )

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict:
        ask_versions_together(self, *self.pages_above()[:1])
        return {**super().get_context(request, *args, **kwargs), "groups": gathered(self)}


class GuidePage(SituatedMixin, TextPage):
    """How to do one thing, step by step."""

    PARTS = {"needs": _("What you need"), "steps": _("Step by step")}

    takes = models.CharField(
        _("how long it takes"), max_length=120, blank=True, help_text=_("In words: half an hour, two weeks.")
    )
    where = models.CharField(_("where"), max_length=200, blank=True)
    cost = models.CharField(_("what it costs"), max_length=120, blank=True)
    needs = StreamField(ChecklistBlock(), blank=True, verbose_name=PARTS["needs"])
    steps = StreamField(StepsBlock(), blank=True, verbose_name=PARTS["steps"])
    more = StreamField(BodyBlock(), blank=True, verbose_name=_("more to know"))

    situation_order = 10
    content_panels = text_panels(
        FieldRowPanel([FieldPanel("takes"), FieldPanel("cost")]),
        FieldPanel("where"),
        after=(FieldPanel("needs"), FieldPanel("steps"), FieldPanel("more")),
    )
    template = "portal/pages/guide_page.html"
    parent_page_types = ["portal.SectionPage"]
    subpage_types: list[str] = []
    page_description = _("How to do one thing: what one needs, then step by step.")

    class Meta:
        verbose_name = _("guide")
        verbose_name_plural = _("guides")

    def texts(self) -> list[str]:
        return [*super().texts(), self.takes, self.where, self.cost]

    def about(self, request: HttpRequest) -> dict | None:
        if not self.steps:
            return None
        return {
            "@type": "HowTo",
            "name": self.title,
            "description": self.search_description,
            "inLanguage": self.locale.language_code,
            "supply": [{"@type": "HowToSupply", "name": plain(item.value)} for item in self.needs],
            "step": [
                {
                    "@type": "HowToStep",
                    "position": position,
                    "name": step.value["title"],
                    "text": plain(step.value["text"]) or step.value["title"],
                }
                for position, step in enumerate(self.steps, start=1)
            ],
        }


class InfoPage(SituatedMixin, TextPage):
    """What courtesy wants found everywhere: it stands in the footer."""

    asks_if_useful = False
    content_panels = text_panels()
    template = TEXT_TEMPLATE
    parent_page_types = ["portal.HomePage", "portal.SectionPage"]
    subpage_types: list[str] = []
    page_description = _("A plain text. Below the home page it stands in the foot of every page.")

    class Meta:
        verbose_name = _("information page")
        verbose_name_plural = _("information pages")


class AccessibilityPage(TextPage):
    """How far everybody can use the portal, as the law wants it declared."""

    class Conformity(models.TextChoices):
        FULL = "full", _("fully conforms")
        PARTIAL = "partial", _("conforms in part")
        NONE = "none", _("does not conform")

    conformity = models.CharField(
        _("conformity"), max_length=10, choices=Conformity, default=Conformity.PARTIAL
    )
    standard = models.CharField(_("standard"), max_length=80, default="WCAG 2.2 AA, EN 301 549")
    assessed_on = models.DateField(_("assessed on"), null=True, blank=True)

    override_translatable_fields = [SynchronizedField("standard", overridable=False)]
    content_panels = [
        *PortalPage.content_panels,
        FieldRowPanel([FieldPanel("conformity"), FieldPanel("standard"), FieldPanel("assessed_on")]),
        FieldPanel("body"),
        FieldPanel("reviewed_on"),
    ]
    template = "portal/pages/accessibility_page.html"
    parent_page_types = ["portal.HomePage"]
    subpage_types: list[str] = []
    page_description = _("The accessibility statement that the law asks for.")

    class Meta:
        verbose_name = _("accessibility statement")
        verbose_name_plural = _("accessibility statements")


class LegalPage(TextPage):
    """Legal notes: they hold from a day."""

    in_force_from = models.DateField(_("in force from"), null=True, blank=True)

    content_panels = [
        *PortalPage.content_panels,
        FieldPanel("in_force_from"),
        FieldPanel("body"),
        FieldPanel("reviewed_on"),
    ]
    template = "portal/pages/legal_page.html"
    parent_page_types = ["portal.HomePage"]
    subpage_types: list[str] = []
    page_description = _("Terms, notices and what else the law wants said.")

    class Meta:
        verbose_name = _("legal page")
        verbose_name_plural = _("legal pages")


class NewsQuerySet(PageQuerySet):
    def listable(self) -> NewsQuerySet:
        return self

    def in_order(self) -> NewsQuerySet:
        return self.order_by("-date", "-pk")


class NewsIndexPage(ListsChildrenMixin, PortalPage):
    icon = "newspaper"
    template = LIST_TEMPLATE
    parent_page_types = ["portal.HomePage"]
    subpage_types = ["portal.NewsPage"]
    page_description = _("Lists the news, the latest first.")

    class Meta:
        verbose_name = _("news index")
        verbose_name_plural = _("news indexes")

    def listed(self) -> PageQuerySet:
        return NewsPage.objects.all()


class NewsPage(SituatedMixin, TextPage):
    date = models.DateField(_("date"), default=timezone.localdate)

    objects = PageManager.from_queryset(NewsQuerySet)()

    situation_order = 70
    situation_by = ("-date",)
    content_panels = text_panels(FieldPanel("date"))
    template = TEXT_TEMPLATE
    parent_page_types = ["portal.NewsIndexPage"]
    subpage_types: list[str] = []
    page_description = _("What has happened or changed, on its day.")

    class Meta:
        verbose_name = _("news")
        verbose_name_plural = _("news")

    def about(self, request: HttpRequest) -> dict:
        return {
            "@type": "NewsArticle",
            "headline": self.title,
            "description": self.search_description,
            "inLanguage": self.locale.language_code,
            "datePublished": self.date.isoformat(),
            "url": request.build_absolute_uri(self.url or "/"),
        }
