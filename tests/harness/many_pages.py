"""Very many guides, made in seconds: rows of the tree and of the index, as publishing them one by one would leave them.

For counting queries and measuring; what they say is invented, word after word.
"""

from __future__ import annotations

import random
import uuid

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from wagtail.models import Page
from wagtail.search.backends import get_search_backend

AT_ONCE = 500
# fmt: off
WORDS = [
    "casa", "affitto", "contratto", "sportello", "bolletta", "luce", "gas", "acqua", "condominio",
    "scala", "cortile", "vicini", "riunione", "documento", "domanda", "reddito", "soglia", "bando",
    "scadenza", "graduatoria", "alloggio", "deposito", "caldaia", "guasto", "riparazione", "chiave",
    "ascensore",
]
# fmt: on


def build(count: int, section: Page) -> None:
    """So many live guides below the section, each found by «guida», some by each of the words."""
    from portal.pages.editing.models import PageState
    from portal.pages.models import GuidePage

    kind = ContentType.objects.get_for_model(GuidePage)
    drawn = random.Random(count)  # noqa: S311 nobody's secret
    now, first = timezone.now(), section.numchild
    for begin in range(0, count, AT_ONCE):
        pages = [
            GuidePage(
                title=f"Guida {number}: {' '.join(drawn.sample(WORDS, 3))}",
                draft_title=f"Guida {number}",
                slug=f"guida-{number}",
                url_path=f"{section.url_path}guida-{number}/",
                path=Page._get_path(section.path, section.depth + 1, first + number + 1),
                depth=section.depth + 1,
                locale=section.locale,
                content_type=kind,
                translation_key=uuid.UUID(int=drawn.getrandbits(128)),
                search_description=" ".join(drawn.sample(WORDS, 6)),
                body=[("paragraph", f"<p>{' '.join(drawn.choices(WORDS, k=60))}</p>")],
                live=True,
                has_unpublished_changes=False,
                first_published_at=now,
                last_published_at=now,
            )
            for number in range(begin, min(begin + AT_ONCE, count))
        ]
        _insert(pages)
        get_search_backend().add_bulk(GuidePage, pages)
        # Without it the worker would read every one of them on its first round.
        read = {"words_digest": "0" * 64, "words_changed_at": now, "agrees_at": now}
        PageState.objects.bulk_create([PageState(page_id=page.pk, **read) for page in pages])
    Page.objects.filter(pk=section.pk).update(numchild=first + count)


def _insert(pages: list) -> None:
    """A table for what all pages have, one for what a guide has besides: Django's `bulk_create` knows only one."""
    kind = type(pages[0])
    shared = [field.attname for field in Page._meta.local_concrete_fields if not field.primary_key]
    parents = Page.objects.bulk_create(
        [Page(**{name: getattr(page, name) for name in shared}) for page in pages], batch_size=AT_ONCE
    )
    for page, parent in zip(pages, parents, strict=True):
        page.pk = page.id = page.page_ptr_id = parent.pk
    kind._base_manager.all()._batched_insert(
        pages, fields=kind._meta.local_concrete_fields, batch_size=AT_ONCE
    )
