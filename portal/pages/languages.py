"""One content, several languages: where each is, and how a reader reaches it without leaving their own menus.

A page that lacks a translation is shown in another language, with a notice, and stands in lists among the translated.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.db.models import Case, Exists, ExpressionWrapper, F, OuterRef, Q, TextField, When
from django.utils.translation import get_language
from wagtail.models import Page, PageManager, PageQuerySet, PageViewRestriction

from portal.ui.languages import in_language


def languages() -> list[str]:
    """In which language somebody is shown a page, the best first: their own, the portal's, any other."""
    return list(dict.fromkeys([get_language(), settings.LANGUAGE_CODE, *dict(settings.LANGUAGES)]))


def best_first(pages: Iterable[Page]) -> list[Page]:
    """By how well the reader knows the language; pages of one language stay in their order."""
    order = {code: place for place, code in enumerate(languages())}
    return sorted(pages, key=lambda page: order.get(page.locale.language_code, len(order)))


def versions(page: Page) -> list[Page]:
    """The page in all its languages, the reader's best first; itself among them, even as a draft that is previewed."""
    return _known_beside(page, marked_private(page.get_translations(inclusive=True).live()))


def _known_beside(page: Page, live: Iterable[Page]) -> list[Page]:
    """Of a page that is for everybody, those that are so as well: where another stands is nobody's to know."""
    found = {version.pk: version for version in live}
    here = found.get(page.pk)
    if here is not None:
        page.locale = here.locale  # asked for along the way
    is_private = here is not None and here.is_private
    found = {pk: version for pk, version in found.items() if is_private or not version.is_private}
    return best_first({**found, page.pk: page}.values())


def language_of(page: Page) -> str:
    """In which language its words are: an alias shows those of the page that it stands for."""
    while page.alias_of_id:
        page = page.alias_of
    return page.locale.language_code


def ask_versions_together(*pages: Page) -> None:
    """Tell some pages of different texts their `versions` (MultilingualMixin) in one query instead of one for each."""
    keys = [page.translation_key for page in pages]
    live = list(marked_private(Page.objects.live().filter(translation_key__in=keys)))
    for page in pages:
        theirs = [one for one in live if one.translation_key == page.translation_key]
        page.__dict__["versions"] = _known_beside(page, theirs)


def reader_url(page: Page) -> str:
    """The page's address under the reader's language: a page of another language keeps the reader's menus."""
    return in_language(page.url or "/", get_language())


def below(trees: list[Page], pages: PageQuerySet | PageManager, *, deep: bool = False) -> PageQuerySet:
    """The live, public ones of `pages` that are children (`deep`: descendants) of a page given in all its `versions`.

    What one language lacks is taken from the next one, and comes after it.
    """
    wanted, known, places = Q(), Q(), []
    for place, tree in enumerate(trees):
        here = Page.objects.descendant_of_q(tree) if deep else Page.objects.child_of_q(tree)
        there = Page.objects.live().filter(known, alias_of=None)
        lacking = ~Q(translation_key__in=there.values("translation_key"))
        wanted |= here & lacking if known else here
        known |= here
        places.append(When(here, then=place))
    found = for_everybody(pages.live().filter(wanted)).select_related("locale")
    return found.order_by(Case(*places, default=len(trees)), "path")


def for_everybody(pages: PageQuerySet) -> PageQuerySet:
    """What everybody may read, in words of its own: an alias holds another language's place, with that one's text.

    As Wagtail's `.public()`, which asks for the restrictions in a query of its own each time.
    """
    return pages.filter(alias_of=None).exclude(_is_private())


def marked_private(pages: PageQuerySet) -> PageQuerySet:
    """Each with its language, and whether it or one above it is for some readers only: `is_private`."""
    return pages.annotate(is_private=_is_private()).select_related("locale")


def _is_private() -> Exists:
    place = ExpressionWrapper(OuterRef("path"), output_field=TextField())
    return Exists(PageViewRestriction.objects.alias(place=place).filter(place__startswith=F("page__path")))
