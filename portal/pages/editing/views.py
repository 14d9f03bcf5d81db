"""What readers say of a page: asked on a page of its own, so that the page itself is the same for everybody.

A page that is kept whole for all readers carries no form (whose token would be one person's), but links to here.
"""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from wagtail.models import Page

from portal.access.limits import limited
from portal.pages.languages import marked_private, reader_url
from portal.pages.page_links import may_open

from .forms import FeedbackForm
from .models import PageFeedback

RATE = "20/h"


@never_cache
def useful(request: HttpRequest, pk: int) -> HttpResponse:
    """One question, and two that may be left out. `?answer=yes` or `no` is the link that was touched."""
    page = _page(request, pk)
    answer = request.GET.get("answer", "")
    form = FeedbackForm(
        request.POST if request.method == "POST" else None,
        initial={"useful": answer if answer in ("yes", "no") else None},
    )
    status = 200
    if request.method == "POST":
        if not form.is_valid():
            status = 422
        elif limited(request, "portal.page_feedback", RATE):
            form.add_error(None, _("That was too often. Wait an hour, then try again."))
            status = 429
        else:
            PageFeedback.say(page, **form.cleaned_data)
            return redirect("portal:useful_thanks", pk=page.pk)
    return render(
        request,
        "portal/pages/editing/useful.html",
        {"page": page, "back": reader_url(page), "form": form},
        status=status,
    )


@never_cache
def useful_thanks(request: HttpRequest, pk: int) -> HttpResponse:
    page = _page(request, pk)
    return render(
        request, "portal/pages/editing/useful_thanks.html", {"page": page, "back": reader_url(page)}
    )


def _page(request: HttpRequest, pk: int) -> Page:
    """A page that this reader may open, and that asks; any other is missing."""
    written = marked_private(Page.objects.live().filter(alias_of=None))
    found = get_object_or_404(written.select_related("content_type"), pk=pk)
    if found.is_private and not may_open(found, request):
        raise Http404
    if not getattr(found.specific_class, "asks_if_useful", False):
        raise Http404
    return found
