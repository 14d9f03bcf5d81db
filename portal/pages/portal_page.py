"""What every page of the portal is, whatever its kind."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.panels import FieldPanel
from wagtail.blocks import StreamValue
from wagtail.fields import StreamField
from wagtail.models import Page, PageViewRestriction
from wagtail.search import index

from portal.ui.whole_pages import fresh_until

from .blocks import BodyBlock
from .editing.panels import EditingMixin
from .editing.review import ReviewedPagePermissions
from .forms import PortalPageForm
from .index import TitleStems, body_entry, title_entry, whole_words
from .moments import moments
from .page_links import draw_with_links_of
from .traits import MultilingualMixin, StructuredDataMixin

# Named by each model: Wagtail derives a name of its own for a subclass that names none.
PHONE = 360  # pixels

TEXT_TEMPLATE = "portal/pages/text_page.html"
LIST_TEMPLATE = "portal/pages/list_page.html"


class PortalPage(EditingMixin, StructuredDataMixin, MultilingualMixin, Page):
    """What all our pages share. The summary is Wagtail's search description: lists and search engines show it."""

    content_panels = [
        *Page.content_panels,
        FieldPanel(
            "search_description",
            heading=_("Summary"),
            help_text=_("One or two plain sentences. Lists, the search and shared links show them."),
        ),
    ]
    promote_panels = [FieldPanel("slug"), FieldPanel("show_in_menus")]
    base_form_class = PortalPageForm
    leads_on = (
        False  # to all that there is for somebody: among pages that say as much the search shows it first
    )
    search_fields = [
        *Page.search_fields,
        TitleStems(),
        index.SearchField("body_words"),
        index.AutocompleteField("words"),
    ]

    class Meta:
        abstract = True

    @property
    def preview_sizes(self) -> list[dict[str, Any]]:
        """As Wagtail's, but the first, at which the preview opens, is the phone that most of our readers hold."""
        phone, *wider = Page.DEFAULT_PREVIEW_SIZES
        return [{**phone, "device_width": PHONE}, *wider]

    def permissions_for_user(self, user: Any) -> ReviewedPagePermissions:
        return ReviewedPagePermissions(user, self)

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        draw_with_links_of(self, request)
        response = super().serve(request, *args, **kwargs)
        if hasattr(response, "add_post_render_callback"):
            response.add_post_render_callback(lambda response: draw_with_links_of(None))
        for moment in moments(getattr(response, "context_data", None)):
            fresh_until(request, moment)
        return response

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        """As its readers will see it: what the portal shows to whoever edits has no place there."""
        request.user = AnonymousUser()
        return super().serve_preview(request, mode_name)

    def get_view_restrictions(self) -> QuerySet:
        """As Wagtail's, in one query instead of two; it finds the pages above by their paths."""
        if self.alias_of_id:
            return super().get_view_restrictions()
        above = [self.path[:end] for end in range(self.steplen, len(self.path) + 1, self.steplen)]
        return PageViewRestriction.objects.filter(page__path__in=above)

    def texts(self) -> list[str]:
        """All that can be read on this page."""
        said = [self.title, self.search_description]
        for field in self._meta.get_fields():
            if isinstance(field, StreamField):
                part = getattr(self, field.name)
                said += part.stream_block.get_searchable_content(part)
        return said

    # By which words the search finds this page, on every database (portal/pages/index.py).

    def title_words(self) -> str:
        return title_entry(self)

    def body_words(self) -> str:
        return body_entry(self, " ".join(self.texts()))

    def words(self) -> str:
        return whole_words(" ".join(self.texts()))


class SituatedMixin(models.Model):
    """A page that also stands on the landing pages of the life situations in which it helps, in every language; its
    readers are asked whether it did."""

    asks_if_useful = True

    situations = ParentalManyToManyField(
        "portal.SectionPage",
        blank=True,
        related_name="+",
        verbose_name=_("life situations"),
        help_text=_("On whose pages it is listed too."),
    )

    class Meta:
        abstract = True


SITUATIONS_PANEL = FieldPanel("situations", widget=forms.CheckboxSelectMultiple)


class TextPage(PortalPage):
    """A page with a text, and perhaps parts with headings of their own."""

    PARTS: dict[str, Any] = {}  # fields and their headings, in their order

    body = StreamField(BodyBlock(), blank=True, verbose_name=_("text"))
    reviewed_on = models.DateField(
        _("checked on"),
        default=timezone.localdate,
        help_text=_("When somebody last made sure that all of this is still true."),
    )

    content_panels = [*PortalPage.content_panels, FieldPanel("body"), FieldPanel("reviewed_on")]

    class Meta:
        abstract = True

    def parts(self) -> list[tuple[str, Any, StreamValue]]:
        """(name, heading, text) of the parts that say something."""
        return [(name, title, text) for name, title in self.PARTS.items() if (text := getattr(self, name))]


def text_panels(*before: FieldPanel, after: tuple = ()) -> list:
    """The panels of a page with a text in plain order: what it is, its facts, its words, where it shows."""
    return [
        *PortalPage.content_panels,
        *before,
        FieldPanel("body"),
        *after,
        SITUATIONS_PANEL,
        FieldPanel("reviewed_on"),
    ]
