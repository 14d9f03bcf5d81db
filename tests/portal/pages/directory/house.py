"""A small directory: `resource("Pacco alimentare", hours=[("5", "09:30", "11:30")])`."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from portal.housing.models import Municipality
from portal.pages.directory.models import (
    DirectoryPage,
    OpeningTime,
    Place,
    Provider,
    ResourcePage,
    ServiceAtLocation,
)
from tests.portal.pages.tree import home, write

PERO, RHO = (45.5104, 9.0868), (45.5296, 9.0402)


def town(name: str = "Pero", point=None):
    point = point or {"Rho": RHO}.get(name, PERO)
    return Municipality.objects.update_or_create(
        name=name, defaults={"latitude": point[0], "longitude": point[1]}
    )[0]


def provider(name: str = "CAF Il Girasole", **fields) -> Provider:
    fields = {
        "legal_status": "association",
        "email": "caf@abitare.example",
        "phone": "02 0000 0301",
        **fields,
    }
    return Provider.objects.get_or_create(name=name, defaults=fields)[0]


def place(
    name: str = "Sede", *, municipality: str = "Pero", address: str = "via dei Tigli 2", **fields
) -> Place:
    where = town(municipality)
    latitude, longitude = fields.pop("point", None) or (where.latitude, where.longitude)
    fields = {"latitude": latitude, "longitude": longitude, "postcode": "20016", **fields}
    return Place.objects.get_or_create(name=name, address=address, municipality=where, defaults=fields)[0]


def directory(language: str = "it") -> DirectoryPage:
    known = DirectoryPage.objects.filter(locale__language_code=language).first()
    if known:
        return known
    first = directory() if language != "it" else None
    return write(DirectoryPage, home(language), "Risorse", translates=first)


def resource(
    title: str = "Calcolo dell'ISEE", *, at=True, hours=(), days_ago: int = 10, municipalities=(), **fields
) -> ResourcePage:
    """A live resource in Italian, checked so many days ago, at a place (`at`: a Place; None: nowhere)."""
    fields.setdefault("provider", provider())
    fields.setdefault("languages", ["it"])
    page = write(
        ResourcePage, directory(), title, assured_on=timezone.localdate() - timedelta(days=days_ago), **fields
    )
    if municipalities:
        page.municipalities = [town(name) for name in municipalities]
        page.save()
    if at:
        open_at(page, place() if at is True else at, hours)
    return page


def open_at(page: ResourcePage, where: Place, hours=(), **fields) -> ServiceAtLocation:
    """Also there: hours are ("02", "09:00", "12:30"), the days of the week as digits, and then which of the month."""
    offered = ServiceAtLocation.objects.create(page=page, place=where, locale=page.locale, **fields)
    for days, opens, closes, *weeks in hours:
        OpeningTime.objects.create(at=offered, days=list(days), opens=opens, closes=closes, weeks=weeks)
    return offered


def in_english(page: ResourcePage, title: str, **fields) -> ResourcePage:
    return write(ResourcePage, directory("en"), title, translates=page, **fields)


def titles(soup) -> list[str]:
    """What a list of the directory shows, in its order."""
    return [link.get_text(strip=True) for link in soup.select(".entry__link")]
