"""News and calls for those who read them elsewhere: Atom, and RSS for readers that know only that."""

from __future__ import annotations

from datetime import datetime, time

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext
from wagtail.models import Page, PageQuerySet, Site

from portal.pages.calls.models import CallPage
from portal.pages.languages import below, reader_url, versions
from portal.pages.models import NewsPage
from portal.ui.characters import in_one_line, sayable
from portal.ui.languages import in_language

MOST = 30  # entries
READ_AGAIN = 900  # seconds


class PagesFeed(Feed):
    """The newest public pages of a kind, in the language of the address; what it lacks comes in the next best one."""

    url_name = ""

    def __call__(self, request: HttpRequest, *args, **kwargs):
        answer = super().__call__(request, *args, **kwargs)
        # The same for whoever asks; a page elsewhere may show it.
        patch_cache_control(answer, public=True, max_age=READ_AGAIN)
        answer["Access-Control-Allow-Origin"] = "*"
        return answer

    def get_object(self, request: HttpRequest) -> Site | None:
        return Site.find_for_request(request)

    def link(self, site: Site | None) -> str:
        return in_language("/", get_language())

    def feed_url(self, site: Site | None) -> str:
        return reverse(self.url_name)

    def items(self, site: Site | None) -> list[Page]:
        if site is None:
            return []
        return list(self.newest(versions(site.root_page))[:MOST])

    def newest(self, trees: list[Page]) -> PageQuerySet:
        raise NotImplementedError

    def item_title(self, page: Page) -> str:
        return in_one_line(page.title)

    def item_description(self, page: Page) -> str:
        return sayable(page.search_description)

    def item_link(self, page: Page) -> str:
        return reader_url(page)

    def item_guid(self, page: Page) -> str:
        """Stays the same when the page moves, and for a translation that takes the place of another language."""
        return f"urn:uuid:{page.translation_key}"

    item_guid_is_permalink = False

    def item_updateddate(self, page: Page) -> datetime | None:
        return page.last_published_at


class NewsFeed(PagesFeed):
    url_name = "portal:news_atom"
    feed_type = Atom1Feed

    def title(self) -> str:
        return f"{gettext('News')} · {settings.PORTAL_NAME}"

    def subtitle(self) -> str:
        return gettext("What is new at the agency.")

    def newest(self, trees: list[Page]) -> PageQuerySet:
        return below(trees, NewsPage.objects, deep=True).order_by("-date", "-pk")

    def item_pubdate(self, page: NewsPage) -> datetime:
        return timezone.make_aware(datetime.combine(page.date, time()))


class CallsFeed(PagesFeed):
    """Calls that are open or will open; what has closed has left."""

    url_name = "portal:calls_atom"
    feed_type = Atom1Feed

    def title(self) -> str:
        return f"{gettext('Calls and grants')} · {settings.PORTAL_NAME}"

    def subtitle(self) -> str:
        return gettext("What one can apply for, and until when.")

    def newest(self, trees: list[Page]) -> PageQuerySet:
        return below(trees, CallPage.objects.not_closed(), deep=True).order_by("closes_on", "pk")

    def item_description(self, page: CallPage) -> str:
        day = date_format(page.closes_on)
        return f"{super().item_description(page)} {gettext('Closes on %(day)s.') % {'day': day}}".strip()

    def item_pubdate(self, page: CallPage) -> datetime:
        return timezone.make_aware(datetime.combine(page.opens_on, time()))


class _Rss:
    feed_type = Rss201rev2Feed

    def description(self) -> str:
        return self.subtitle()


class NewsRss(_Rss, NewsFeed):
    url_name = "portal:news_rss"


class CallsRss(_Rss, CallsFeed):
    url_name = "portal:calls_rss"
