from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import get_user_model
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.access import ask_to_step_up, has_stepped_up, limited, note_read, step_up_required
from portal.access.models import ConfidentialRead, Why
from portal.extensions import PersonalData, declared
from portal.ui.search import searched

from .exporting import title_of
from .models import DataExport, ErasureRequest, StandsAgainst, against_erasing
from .retention import due_now, lasts

A_PAGE = 30  # lines
COPIES = "10/d"  # of one's data; each is made from all that there is


# -- the person's own ----------------------------------------------------------------------------------------


@never_cache
@login_required
@require_safe
def my_reads(request: HttpRequest) -> HttpResponse:
    """Who read my data, when, and why."""
    reads = ConfidentialRead.objects.filter(about=request.user).with_people()
    return render(request, "portal/privacy/my_reads.html", {"page": _page(request, reads)})


@never_cache
@login_required
def my_data(request: HttpRequest) -> HttpResponse:
    """A copy of all that concerns me, and the way to be erased."""
    if request.method == "POST":
        return _change(request)
    context = {
        "export": DataExport.objects.filter(person=request.user).first(),
        "erasure": ErasureRequest.objects.open().filter(person=request.user).first(),
    }
    return render(request, "portal/privacy/my_data.html", context)


def _change(request: HttpRequest) -> HttpResponse:
    action = request.POST.get("action")
    if action == "copy":
        if not has_stepped_up(request):
            return ask_to_step_up(request)
        under_way = DataExport.objects.under_way().filter(person=request.user).exists()
        if not under_way and limited(request, "portal.data.copy", COPIES):
            messages.error(request, _("You have asked for many copies today. Come back tomorrow."))
        else:
            DataExport.ask(request.user, language=get_language())
    elif action == "withdraw":
        erasure = ErasureRequest.objects.open().filter(person=request.user).first()
        if erasure and erasure.withdraw(by=request.user):
            messages.success(request, _("You took your request back. Nothing is erased."))
        elif erasure:
            messages.error(request, _("It is too late: the erasure has begun."))
    return redirect("portal:my_data")


@never_cache
@login_required
@require_safe
def download(request: HttpRequest, pk) -> HttpResponse:
    """The archive, for its person only and after a fresh sign-in: it holds everything."""
    export = get_object_or_404(DataExport.objects.visible_to(request.user).ready(), pk=pk)
    if not has_stepped_up(request):
        return ask_to_step_up(request)
    try:
        with export.file.open() as file:
            content = file.read()
    except FileNotFoundError:
        raise Http404 from None
    day = timezone.localdate(export.asked_at).isoformat()
    return HttpResponse(
        content,
        content_type="application/zip",
        headers={
            "Content-Disposition": f'attachment; filename="{slugify(settings.PORTAL_NAME) or "data"}-{day}.zip"',
            "Cache-Control": "private, no-store",
            "Content-Encoding": "identity",  # packed already: not once more on its way
            "X-Content-Type-Options": "nosniff",
        },
    )


@never_cache
@login_required
@step_up_required
def ask_erasure(request: HttpRequest) -> HttpResponse:
    """What goes, what the law keeps and why; and then the question."""
    if ErasureRequest.objects.open().filter(person=request.user).exists():
        return redirect("portal:my_data")
    if request.method == "POST":
        ErasureRequest.ask(request.user)
        messages.success(request, _("We have your request. Until the day below you can take it back."))
        return redirect("portal:my_data")
    kinds = [(title_of(data), data) for data in declared(PersonalData)]
    context = {
        "goes": [(title, data) for title, data in kinds if not data.stays],
        "stays": [(title, data) for title, data in kinds if data.stays],
        "against": against_erasing(request.user),
    }
    return render(request, "portal/privacy/ask_erasure.html", context)


# -- the staff's ---------------------------------------------------------------------------------------------


@never_cache
@login_required
@require_safe
def reads(request: HttpRequest) -> HttpResponse:
    """Who read whose data: for whoever watches over it. What was read is not here."""
    _must(request, "portal.view_reads")
    name = searched(request)
    found = ConfidentialRead.objects.visible_to(request.user).with_people()
    if name:
        people = get_user_model().objects.named_like(name)
        found = found.filter(Q(reader__in=people) | Q(about__in=people))
    return render(request, "portal/privacy/reads.html", {"page": _page(request, found), "q": name})


@never_cache
@login_required
@require_safe
def erasures(request: HttpRequest) -> HttpResponse:
    """Who asks to be erased, the nearest day first."""
    _must(request, "portal.view_erasures")
    waiting = ErasureRequest.objects.visible_to(request.user).open().select_related("person")
    return render(request, "portal/privacy/erasures.html", {"page": _page(request, waiting)})


@never_cache
@login_required
def erasure(request: HttpRequest, pk: int) -> HttpResponse:
    """One request: what stands against it, and the confirmation."""
    _must(request, "portal.view_erasures")
    asked = get_object_or_404(ErasureRequest.objects.select_related("person", "confirmed_by"), pk=pk)
    may_confirm = request.user.has_perm("portal.confirm_erasure", asked)
    if request.method == "POST":
        if not may_confirm:
            raise Http404
        if not has_stepped_up(request):
            return ask_to_step_up(request)
        try:
            asked.confirm(by=request.user)
        except StandsAgainst:
            messages.error(request, _("Something stands against it. Look below."))
        else:
            if asked.state == ErasureRequest.State.CONFIRMED:
                messages.success(request, _("Confirmed. The person was told."))
        return redirect(asked)
    note_read(request, asked, about=asked.person, reason=Why.ANSWER)
    against = against_erasing(asked.person) if asked.state in ErasureRequest.BEFORE_IT_BEGINS else []
    context = {"erasure": asked, "against": against, "may_confirm": may_confirm}
    return render(request, "portal/privacy/erasure.html", context)


@never_cache
@login_required
def retention(request: HttpRequest) -> HttpResponse:
    """How long everything is kept; and, when asked (a POST, because it costs), how much is due now."""
    _must(request, "portal.view_retention")
    counted = {due.data.key: due for due in due_now()} if request.method == "POST" else {}
    rows = [
        (title_of(data), data, data.retention and lasts(data.retention), counted.get(data.key))
        for data in declared(PersonalData)
    ]
    return render(request, "portal/privacy/retention.html", {"rows": rows, "counted": bool(counted)})


def _must(request: HttpRequest, permission: str) -> None:
    if not request.user.has_perm(permission):
        raise Http404


def _page(request: HttpRequest, rows: Any):
    return Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
