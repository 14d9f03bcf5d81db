"""Where a place is that somebody types: our municipalities, the places of resources, the streets of our buildings.

Nobody else is asked. What several of them could mean is the first that all words fit, the largest first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt

from django.core.cache import cache

from portal.extensions.words import words_of
from portal.housing.models import Building, Municipality
from portal.ui.whole_pages import generation

from .models import Place

Point = tuple[float, float]  # latitude and longitude, degrees
EARTH = 6371.0  # kilometres
LAGS = 60  # seconds after which a new building is found by its street
# What a street is called besides its name, and what joins names: typed or not, it is the same street.
_SMALL = set(
    words_of(
        "via viale piazza piazzale corso vicolo largo strada di da del dei della delle degli dell al a e in il la"
    )
)


@dataclass(frozen=True)
class Known:
    name: str
    point: Point


def kilometres(one: Point, other: Point) -> float:
    """As the crow flies."""
    (a, b), (c, d) = (map(radians, point) for point in (one, other))
    return 2 * EARTH * asin(sqrt(sin((c - a) / 2) ** 2 + cos(a) * cos(c) * sin((d - b) / 2) ** 2))


def locate(text: str, towns: Iterable[Municipality]) -> Known | None:
    """The known place that holds all words of the text; None if there is none. `towns` are all municipalities."""
    wanted = [word for word in words_of(text) if word not in _SMALL] or words_of(text)
    if not wanted:
        return None
    # Under the generation of the pages: a register that changes what they show changes what is known here.
    every = cache.get_or_set(f"portal.gazetteer.{generation()}", lambda: list(_known(towns)), LAGS)
    for known, words in every:
        if all(any(word.startswith(part) for word in words) for part in wanted):
            return known
    return None


def _known(every: Iterable[Municipality]) -> Iterator[tuple[Known, list[str]]]:
    towns = {town.pk: town for town in every if town.latitude is not None}
    points = {pk: (float(town.latitude), float(town.longitude)) for pk, town in towns.items()}
    for pk, town in towns.items():
        yield Known(town.name, points[pk]), words_of(town.name)
    for place in Place.objects.exclude(latitude=None).select_related("municipality").order_by("pk"):
        name = f"{place.address}, {place.municipality.name}"
        words = words_of(f"{place.name} {place.address} {place.postcode} {place.municipality.name}")
        yield Known(name, place.point), words
    for building in Building.objects.filter(municipality__in=towns).order_by("pk"):
        town = towns[building.municipality_id]
        # Of a building we know the street: what is near is told from the middle of the municipality.
        words = words_of(f"{building.name} {building.address} {town.name}")
        yield Known(f"{building.address}, {town.name}", points[town.pk]), words
