from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language_from_request
from django.views.decorators.cache import never_cache
from django.views.decorators.vary import vary_on_headers

from portal.ui.languages import in_language
from portal.ui.offline import kept_offline
from portal.ui.qr import qr_code

from .models import Building, CommonArea


@kept_offline
def place(request: HttpRequest, label) -> HttpResponse:
    """What a scanned label opens, signed in or not: whom to call, and what can be done from here.

    It names the place, which whoever stands before the label sees, and nobody who lives there.
    """
    area = get_object_or_404(CommonArea.objects.select_related("building__municipality"), label=label)
    return render(
        request,
        "portal/housing/place.html",
        {"area": area, "building": area.building, "emergency_number": settings.PORTAL_EMERGENCY_NUMBER},
    )


@vary_on_headers("Accept-Language", "Cookie")
def scan(request: HttpRequest, label) -> HttpResponse:
    """Where a label's code leads: the place's page in the language of whoever scans it, which no wall can know."""
    person = request.user
    language = person.language if person.is_authenticated else get_language_from_request(request)
    return redirect(in_language(reverse("portal:place", args=[label]), language))


@never_cache
@login_required
def labels(request: HttpRequest, building_id: int) -> HttpResponse:
    """The QR labels of a building's common areas, to print, cut and hang."""
    if not request.user.has_perm("portal.change_commonarea"):
        raise Http404
    building = get_object_or_404(Building.objects.select_related("municipality"), pk=building_id)
    areas = [
        (area, qr_code(area.label_url(), error="q"))
        for area in building.common_areas.select_related("stairwell")
    ]
    return render(request, "portal/housing/labels.html", {"building": building, "labels": areas})
