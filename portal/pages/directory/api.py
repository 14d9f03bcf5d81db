"""`/hsds/`: the directory for other programs, as Open Referral's HSDS 3 says. Anybody may read it, from any site.

Public facts only, and only those that the lists show. Nobody signs in, nothing is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.middleware.http import ConditionalGetMiddleware
from django.urls import reverse
from django.utils import translation
from django.utils.decorators import decorator_from_middleware
from ninja import NinjaAPI, Query
from ninja.errors import ValidationError

from portal.extensions.words import containing, words_of

from . import shapes
from .fields import having
from .gazetteer import Point, kilometres
from .models import Place, Provider, ResourcePage, ServiceAtLocation
from .schemas import OF, Full, Listed, Organizations, Services, ServicesAtLocations, Terms
from .streams import Tell, streamed
from .words import Need

REMEMBERED = 300  # seconds that anybody may keep an answer

api = NinjaAPI(
    title="Abitare: local resources",
    version=shapes.VERSION,
    description="Who helps near here, in the Human Services Data Specification 3 of Open Referral.",
    urls_namespace="hsds",
    docs_url=None,
)


class BadQuestion(Exception):
    """A parameter that we know, with a value that does not go."""


@api.exception_handler(BadQuestion)
def _bad(request: HttpRequest, error: BadQuestion) -> HttpResponse:
    return JsonResponse({"detail": str(error)}, status=400)


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    wrong = [f"{one['loc'][-1]}: {one['msg']}" for one in error.errors]
    return JsonResponse({"detail": "; ".join(wrong)}, status=400)


@api.exception_handler(Http404)
def _missing(request: HttpRequest, error: Http404) -> HttpResponse:
    return JsonResponse({"detail": "There is nothing with this id."}, status=404)


def _site() -> str:
    return settings.WAGTAILADMIN_BASE_URL.rstrip("/")


def _each(shape: Callable[[Any], shapes.Shape]) -> Tell:
    return lambda rows: [shape(row) for row in rows]


def _answer(request: HttpRequest, asked: Listed, rows: Any, tell: Tell) -> HttpResponseBase:
    """A page of rows (a list, or a queryset in the order of its keys), or with `format=ndjson` all, a line each.

    `tell` shapes some rows at once.
    """
    if asked.format == "ndjson":
        return streamed(request, rows, tell)
    total = len(rows) if isinstance(rows, list) else rows.count()
    pages = max(1, -(-total // asked.per_page))
    if asked.page > pages:
        raise BadQuestion(f"page: there are {pages} pages only")
    first = (asked.page - 1) * asked.per_page
    items = tell(list(rows[first : first + asked.per_page]))
    return JsonResponse(
        shapes.page_of(items, total=total, number=asked.page, per_page=asked.per_page),
        json_dumps_params={"ensure_ascii": False},
    )


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404 from None


def _one(rows: models.QuerySet, **which: Any) -> Any:
    found = rows.filter(**which).first()
    if found is None:
        raise Http404
    return found


def _json(shape: shapes.Shape) -> HttpResponse:
    return JsonResponse(shape, json_dumps_params={"ensure_ascii": False})


@api.get("/", url_name="about")
def about(request: HttpRequest):
    return _json(
        {
            "version": shapes.VERSION,
            "profile": "https://docs.openreferral.org/en/3.0/hsds/",
            "openapi_url": _site() + reverse("hsds:openapi-json"),
        }
    )


def _services(asked: Services | ServicesAtLocations) -> models.QuerySet:
    """The listed resources that the question is about."""
    pages = ResourcePage.objects.listed()
    if asked.search:
        pages = pages.filter(containing(asked.search, "title", "search_description", "provider__name", "who"))
    if asked.taxonomy_term_id:
        need = shapes.TERM_IDS.get(str(UUID(asked.taxonomy_term_id)))
        pages = pages.filter(having("needs", need.value)) if need else pages.none()
    if asked.taxonomy_id:
        ours = str(UUID(asked.taxonomy_id)) == shapes.TAXONOMY_ID
        pages = pages.exclude(needs="") if ours else pages.none()
    if asked.organization_id:
        pages = pages.filter(provider__hsds_id=UUID(asked.organization_id))
    if since := asked.modified_after:
        pages = pages.filter(changed_at__gte=since)
    return pages


@api.get("/services", url_name="services")
def services(request: HttpRequest, asked: Query[Services]):
    pages = shapes.related(_services(asked).order_by("pk"), full=asked.full and not asked.minimal)
    if asked.minimal:
        return _answer(request, asked, pages, _each(shapes.minimal_service))
    shape = shapes.full_service_of if asked.full else shapes.service
    return _answer(request, asked, pages, _each(lambda page: shape(page, _site())))


@api.get("/services/{id}", url_name="service")
def service(request: HttpRequest, id: str, asked: Query[Full]):
    pages = shapes.related(ResourcePage.objects.listed(), full=True)
    return _json(shapes.full_service_of(_one(pages, translation_key=_uuid(id)), _site()))


def _providers() -> models.QuerySet:
    """Who offers something that is listed. An organization that offers nothing now is not told of."""
    return Provider.objects.filter(pk__in=ResourcePage.objects.listed().values("provider")).order_by("pk")


def _offered_by(providers: Iterable[Provider], *, full: bool) -> dict[int, list[ResourcePage]]:
    pages = shapes.related(ResourcePage.objects.listed().filter(provider__in=providers), full=full)
    by: dict[int, list[ResourcePage]] = {}
    for page in pages.order_by("pk"):
        by.setdefault(page.provider_id, []).append(page)
    return by


@api.get("/organizations", url_name="organizations")
def organizations(request: HttpRequest, asked: Query[Organizations]):
    providers = _providers()
    if asked.search:
        providers = providers.filter(containing(asked.search, "name"))
    if not asked.full and not asked.full_service:
        return _answer(request, asked, providers, _each(shapes.organization))

    def tell(some: list[Provider]) -> list[shapes.Shape]:
        offers = _offered_by(some, full=asked.full_service)
        return [
            shapes.full_organization(one, offers.get(one.pk, []), _site(), full_service=asked.full_service)
            for one in some
        ]

    return _answer(request, asked, providers, tell)


@api.get("/organizations/{id}", url_name="organization")
def organization(request: HttpRequest, id: str, asked: Query[Full]):
    provider = _one(_providers(), hsds_id=_uuid(id))
    offers = _offered_by([provider], full=asked.full_service).get(provider.pk, [])
    return _json(shapes.full_organization(provider, offers, _site(), full_service=asked.full_service))


def _at_locations(pages: models.QuerySet, *, full: bool) -> models.QuerySet:
    rows = ServiceAtLocation.objects.filter(page__in=pages).select_related(
        "page__provider", "page__locale", "place__municipality"
    )
    if full:
        rows = rows.prefetch_related("hours", "page__municipalities")
    return rows.order_by("pk")


@api.get("/service_at_locations", url_name="service_at_locations")
def service_at_locations(request: HttpRequest, asked: Query[ServicesAtLocations]):
    rows = _at_locations(_services(asked).values("pk"), full=asked.full)
    shape = shapes.full_at_location if asked.full else shapes.at_location
    if asked.proximity is not None and not asked.postcode:
        raise BadQuestion("proximity: say from which postcode")
    if asked.postcode:
        rows = _around(rows, asked.postcode.strip(), asked.proximity)
    return _answer(request, asked, rows, _each(lambda at: shape(at, _site())))


def _around(rows: models.QuerySet, postcode: str, metres: float | None) -> models.QuerySet:
    """Those in the postcode, or within so many metres of the middle of the places that we know there."""
    if metres is None:
        return rows.filter(place__postcode=postcode)
    middle = _middle(postcode)
    if middle is None:
        return rows.none()
    known = Place.objects.exclude(latitude=None).only("latitude", "longitude")
    return rows.filter(place__in=[one for one in known if kilometres(middle, one.point) * 1000 <= metres])


def _middle(postcode: str) -> Point | None:
    known = Place.objects.filter(postcode=postcode).exclude(latitude=None)
    found = known.aggregate(a=models.Avg("latitude"), b=models.Avg("longitude"))
    return (float(found["a"]), float(found["b"])) if found["a"] is not None else None


@api.get("/service_at_locations/{id}", url_name="service_at_location")
def service_at_location(request: HttpRequest, id: str, asked: Query[Full]):
    rows = _at_locations(ResourcePage.objects.listed().values("pk"), full=True)
    return _json(shapes.full_at_location(_one(rows, translation_key=_uuid(id)), _site()))


@api.get("/taxonomies", url_name="taxonomies")
def taxonomies(request: HttpRequest, asked: Query[Listed]):
    return _answer(request, asked, [one for one in [shapes.taxonomy()] if _says(one, asked.search)], list)


@api.get("/taxonomies/{id}", url_name="taxonomy")
def taxonomy(request: HttpRequest, id: str, asked: Query[Full]):
    if str(_uuid(id)) != shapes.TAXONOMY_ID:
        raise Http404
    return _json(shapes.taxonomy())


@api.get("/taxonomy_terms", url_name="taxonomy_terms")
def taxonomy_terms(request: HttpRequest, asked: Query[Terms]):
    """One level of terms: each stands at the top and has none below it."""
    terms = [shapes.term(need) for need in Need]
    if asked.parent_id or (asked.taxonomy_id and str(UUID(asked.taxonomy_id)) != shapes.TAXONOMY_ID):
        terms = []
    return _answer(request, asked, [one for one in terms if _says(one, asked.search)], list)


@api.get("/taxonomy_terms/{id}", url_name="taxonomy_term")
def taxonomy_term(request: HttpRequest, id: str, asked: Query[Full]):
    need = shapes.TERM_IDS.get(str(_uuid(id)))
    if need is None:
        raise Http404
    return _json(shapes.term(need))


def _says(shape: shapes.Shape, search: str) -> bool:
    words = words_of(" ".join(str(value) for value in shape.values()))
    return all(any(word.startswith(part) for word in words) for part in words_of(search))


conditional = decorator_from_middleware(ConditionalGetMiddleware)


def for_everybody(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Any site's page may read the answer, without cookies; whoever has it may keep it for a while. It is in the
    language that is written first, as no address here carries one. What was not asked well is kept by nobody."""
    asking = conditional(view)

    @wraps(view)
    def open_view(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response: HttpResponseBase
        if request.method == "OPTIONS":
            response = HttpResponse(status=204)
            response["Access-Control-Allow-Headers"] = "Accept, Content-Type, If-None-Match"
            response["Access-Control-Max-Age"] = "86400"
        elif request.method not in ("GET", "HEAD"):
            response = JsonResponse({"detail": "Only GET is answered here."}, status=405)
        elif strange := OF.get(request.resolver_match.url_name, Full).unknown(request.GET):
            response = JsonResponse(
                {"detail": f"{', '.join(strange)}: there is no such parameter here."}, status=400
            )
        else:
            # HEAD is GET without its body, which the server leaves out.
            request.method, asked = "GET", request.method
            with translation.override(settings.LANGUAGE_CODE):
                response = asking(request, *args, **kwargs)
            request.method = asked
            if asked == "HEAD" and response.streaming:
                response = HttpResponse(content_type=response["Content-Type"])  # nothing is read for nobody
        response["Allow"] = "GET, HEAD, OPTIONS"
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Allow-Methods"] = "GET, OPTIONS"
        response["Access-Control-Expose-Headers"] = "ETag"
        response["Cross-Origin-Resource-Policy"] = "cross-origin"
        kept = response.status_code in (200, 304)
        response["Cache-Control"] = f"public, max-age={REMEMBERED}" if kept else "no-store"
        return response

    open_view.csrf_exempt = True  # type: ignore[attr-defined]
    return open_view


def hsds_patterns() -> list:
    """The addresses, without the prefix."""
    patterns, _app, _namespace = api.urls
    for pattern in patterns:
        pattern.callback = for_everybody(pattern.callback)
    return patterns
