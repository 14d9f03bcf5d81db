from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from . import samples


def style_guide(request: HttpRequest) -> HttpResponse:
    """Every component on one page, for whoever builds with them. Not for the agency's people."""
    if not (settings.DEBUG or settings.PORTAL_DEMO):
        raise Http404
    return render(request, "portal/style_guide.html", samples.context())
