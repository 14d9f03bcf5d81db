"""For editors: what organizations propose, each with its draft."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from wagtail.admin import messages

from portal.pages.editing.admin_views import for_writers

from .forms import DeclineForm
from .models import AlreadyDecided, Contribution

ROWS = 30


@for_writers
def proposals(request: HttpRequest) -> HttpResponse:
    """Those that wait, the oldest first; to decline one takes a reason. To accept one is to publish its draft."""
    return _shown(request)


@for_writers
def decline(request: HttpRequest, pk: int) -> HttpResponse:
    proposed = get_object_or_404(Contribution, pk=pk)
    if request.method != "POST":
        return redirect("portal_contributions")
    form = DeclineForm(request.POST)
    if not form.is_valid():
        return _shown(request, refused=(proposed.pk, form), status=422)
    try:
        proposed.decline(by=request.user, reason=form.cleaned_data["reason"])
    except AlreadyDecided:
        messages.error(request, _("Somebody has decided meanwhile."))
    else:
        messages.success(request, _("Declined. The organization is told why."))
    return redirect("portal_contributions")


def _shown(request: HttpRequest, refused: tuple | None = None, status: int = 200) -> HttpResponse:
    waiting = Contribution.objects.waiting().select_related("organization", "by", "page")
    shown = Paginator(waiting, ROWS).get_page(request.GET.get("p"))
    rows = [
        (one, refused[1] if refused and refused[0] == one.pk else DeclineForm(auto_id=f"id_{one.pk}_%s"))
        for one in shown
    ]
    context = {
        "rows": rows,
        "shown": shown,
        "page_title": _("Proposals of organizations"),
        "header_icon": "mail",
    }
    return render(request, "portal/pages/contributions/proposals.html", context, status=status)


urlpatterns = [
    path("portal-proposals/", proposals, name="portal_contributions"),
    path("portal-proposals/<int:pk>/decline/", decline, name="portal_contribution_decline"),
]
