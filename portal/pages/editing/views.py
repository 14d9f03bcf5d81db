"""What readers say of a page. One touch says it; why can be told afterwards.

A page that is kept whole is the same for everybody, and has no token against forged requests, which would be one
person's. Its two buttons are believed where the browser says that they were pressed on a page of ours. Where it does
not say so, one is asked once more, on a page of one's own that has the token.
"""

from __future__ import annotations

import hashlib
import uuid

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods
from wagtail.models import Page

from portal.access.limits import client_address, limited
from portal.pages.languages import marked_private, reader_url
from portal.pages.page_links import may_open

from .forms import FeedbackForm, ReasonForm
from .models import PageFeedback

RATE = "20/h"
TWICE = 2  # seconds within which the same answer from the same kind of browser at the same address is one
ANSWERS = {"yes": True, "no": False}


@never_cache
@csrf_exempt
@require_http_methods(["POST"])
def useful_touched(request: HttpRequest, pk: int) -> HttpResponse:
    """Yes or no, at once."""
    page, answer = _page(request, pk), request.POST.get("answer", "")
    if answer not in ANSWERS or not _is_sent_from_here(request):
        return redirect(f"{reverse('portal:useful', args=[page.pk])}?{urlencode({'answer': answer})}")
    said = _this_touch(request, page, answer)
    if limited(request, "portal.page_feedback", RATE):
        form = FeedbackForm({"client_id": said, "useful": answer})
        return _asked(request, page, form, _too_often(form))
    PageFeedback.say(page, client_id=said, useful=ANSWERS[answer])
    return redirect(f"{reverse('portal:useful_thanks', args=[page.pk])}?{urlencode({'said': said})}")


def _this_touch(request: HttpRequest, page: Page, answer: str) -> uuid.UUID:
    """Its number: a second touch of the same finger has the same, and counts once. Nothing of it is kept for longer."""
    browser = f"{client_address(request)} {request.headers.get('User-Agent', '')}"
    key = f"portal.page_feedback.touch:{hashlib.sha256(f'{browser} {page.pk} {answer}'.encode()).hexdigest()}"
    return cache.get_or_set(key, uuid.uuid4, TWICE)


def _is_sent_from_here(request: HttpRequest) -> bool:
    """What the browser says itself, and no page can have it say."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    return request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"


@never_cache
def useful(request: HttpRequest, pk: int) -> HttpResponse:
    """One question, and two that may be left out. `?answer=yes` or `no` is the button that was touched."""
    page = _page(request, pk)
    answer = request.GET.get("answer", "")
    form = FeedbackForm(
        request.POST if request.method == "POST" else None,
        initial={"useful": answer if answer in ANSWERS else None},
    )
    status = 200
    if request.method == "POST":
        if not form.is_valid():
            status = 422
        elif limited(request, "portal.page_feedback", RATE):
            status = _too_often(form)
        else:
            PageFeedback.say(page, **form.cleaned_data)
            return redirect("portal:useful_thanks", pk=page.pk)
    return _asked(request, page, form, status)


def _too_often(form: FeedbackForm) -> int:
    form.add_error(None, _("That was too often. Wait an hour, then try again."))
    return 429


def _asked(request: HttpRequest, page: Page, form: FeedbackForm, status: int) -> HttpResponse:
    context = {
        "page": page,
        "back": reader_url(page),
        "form": form,
        "action": reverse("portal:useful", args=[page.pk]),
    }
    return render(request, "portal/pages/editing/useful.html", context, status=status)


@never_cache
def useful_thanks(request: HttpRequest, pk: int) -> HttpResponse:
    """Whoever has just said no may say why: `?said=` is known to nobody else."""
    page = _page(request, pk)
    said = PageFeedback.objects.without_reason(page, request.GET.get("said", ""))
    form, status = None, 200
    if said is not None:
        form = ReasonForm(request.POST if request.method == "POST" else None)
        if form.is_valid():
            said.explain(**form.cleaned_data)
            return redirect("portal:useful_thanks", pk=page.pk)
        status = 422 if form.is_bound else 200
    return render(
        request,
        "portal/pages/editing/useful_thanks.html",
        {"page": page, "back": reader_url(page), "form": form},
        status=status,
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
