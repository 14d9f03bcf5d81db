from __future__ import annotations

from django.core.paginator import Paginator
from django.db import models
from django.http import Http404, HttpRequest
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.search import index
from wagtail.url_routing import RouteResult

from portal.ui.languages import language_links

from .blocks import BodyBlock
from .languages import addresses, reader_url

PER_PAGE = 20
# Named by each model: Wagtail derives a name of its own for a subclass that names none.
TEXT_TEMPLATE = "portal/pages/text_page.html"


class MultilingualMixin:
    """A page that says in which language it is when that is not the reader's. For page models of any Wagtail site."""

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict:
        context = super().get_context(request, *args, **kwargs)
        content_language = self.locale.language_code
        return {
            **context,
            "content_language": content_language,
            "is_other_language": content_language != get_language(),
            "language_links": language_links(request, addresses(self)),
            "breadcrumbs": [
                {"title": ancestor.title, "url": reader_url(ancestor)}
                for ancestor in self.get_ancestors().filter(depth__gt=1).select_related("locale")
            ],
        }


class ListsChildrenMixin:
    """A page that lists its live children, twenty at a time."""

    children_order: tuple[str, ...] = ("path",)

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict:
        context = super().get_context(request, *args, **kwargs)
        children = self.get_children().live().public().order_by(*self.children_order)
        page_of_children = Paginator(children, PER_PAGE).get_page(request.GET.get("page"))
        return {
            **context,
            "children": [card(child) for child in page_of_children],
            "page_of_children": page_of_children,
        }


def card(page: Page) -> dict[str, str]:
    """What a list shows of a page, whatever its kind."""
    return {"title": page.title, "summary": page.search_description, "url": reader_url(page)}


class PortalPage(MultilingualMixin, Page):
    """What all our pages share. The summary is Wagtail's search description: lists and search engines show it."""

    content_panels = [*Page.content_panels, FieldPanel("search_description", heading=_("Summary"))]
    promote_panels = [FieldPanel("slug"), FieldPanel("show_in_menus")]

    class Meta:
        abstract = True


class TextPage(PortalPage):
    """A page with a text."""

    body = StreamField(BodyBlock(), blank=True, verbose_name=_("text"))
    reviewed_on = models.DateField(_("checked on"), default=timezone.localdate)

    content_panels = [*PortalPage.content_panels, FieldPanel("body"), FieldPanel("reviewed_on")]
    search_fields = [*Page.search_fields, index.SearchField("body")]

    class Meta:
        abstract = True


class HomePage(PortalPage):
    lead = models.TextField(_("lead"), blank=True)

    content_panels = [*PortalPage.content_panels, FieldPanel("lead")]
    template = "portal/pages/home_page.html"
    subpage_types = ["portal.SectionPage", "portal.NewsIndexPage", "portal.InfoPage"]

    class Meta:
        verbose_name = _("home page")
        verbose_name_plural = _("home pages")

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """Wagtail's way, and where it ends in a 404, the same address in the other languages' trees.

        A translation that exists is where the reader is sent; otherwise the page is shown as it is, with a notice.
        """
        try:
            return super().route(request, path_components)
        except Http404:
            for home in self.get_translations().live().specific():
                try:
                    found = super(HomePage, home).route(request, path_components)
                except Http404:
                    continue
                return self._for_reader(found)
            raise

    def _for_reader(self, found: RouteResult) -> RouteResult:
        translation = (
            found.page.get_translations().live().filter(locale__language_code=get_language()).first()
        )
        if translation is None:
            return found
        return RouteResult(self, kwargs={"moved_to": translation.url})

    def serve(self, request: HttpRequest, *args, moved_to: str = "", **kwargs):
        return redirect(moved_to) if moved_to else super().serve(request, *args, **kwargs)

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict:
        context = super().get_context(request, *args, **kwargs)
        sections = SectionPage.objects.child_of(self).live().public().in_menu().select_related("locale")
        news = (
            NewsPage.objects.descendant_of(self)
            .live()
            .public()
            .select_related("locale")
            .order_by("-date")[:3]
        )
        return {
            **context,
            "sections": [{"icon": page.icon, **card(page)} for page in sections],
            "news": [{"date": page.date, **card(page)} for page in news],
        }


class SectionPage(ListsChildrenMixin, PortalPage):
    """A landing page by life situation: what there is for who is in it."""

    icon = models.CharField(
        _("pictogram"), max_length=40, default="house", help_text=_("A name of lucide.dev.")
    )

    content_panels = [*PortalPage.content_panels, FieldPanel("icon")]
    template = "portal/pages/list_page.html"
    parent_page_types = ["portal.HomePage"]
    subpage_types = ["portal.GuidePage", "portal.InfoPage"]

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")


class GuidePage(TextPage):
    template = TEXT_TEMPLATE
    parent_page_types = ["portal.SectionPage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = _("guide")
        verbose_name_plural = _("guides")


class InfoPage(TextPage):
    """What the law and courtesy want found everywhere: it stands in the footer."""

    template = TEXT_TEMPLATE
    parent_page_types = ["portal.HomePage", "portal.SectionPage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = _("information page")
        verbose_name_plural = _("information pages")


class NewsIndexPage(ListsChildrenMixin, PortalPage):
    children_order = ("-newspage__date",)
    template = "portal/pages/list_page.html"
    parent_page_types = ["portal.HomePage"]
    subpage_types = ["portal.NewsPage"]

    class Meta:
        verbose_name = _("news index")
        verbose_name_plural = _("news indexes")


class NewsPage(TextPage):
    date = models.DateField(_("date"), default=timezone.localdate)

    content_panels = [*TextPage.content_panels[:2], FieldPanel("date"), *TextPage.content_panels[2:]]
    template = TEXT_TEMPLATE
    parent_page_types = ["portal.NewsIndexPage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = _("news")
        verbose_name_plural = _("news")
