"""The operators' work list: what has come in, what is late, who has it."""

from __future__ import annotations

from django.apps import apps
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache

from .forms import WorkListForm
from .models import Ticket
from .words import State

PER_PAGE = 25


@never_cache
@login_required
def work_list(request: HttpRequest) -> HttpResponse:
    if not request.user.has_perm("manutenzione.view_work_list"):
        raise Http404
    buildings = apps.get_model("portal", "Building").objects.order_by("name")
    filters = WorkListForm(request.GET, buildings=buildings)
    tickets = filters.narrow(
        Ticket.objects.visible_to(request.user).with_places(), request.user
    ).most_pressing_first()

    def lists() -> dict:
        """Asked for by the template, after it has noted up to where the live topic had come."""
        page = Paginator(tickets, PER_PAGE).get_page(request.GET.get("page"))
        return {"page": page, "waiting": _waiting(request)}

    return render(request, "manutenzione/work_list.html", {"filters": filters, "lists": lists})


def _waiting(request: HttpRequest) -> list[dict]:
    """What waits, each with its figure and the address that shows only that."""
    figures = counts(request.user)
    asked = request.GET
    return [
        {
            "label": label,
            "count": figures[figure],
            "url": f"?{name}={value}" if name else "?",
            "is_current": asked.get(name) == value if name else not asked,
        }
        for figure, label, name, value in (
            ("open", _("all open"), "", ""),
            ("submitted", pgettext("of reports", "to answer"), "state", "submitted"),
            ("unassigned", _("to be given"), "unassigned", "on"),
            ("overdue", _("late"), "overdue", "on"),
            ("mine", _("given to me"), "mine", "on"),
            ("on_hold", _("waiting"), "state", "on_hold"),
        )
    ]


def counts(user) -> dict[str, int]:
    """The figures above the list, in one query: all that is open, and of it what is to be answered, to be given,
    waiting, late, one's own."""
    late = Ticket.objects.overdue().values("pk")
    return (
        Ticket.objects.visible_to(user)
        .open()
        .aggregate(
            open=Count("pk"),
            submitted=Count("pk", filter=Q(state=State.SUBMITTED)),
            unassigned=Count("pk", filter=Q(state=State.TRIAGED, assignee=None)),
            on_hold=Count("pk", filter=Q(state=State.ON_HOLD)),
            overdue=Count("pk", filter=Q(pk__in=late)),
            mine=Count("pk", filter=Q(assignee=user)),
        )
    )
