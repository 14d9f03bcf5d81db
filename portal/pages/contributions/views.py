"""Where an organization's coordinators propose what the agency should publish, and see what became of it."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from portal.access import limited
from portal.pages.directory.correction_forms import CorrectionForm
from portal.pages.directory.models import ResourcePage
from portal.pages.directory.views import CORRECTIONS
from portal.pages.languages import reader_url
from portal.people.models import Organization

from .forms import ContributionForm
from .models import Contribution, NoPlaceYet, TooOften

ROWS = 20


@never_cache
@login_required
def contributions(request: HttpRequest, pk: int) -> HttpResponse:
    organization = _coordinated(request, pk)
    proposed = organization.contributions.select_related("page__locale")
    shown = Paginator(proposed, ROWS).get_page(request.GET.get("page"))
    rows = [(one, reader_url(one.page) if one.page and one.page.live else "") for one in shown]
    return render(
        request,
        "portal/pages/contributions/list.html",
        {
            "organization": organization,
            "rows": rows,
            "shown": shown,
            "entries": _entries(organization),
            "today": timezone.localdate(),
        },
    )


@never_cache
@login_required
def contribution_new(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    organization = _coordinated(request, pk)
    if kind not in Contribution.Kind.values:
        raise Http404
    form, status = ContributionForm(request.POST if request.method == "POST" else None, kind=kind), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                Contribution.propose(organization, by=request.user, kind=kind, **form.cleaned_data)
            except PermissionDenied:
                raise Http404 from None  # the right was there when the page was asked for
            except TooOften:
                form.add_error(None, _("You have proposed a lot today. Come back tomorrow."))
                status = 429
            except NoPlaceYet:
                form.add_error(
                    None, _("The agency does not publish this at the moment. Write to it instead.")
                )
            else:
                messages.success(
                    request, _("Thank you. The agency reads it before it goes out, and tells you.")
                )
                return redirect("portal:contributions", pk=organization.pk)
    context = {"organization": organization, "form": form, "kind": kind, "zone": settings.TIME_ZONE}
    return render(request, "portal/pages/contributions/new.html", context, status=status)


@never_cache
@login_required
def contribution_entry(request: HttpRequest, pk: int, entry: int) -> HttpResponse:
    """What the directory says of the organization: all of it is right (`right`), or something has changed."""
    organization = _coordinated(request, pk)
    page = get_object_or_404(_entries(organization), pk=entry)
    form, status = CorrectionForm(page=page), 200
    if request.method == "POST" and "right" in request.POST:
        page.assure(by=request.user)
        messages.success(request, _("Thank you. It counts as checked today."))
        return redirect("portal:contributions", pk=organization.pk)
    if request.method == "POST":
        form, status = CorrectionForm(request.POST, page=page), 422
        if form.is_valid():
            if limited(None, "portal.corrections", CORRECTIONS, by=page.provider):
                form.add_error(None, _("You have written often today. Call us, or write again tomorrow."))
                status = 429
            else:
                said = form.cleaned_data
                page.propose(form.changed, note=said["note"], client_id=said["client_id"], by=request.user)
                messages.success(request, _("Thank you. The agency reads it, then the page changes."))
                return redirect("portal:contributions", pk=organization.pk)
    context = {"organization": organization, "page": page, "form": form}
    return render(request, "portal/pages/contributions/entry.html", context, status=status)


def _entries(organization: Organization) -> QuerySet[ResourcePage]:
    """What of the directory is the organization's own."""
    mine = ResourcePage.objects.in_use().filter(provider__partner=organization)
    return mine.select_related("provider", "locale").order_by("title", "pk")


def _coordinated(request: HttpRequest, pk: int) -> Organization:
    """A foreign one is as missing as a missing one."""
    found = get_object_or_404(Organization.objects.visible_to(request.user), pk=pk)
    if not request.user.has_perm("portal.coordinate_organization", found):
        raise Http404
    return found
