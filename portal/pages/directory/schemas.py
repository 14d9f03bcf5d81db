"""What may be asked of `/hsds/`: HSDS 3.0's parameters. What it does not know is refused, rather than overheard."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Annotated, Literal

from ninja import Schema
from pydantic import AfterValidator, Field

MOST = 100  # of a page
ID = r"^[0-9a-fA-F]{8}(-?[0-9a-fA-F]{4}){3}-?[0-9a-fA-F]{12}$"


def _in_utc(moment: datetime) -> datetime:
    """A moment without a zone is one in UTC, as all that we say. At the ends of the calendar a zone leads out of it."""
    try:
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except OverflowError:
        raise ValueError("there is no such moment") from None


Moment = Annotated[datetime, AfterValidator(_in_utc)]


class Asked(Schema):
    """A parameter that is none of the fields is refused (`unknown`): misspelled, it would silently find everything."""

    @classmethod
    def unknown(cls, names: Iterable[str]) -> list[str]:
        return sorted(set(names) - set(cls.model_fields))


class Full(Asked):
    full_service: bool = False


class Listed(Asked):
    page: int = Field(1, ge=1, le=1_000_000)
    per_page: int = Field(50, ge=1, le=MOST)
    format: Literal["json", "ndjson"] = "json"
    search: str = Field("", max_length=200)


class Services(Listed):
    taxonomy_term_id: str = Field("", pattern=ID + "|^$")
    taxonomy_id: str = Field("", pattern=ID + "|^$")
    organization_id: str = Field("", pattern=ID + "|^$")
    modified_after: Moment | None = None
    minimal: bool = False
    full: bool = False


class Organizations(Listed):
    full_service: bool = False
    full: bool = False


class ServicesAtLocations(Listed):
    taxonomy_term_id: str = Field("", pattern=ID + "|^$")
    taxonomy_id: str = Field("", pattern=ID + "|^$")
    organization_id: str = Field("", pattern=ID + "|^$")
    modified_after: Moment | None = None
    full: bool = False
    postcode: str = Field("", pattern=r"^[0-9A-Za-z -]{0,10}$")
    proximity: float | None = Field(None, gt=0, le=1_000_000)


class Terms(Listed):
    taxonomy_id: str = Field("", pattern=ID + "|^$")
    top_only: bool = False
    parent_id: str = Field("", pattern=ID + "|^$")


# By the name of the address; all others take no parameter but `full_service`.
OF = {
    "services": Services,
    "organizations": Organizations,
    "service_at_locations": ServicesAtLocations,
    "taxonomies": Listed,
    "taxonomy_terms": Terms,
}
