"""A tree of invented pages, begun where a fresh installation begins: `write(SectionPage, home(), "Abitare")`."""

from __future__ import annotations

from bs4 import BeautifulSoup
from django.utils.text import slugify
from wagtail.models import Locale, Page, Site

from portal.pages.models import HomePage


def home(language: str = "it") -> HomePage:
    """The home page in that language; the Italian one is there from the start."""
    first = Site.objects.get(is_default_site=True).root_page.specific
    known = HomePage.objects.filter(
        translation_key=first.translation_key, locale__language_code=language
    ).first()
    if known:
        return known
    return first.add_sibling(
        instance=HomePage(
            title=f"Home {language}",
            slug=f"home-{language}",
            locale=Locale.objects.get_or_create(language_code=language)[0],
            translation_key=first.translation_key,
        )
    )


def write(kind, parent: Page, title: str, *, translates: Page | None = None, **fields):
    """A live page below another, in its language; `translates` another one."""
    page = kind(title=title, slug=fields.pop("slug", slugify(title)), locale=parent.locale, **fields)
    if translates:
        page.translation_key = translates.translation_key
    return Page.objects.get(pk=parent.pk).add_child(instance=page)


def seen(client, path: str, status: int = 200) -> BeautifulSoup:
    """The page behind an address."""
    answer = client.get(path)
    assert answer.status_code == status, f"{path} answered {answer.status_code}"
    return BeautifulSoup(answer.content, "html.parser")


def links(soup, within: str = "main") -> dict[str, str]:
    """Words and addresses of the links in a part of the page."""
    return {a.get_text(" ", strip=True): a["href"] for a in soup.select(f"{within} a[href]")}
