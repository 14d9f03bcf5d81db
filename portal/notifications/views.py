from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from .models import Notification

PER_PAGE = 20


@never_cache
@login_required
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """What the portal told me, newest first."""
    mine = Notification.objects.inbox_of(request.user)
    page = Paginator(mine.for_display(), PER_PAGE).get_page(request.GET.get("page"))
    failing = Notification.objects.filter(person=request.user).not_delivered()
    failing = failing.order_by().values_list("channel", flat=True)
    context = {
        "page": page,
        "unread": mine.unread().count(),
        "failing": [Notification.Channel(name).label for name in sorted(set(failing))],
    }
    return render(request, "portal/notifications/inbox.html", context)


@never_cache
@login_required
@require_safe
def count(request: HttpRequest) -> HttpResponse:
    """The unread count alone, for the menu that is brought up to date without a reload."""
    return render(request, "portal/notifications/count.html")


@never_cache
@login_required
@require_safe
def notification(request: HttpRequest, pk: int) -> HttpResponse:
    """Open one: it is read now, and the page it is about comes in the person's own language."""
    row = _own(request, pk)
    _mark_read(row)
    with translation.override(request.user.language):
        return redirect(row.url)


@login_required
@require_POST
def read(request: HttpRequest, pk: int) -> HttpResponse:
    """Read without opening it."""
    _mark_read(_own(request, pk))
    page = request.GET.get("page", "")
    return redirect(reverse("portal:notifications") + (f"?page={page}" if page.isdecimal() else ""))


@login_required
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    if Notification.objects.inbox_of(request.user).mark_read():
        messages.success(request, _("All is marked as read."))
    return redirect("portal:notifications")


def _own(request: HttpRequest, pk: int) -> Notification:
    return get_object_or_404(Notification.objects.filter(person=request.user).for_display(), pk=pk)


def _mark_read(row: Notification) -> None:
    """By whichever channel somebody came, they have read it."""
    Notification.objects.filter(person=row.person_id, event=row.event_id).mark_read()
