"""What an organization answers by its link, and what editors look after."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.access import limited

from .correction_forms import CorrectionForm
from .models import Correction, Provider, Renewal, ResourcePage
from .querysets import dropped_since
from .renewal import BadLink, ask, behind

WRONG_LINKS = "30/h"
CORRECTIONS = "30/d"  # of one organization
MOST_SHOWN = 100


def _asked(request: HttpRequest, token: str) -> Renewal | HttpResponse:
    """The question behind the link, or the page that says that it does not work."""
    try:
        return behind(token)
    except BadLink:
        too_often = limited(request, "portal.renewal_links", WRONG_LINKS)
        status = 429 if too_often else 404
        response = render(request, "portal/pages/directory/renewal_bad.html", status=status)
        return _unlisted(response)


def _unlisted(response: HttpResponse) -> HttpResponse:
    """An address that is a key is for no search engine."""
    response["X-Robots-Tag"] = "noindex"
    return response


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def renewal(request: HttpRequest, token: str) -> HttpResponse:
    """The organization's entries: each is right, or something has changed."""
    asked = _asked(request, token)
    if isinstance(asked, HttpResponse):
        return asked
    entries = asked.entries()
    if request.method == "POST":
        number = request.POST.get("right", "")
        if not number.isdecimal() or len(number) > 15:
            raise Http404
        get_object_or_404(entries, pk=number).assure()
        return redirect("portal:renewal", token)
    today = timezone.localdate()
    waiting = set(Correction.objects.waiting().filter(page__in=entries).values_list("page_id", flat=True))
    context = {
        "provider": asked.provider,
        "asked": asked,
        "token": token,
        "entries": [
            {"page": page, "is_right": page.assured_on == today, "is_waiting": page.pk in waiting}
            for page in entries.prefetch_related("places__place__municipality", "places__hours")
        ],
    }
    return _unlisted(render(request, "portal/pages/directory/renewal.html", context))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def renewal_entry(request: HttpRequest, token: str, pk: int) -> HttpResponse:
    """What has changed of one entry: a draft for the editor."""
    asked = _asked(request, token)
    if isinstance(asked, HttpResponse):
        return asked
    page = get_object_or_404(asked.entries(), pk=pk)
    status = 200
    form = CorrectionForm(page=page)
    if request.method == "POST":
        form = CorrectionForm(request.POST, page=page)
        if not form.is_valid():
            status = 422
        elif limited(request, "portal.corrections", CORRECTIONS, by=asked.provider):
            form.add_error(None, _("You have written often today. Call us, or write again tomorrow."))
            status = 429
        else:
            page.propose(
                form.changed, note=form.cleaned_data["note"], client_id=form.cleaned_data["client_id"]
            )
            return redirect("portal:renewal", token)
    context = {
        "provider": asked.provider,
        "token": token,
        "page": page,
        "places": page.places.select_related("place__municipality").prefetch_related("hours"),
        "form": form,
    }
    return _unlisted(render(request, "portal/pages/directory/renewal_entry.html", context, status=status))


def _must_keep(request: HttpRequest) -> None:
    if not request.user.has_perm("portal.keep_directory"):
        raise Http404


@never_cache
@login_required
@require_safe
def care(request: HttpRequest) -> HttpResponse:
    """What organizations wrote, what nobody has looked at for a year, and what has left the lists."""
    _must_keep(request)
    old = list(ResourcePage.objects.unchecked().select_related("provider")[:MOST_SHOWN])
    dropped = dropped_since()
    context = {
        "corrections": Correction.objects.waiting().select_related("page__provider")[:MOST_SHOWN],
        "old": [page for page in old if page.assured_on > dropped],
        "dropped": [page for page in old if page.assured_on <= dropped],
    }
    return render(request, "portal/pages/directory/care.html", context)


@login_required
@require_POST
def care_step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """`verb`: a resource was "checked", its provider is to be "asked", a correction is "settled"."""
    _must_keep(request)
    if verb == "checked":
        get_object_or_404(ResourcePage.objects.in_use(), pk=pk).assure(by=request.user)
        messages.success(request, _("It counts as checked today."))
    elif verb == "asked":
        provider = get_object_or_404(Provider, pk=pk)
        if ask(provider, by=request.user):
            messages.success(request, _("The organization gets a mail with a link to its entries."))
        elif provider.email:
            messages.info(request, _("They were asked within the last day already."))
        else:
            messages.error(request, _("This organization has no e-mail address. Call them."))
    elif verb == "settled":
        get_object_or_404(Correction, pk=pk).settle(by=request.user)
        messages.success(request, _("Done. What they wrote is deleted."))
    else:
        raise Http404
    return redirect("portal:resources_care")
