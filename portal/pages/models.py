from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.db import models
from django.http import Http404, HttpRequest
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page, PageManager
from wagtail.search import index
from wagtail.url_routing import RouteResult

from portal.extensions.words import words_of
from portal.ui.languages import in_language, language_links

from .blocks import BodyBlock
from .forms import PortalPageForm
from .languages import below, reader_url, versions

PER_PAGE = 20
NEWS_AT_HOME = 3
DEEPEST = 8  # levels below a home page
# Named by each model: Wagtail derives a name of its own for a subclass that names none.
TEXT_TEMPLATE = "portal/pages/text_page.html"


class MultilingualMixin:
    """A page that says in which language it is when that is not the reader's. For page models of any Wagtail site."""

    @cached_property
    def versions(self) -> list[Page]:
        return versions(self)

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict:
        context = super().get_context(request, *args, **kwargs)
        addresses = {version.locale.language_code: version.url or "/" for version in self.versions}
        content_language = self.locale.language_code
        here = addresses[content_language]
        # Where there is no translation, the switcher leads to this text under the other language's menus.
        switched = {code: in_language(addresses.get(code, here), code) for code in dict(settings.LANGUAGES)}
        return {
            **context,
            "content_language": content_language,
            "is_other_language": content_language != get_language(),
            "language_links": language_links(request, switched),
            # For search engines: where the text is at home, and where it truly is in another language.
            "canonical": request.build_absolute_uri(here),
            "alternates": {code: request.build_absolute_uri(url) for code, url in addresses.items()},
            "breadcrumbs": breadcrumbs(self.pages_above()),
        }

    def pages_above(self) -> list[Page]:
        """From the home page down, which knows them all when it has led here (`HomePage.route`)."""
        if "came_by" in self.__dict__:
            return self.came_by
        # The root above a home page is nobody's to see.
        return list(self.get_ancestors().filter(depth__gt=1).select_related("locale"))


class ListsChildrenMixin:
    """A page that lists its live children, twenty at a time."""

    children_order: tuple[str, ...] = ()  # none: as they stand in the tree

    def listed(self) -> PageManager:
        return Page.objects

    def get_context(self, request: HttpRequest, *args, **kwargs) -> dict:
        context = super().get_context(request, *args, **kwargs)
        children = below(self.versions, self.listed())
        if self.children_order:
            children = children.order_by(*self.children_order)
        page_of_children = Paginator(children, PER_PAGE).get_page(request.GET.get("page"))
        return {
            **context,
            "children": [card(child) for child in page_of_children],
            "page_of_children": page_of_children,
        }


def card(page: Page) -> dict[str, Any]:
    """What a list shows of a page, whatever its kind. Its locale should be there already: a list asks once for all."""
    return {
        "title": page.title,
        "summary": page.search_description,
        "url": reader_url(page),
        "language": page.locale.language_code,
        "icon": getattr(page, "icon", ""),
        "date": getattr(page, "date", None),
    }


def breadcrumbs(above: list[Page]) -> list[dict[str, Any]]:
    """The way down to a page; the home page goes by a short name, which fits on a phone."""
    crumbs = [card(page) for page in above]
    if crumbs:
        crumbs[0] |= {"title": _("Home"), "language": ""}
    return crumbs


class PortalPage(MultilingualMixin, Page):
    """What all our pages share. The summary is Wagtail's search description: lists and search engines show it."""

    content_panels = [*Page.content_panels, FieldPanel("search_description", heading=_("Summary"))]
    promote_panels = [FieldPanel("slug"), FieldPanel("show_in_menus")]
    base_form_class = PortalPageForm
    search_fields = [*Page.search_fields, index.AutocompleteField("words")]

    class Meta:
        abstract = True

    def texts(self) -> list[str]:
        """All that can be read on this page."""
        return [self.title, self.search_description]

    def words(self) -> str:
        """By which words the search finds this page, on every database (portal/extensions/words.py)."""
        return " ".join(words_of(" ".join(self.texts())))


class TextPage(PortalPage):
    """A page with a text."""

    body = StreamField(BodyBlock(), blank=True, verbose_name=_("text"))
    reviewed_on = models.DateField(_("checked on"), default=timezone.localdate)

    content_panels = [*PortalPage.content_panels, FieldPanel("body"), FieldPanel("reviewed_on")]
    search_fields = [*PortalPage.search_fields, index.SearchField("body")]

    class Meta:
        abstract = True

    def texts(self) -> list[str]:
        return [*super().texts(), *self.body.stream_block.get_searchable_content(self.body)]


class HomePage(PortalPage):
    lead = models.TextField(_("lead"), blank=True)

    content_panels = [*PortalPage.content_panels, FieldPanel("lead")]
    template = "portal/pages/home_page.html"
    subpage_types = ["portal.SectionPage", "portal.NewsIndexPage", "portal.DirectoryPage", "portal.InfoPage"]

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
                return self._for_reader(found)
            raise

    def _page_at(self, request: HttpRequest, slugs: list[str]) -> RouteResult:
        """What Wagtail looks for level by level, with two queries for each, found at once with all that lies above."""
        if not slugs:
            self.came_by = []
            return super().route(request, slugs)
        if len(slugs) > DEEPEST:
            raise Http404
        paths = [f"{self.url_path}{'/'.join(slugs[: level + 1])}/" for level in range(len(slugs))]
        way = list(Page.objects.filter(url_path__in=paths).select_related("locale").order_by("depth"))
        if len(way) < len(slugs):
            raise Http404
        page = way[-1].specific
        page.locale = way[-1].locale
        if self.locale_id == page.locale_id:
            self.locale = page.locale
        page.came_by = [self, *way[:-1]]
        return page.route(request, [])

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
        sections = below(self.versions, SectionPage.objects.in_menu())
        news = below(self.versions, NewsPage.objects, deep=True).order_by("-date", "-pk")[:NEWS_AT_HOME]
        return {
            **super().get_context(request, *args, **kwargs),
            "sections": [card(page) for page in sections],
            "news": [card(page) for page in news],
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
    children_order = ("-date", "-pk")
    icon = "newspaper"
    template = "portal/pages/list_page.html"
    parent_page_types = ["portal.HomePage"]
    subpage_types = ["portal.NewsPage"]

    class Meta:
        verbose_name = _("news index")
        verbose_name_plural = _("news indexes")

    def listed(self) -> PageManager:
        return NewsPage.objects


class NewsPage(TextPage):
    date = models.DateField(_("date"), default=timezone.localdate)

    content_panels = [*TextPage.content_panels[:2], FieldPanel("date"), *TextPage.content_panels[2:]]
    template = TEXT_TEMPLATE
    parent_page_types = ["portal.NewsIndexPage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = _("news")
        verbose_name_plural = _("news")
