from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from community.mutual_aid.entries import calendar_of
from community.mutual_aid.menus import aid_crumbs
from portal.access import client_address, limited

from .models import CalendarLink
from .sources import entries_of

KEPT = timedelta(days=30)  # so long what is over stays in the calendar
READINGS = "120/10m"  # of one client: calendars ask every few hours


@never_cache
@login_required
def link(request: HttpRequest) -> HttpResponse:
    """My calendar link: to make, to make anew, to end. The address is shown once, in the answer to making it."""
    address = ""
    if request.method == "POST":
        if request.POST.get("end"):
            CalendarLink.end(request.user)
            return redirect("community:calendar_link")
        token = CalendarLink.renew(request.user)
        address = f"{settings.WAGTAILADMIN_BASE_URL}{reverse('community_calendar', args=[token])}"
    found = CalendarLink.objects.filter(person=request.user).first()
    context = {
        "crumbs": aid_crumbs(),
        "link": found,
        "address": address,
        # What phones open with their calendar.
        "subscribe": f"webcal://{address.partition('://')[2]}" if address else "",
    }
    return render(request, "community/calendar/link.html", context)


@never_cache
@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """What a calendar reads. A secret that opens nothing and one too many tries are answered alike."""
    if limited(request, "community.calendar", READINGS, by=client_address(request)):
        raise Http404
    found = CalendarLink.opened_by(token)
    if found is None:
        raise Http404
    with override(found.person.language):
        name = _("Mutual aid: %(portal)s") % {"portal": settings.PORTAL_NAME}
        file = calendar_of(entries_of(found.person, timezone.now() - KEPT), name=name)
    return HttpResponse(file, content_type="text/calendar; charset=utf-8")
