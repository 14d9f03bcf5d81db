import json

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_safe

from portal.dashboard.views import cards
from portal.housing.models import Building

from .manifest import manifest as manifest_of

DAYS_KEPT = 7  # as long as a draft


@require_safe
@cache_control(public=True, max_age=3600)
def manifest(request: HttpRequest) -> HttpResponse:
    return JsonResponse(manifest_of(), content_type="application/manifest+json")


@require_safe
@cache_control(no_cache=True)
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker: a few words that change with every release, and the script that they load."""
    about = {
        # Any file that changed makes another release, whose worker throws away what the one before had kept.
        "version": getattr(staticfiles_storage, "manifest_hash", "") or "0",
        "name": settings.PORTAL_NAME,
        "days": DAYS_KEPT,
        "files": settings.STATIC_URL,
        "icon": static("portal/icon-192.png"),
        "badge": static("portal/badge-96.png"),
        "language": settings.LANGUAGE_CODE,
        "languages": [code for code, _ in settings.LANGUAGES],
        "zone": settings.TIME_ZONE,
    }
    script = f"self.PORTAL = {json.dumps(about)};\nimportScripts({json.dumps(static('portal/worker.js'))});\n"
    return HttpResponse(script, content_type="text/javascript; charset=utf-8")


@never_cache
@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """What a phone shows without a connection: whom to call, what to do in danger, and room for a page it has kept."""
    context = {"building": Building.objects.home_of(request.user).first(), "cards": cards(request, "offline")}
    return render(request, "portal/pwa/offline.html", context)
