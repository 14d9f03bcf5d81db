"""Resources in the shapes of HSDS 3. Texts are those of the language that is written first; nothing here is personal:
an organization's address and telephone are those it tells everybody."""

from __future__ import annotations

import uuid
from datetime import UTC
from typing import Any

from django.conf import settings
from django.db import models

from .models import OpeningTime, Place, Provider, ResourcePage, ServiceAtLocation
from .words import Cost, Language, Need

VERSION = "3.0"
# Ids of what has no row of its own, the same on every day: UUIDs made of the names of what they belong to.
_NAMES = uuid.uuid5(uuid.NAMESPACE_URL, "https://docs.openreferral.org/en/3.0/hsds/")
TAXONOMY_ID = str(uuid.uuid5(_NAMES, "taxonomy/needs"))
_BYDAY = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")

Shape = dict[str, Any]


def named(*parts: Any) -> str:
    return str(uuid.uuid5(_NAMES, "/".join(map(str, parts))))


TERM_IDS = {named("need", need.value): need for need in Need}


def _filled(shape: Shape) -> Shape:
    """Without what is not known: the specification knows no null."""
    return {key: value for key, value in shape.items() if value not in (None, "")}


def _words(words: dict[str, str]) -> str:
    return words.get(settings.LANGUAGE_CODE) or next(iter(words.values()), "")


def taxonomy() -> Shape:
    return {
        "id": TAXONOMY_ID,
        "name": "needs",
        "description": "What somebody comes with, in the words of the housing agency's directory.",
        "version": "1",
    }


def term(need: Need) -> Shape:
    return {
        "id": named("need", need.value),
        "code": need.value,
        "name": str(need.label),
        "description": str(need.label),
        "taxonomy": "needs",
        "language": settings.LANGUAGE_CODE,
        "taxonomy_detail": taxonomy(),
    }


def organization(provider: Provider) -> Shape:
    return _filled(
        {
            "id": str(provider.hsds_id),
            "name": provider.name,
            "description": _words(provider.about) or provider.name,
            "email": provider.email,
            "website": provider.website,
            "legal_status": provider.legal_status,
        }
    )


def full_organization(
    provider: Provider, services: list[ResourcePage], address: str, *, full_service: bool
) -> Shape:
    """`services` are those that are listed; without `full_service` each is told by its id and name."""
    shape = organization(provider)
    if provider.phone:
        shape["phones"] = [_phone(provider.phone, organization_id=str(provider.hsds_id))]
    shape["services"] = [
        full_service_of(page, address) if full_service else service(page, address) for page in services
    ]
    return shape


def _phone(number: str, **whose: str) -> Shape:
    return {"id": named("phone", *whose.values(), number), **whose, "number": number, "type": "voice"}


def service(page: ResourcePage, address: str) -> Shape:
    """What belongs to it one to one. `address` is the whole address of the site, without a slash at its end."""
    return _filled(
        {
            "id": str(page.translation_key),
            "organization_id": str(page.provider.hsds_id),
            "name": page.title,
            "description": page.description,
            "url": address + (page.get_url() or "/") if page.pk else "",
            "email": page.provider.email,
            "status": page.status,
            "interpretation_services": "interpreter on request" if page.interpreter else "",
            "application_process": page.how,
            "fees_description": page.cost_note or str(Cost(page.cost).label),
            "eligibility_description": page.who,
            "minimum_age": page.age_from,
            "maximum_age": page.age_to,
            "assured_date": page.assured_on.isoformat(),
            "last_modified": _moment(page),
            "organization": organization(page.provider),
        }
    )


def minimal_service(page: ResourcePage) -> Shape:
    """For whoever keeps a copy: the parameter's text names `modified_date`, the schema demands `name` and `status`."""
    return {
        "id": str(page.translation_key),
        "name": page.title,
        "status": page.status,
        "last_modified": _moment(page),
        "modified_date": _moment(page),
    }


def _moment(page: ResourcePage) -> str:
    return page.changed_at.astimezone(UTC).isoformat(timespec="seconds")


def full_service_of(page: ResourcePage, address: str, *, places: bool = True) -> Shape:
    own = str(page.translation_key)
    shape = service(page, address)
    shape["organization"] = organization(page.provider)
    if places:
        shape["service_at_locations"] = [_nested_place(at, own) for at in page.places.all()]
    shape["languages"] = [
        {
            "id": named("language", own, code),
            "service_id": own,
            "name": str(Language(code).label),
            "code": code,
        }
        for code in page.languages
        if code in Language
    ]
    shape["service_areas"] = [
        {
            "id": named("area", own, town.pk),
            "service_id": own,
            "name": town.name,
            "extent_type": "name",
        }
        for town in page.municipalities.all()
    ]
    shape["cost_options"] = [_cost(page, own)]
    shape["required_documents"] = [
        {"id": named("document", own, number), "service_id": own, "document": thing}
        for number, thing in enumerate(page.things_to_bring)
    ]
    if page.provider.phone:
        shape["phones"] = [_phone(page.provider.phone, service_id=own)]
    shape["attributes"] = [_attribute(code, own) for code in page.needs if code in Need]
    return shape


def _cost(page: ResourcePage, own: str) -> Shape:
    cost: Shape = {"id": named("cost", own), "service_id": own, "option": str(Cost(page.cost).label)}
    if page.cost == Cost.FREE:
        cost |= {"currency": "EUR", "amount": 0}
    return _filled({**cost, "amount_description": page.cost_note})


def _attribute(code: str, own: str) -> Shape:
    return {
        "id": named("attribute", own, code),
        "link_id": own,
        "taxonomy_term_id": named("need", code),
        "link_entity": "service",
        "link_type": "need",
        "value": code,
        "taxonomy_term": term(Need(code)),
    }


def location(place: Place) -> Shape:
    point = place.point
    return _filled(
        {
            "id": str(place.hsds_id),
            "location_type": "physical",
            "name": place.name,
            "description": _words(place.accessibility),
            "transportation": _words(place.transport),
            "latitude": point[0] if point else None,
            "longitude": point[1] if point else None,
        }
    )


def full_location(place: Place) -> Shape:
    own = str(place.hsds_id)
    shape = location(place)
    shape["addresses"] = [
        {
            "id": named("address", own),
            "location_id": own,
            "address_1": place.address,
            "city": place.municipality.name,
            "state_province": place.municipality.province,
            "postal_code": place.postcode,
            "country": "IT",
            "address_type": "physical",
        }
    ]
    if accessible := _words(place.accessibility):
        shape["accessibility"] = [
            {"id": named("accessibility", own), "location_id": own, "description": accessible}
        ]
    return shape


def at_location(at: ServiceAtLocation, address: str) -> Shape:
    """What belongs to it one to one."""
    return _filled(
        {
            "id": str(at.translation_key),
            "service_id": str(at.page.translation_key),
            "location_id": str(at.place.hsds_id),
            "description": _words(at.note),
            "location": location(at.place),
            "service": service(at.page, address),
        }
    )


def full_at_location(at: ServiceAtLocation, address: str) -> Shape:
    shape = _nested_place(at, str(at.page.translation_key))
    shape["service"] = full_service_of(at.page, address, places=False)
    return shape


def _nested_place(at: ServiceAtLocation, service_id: str) -> Shape:
    own = str(at.translation_key)
    shape = _filled(
        {
            "id": own,
            "service_id": service_id,
            "location_id": str(at.place.hsds_id),
            "description": _words(at.note),
        }
    )
    if at.phone:
        shape["phones"] = [_phone(at.phone, service_at_location_id=own)]
    shape["schedules"] = [_schedule(row, own) for row in at.hours.all()]
    shape["location"] = full_location(at.place)
    return shape


def _schedule(row: OpeningTime, own: str) -> Shape:
    """Hours of the wall's clock in Rome. `timezone` is left out: it is a number of hours, which the summer changes."""
    return _filled(
        {
            "id": named("schedule", own, row.pk),
            "service_at_location_id": own,
            "valid_from": row.valid_from and row.valid_from.isoformat(),
            "valid_to": row.valid_to and row.valid_to.isoformat(),
            "freq": "MONTHLY" if row.weeks else "WEEKLY",
            "interval": 1,
            "wkst": "MO",
            "byday": ",".join(week + _BYDAY[int(day)] for week in row.weeks or [""] for day in row.days),
            "opens_at": f"{row.opens:%H:%M}",
            "closes_at": f"{row.closes:%H:%M}",
            "attending_type": "in_person",
            "notes": "" if row.on_holidays else "closed on public holidays",
        }
    )


def page_of(items: list[Shape], *, total: int, number: int, per_page: int) -> Shape:
    """The specification's page."""
    pages = max(1, -(-total // per_page))
    return {
        "total_items": total,
        "total_pages": pages,
        "page_number": number,
        "size": len(items),
        "first_page": number == 1,
        "last_page": number >= pages,
        "empty": not items,
        "contents": items,
    }


def related(pages: models.QuerySet, *, full: bool) -> models.QuerySet:
    """With all that the shapes read, in a fixed number of queries."""
    pages = pages.select_related("provider", "locale")
    if full:
        pages = pages.prefetch_related("municipalities", "places__place__municipality", "places__hours")
    return pages
