"""Links within the text of a page."""

from __future__ import annotations

from django.utils.html import format_html
from wagtail.rich_text import LinkHandler
from wagtail.rich_text.pages import PageLinkHandler

from .page_links import targets_of


class ReaderPageLinkHandler(PageLinkHandler):
    """A link to a page leads to it in the reader's best language. Where the page is not live, only the words stay.

    One query for all the links of a page, or of a paragraph that is drawn by itself.
    """

    @classmethod
    def expand_db_attributes_many(cls, attrs_list: list[dict]) -> list[str]:
        targets = targets_of({attrs["id"] for attrs in attrs_list})
        return [
            format_html('<a href="{}">', targets[attrs["id"]]) if attrs["id"] in targets else "<a>"
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
