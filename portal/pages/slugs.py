"""The last part of a page's address, made of its title."""

from __future__ import annotations

from django.utils.text import slugify
from wagtail.models import Page

LONGEST = 80  # characters


def free_slug(parent: Page, title: str, *, otherwise: str = "pagina", besides: int | None = None) -> str:
    """With a number behind it where another child of that page has it.

    `otherwise`: what a title without letters becomes. `besides`: the page's own number, where it has one.
    """
    wanted = slugify(title)[:LONGEST] or otherwise
    others = parent.get_children().exclude(pk=besides)
    taken = set(others.filter(slug__startswith=wanted).values_list("slug", flat=True))
    return next(
        slug for slug in (wanted, *(f"{wanted}-{n}" for n in range(2, len(taken) + 3))) if slug not in taken
    )
