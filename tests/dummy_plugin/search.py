from __future__ import annotations

from django.urls import reverse

from portal.extensions import SearchHit, containing

from .models import Key


def find_keys(user, query: str, limit: int) -> list[SearchHit]:
    """Only the keys that the person may borrow."""
    keys = Key.objects.for_home_of(user).filter(containing(query, "name")).select_related("area")[:limit]
    url = reverse("keys:list")
    return [SearchHit(title=key.name, summary=str(key.area), url=url, icon="key-round") for key in keys]
