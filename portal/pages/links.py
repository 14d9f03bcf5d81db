"""Links within the text of a page."""

from __future__ import annotations

from django.utils.html import format_html
from wagtail.models import Page
from wagtail.rich_text import LinkHandler
from wagtail.rich_text.pages import PageLinkHandler

from .languages import best_first, reader_url


class ReaderPageLinkHandler(PageLinkHandler):
    """A link to a page leads to it in the reader's best language. Where the page is not live, only the words stay.

    One query for all the links of a paragraph.
    """

    @classmethod
    def expand_db_attributes_many(cls, attrs_list: list[dict]) -> list[str]:
        linked = Page.objects.filter(pk__in=[attrs["id"] for attrs in attrs_list])
        versions = list(
            Page.objects.live()
            .filter(translation_key__in=linked.values("translation_key"))
            .select_related("locale")
        )
        key_of = {str(page.pk): page.translation_key for page in versions}
        best = {page.translation_key: page for page in reversed(best_first(versions))}
        return [
            format_html('<a href="{}">', reader_url(best[key_of[attrs["id"]]]))
            if attrs["id"] in key_of
            else "<a>"
            for attrs in attrs_list
        ]


class ExternalLinkHandler(LinkHandler):
    """Somebody else's site is not told where the reader came from, and gets no hold of this window."""

    identifier = "external"

    @classmethod
    def expand_db_attributes(cls, attrs: dict) -> str:
        return format_html('<a href="{}" rel="external noopener noreferrer">', attrs["href"])


def register_links(features) -> None:
    for handler in (ReaderPageLinkHandler, ExternalLinkHandler):
        features.register_link_type(handler)
