from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from .failures import Failure, causes, waiting
from .models import Notification
from .orders import try_again, try_all_again

PER_PAGE = 20


@never_cache
@login_required
@require_safe
def failures(request: HttpRequest) -> HttpResponse:
    """What did not arrive, why, and whether somebody still tries; names only for those who keep the register.

    What is confidential is counted among the causes and is none of the rows.
    """
    _must_see_deliveries(request)
    rows = Notification.objects.not_delivered().not_confidential().with_fate().select_related("person")
    under_way, held = waiting()
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    found = causes()
    context = {
        "page": page,
        "failures": [Failure(row) for row in page],
        "causes": found,
        "has_hidden": sum(cause.times for cause in found) > page.paginator.count,
        "under_way": under_way,
        "held": held,
        "knows_people": request.user.has_perm("portal.change_user"),
    }
    return render(request, "portal/notifications/failures.html", context)


@login_required
@require_POST
def try_one(request: HttpRequest, pk: int) -> HttpResponse:
    _must_see_deliveries(request)
    row = get_object_or_404(Notification, pk=pk)
    if try_again(row.pk):
        messages.success(request, _("We try again now."))
    else:
        messages.info(request, _("There is nothing to try: it has been sent, or is not needed any more."))
    return redirect("portal:deliveries")


@login_required
@require_POST
def try_all(request: HttpRequest) -> HttpResponse:
    _must_see_deliveries(request)
    many = try_all_again()
    messages.success(
        request,
        ngettext("We try %(many)s message again now.", "We try %(many)s messages again now.", many)
        % {"many": many},
    )
    return redirect("portal:deliveries")


def _must_see_deliveries(request: HttpRequest) -> None:
    if not request.user.has_perm("portal.view_deliveries"):
        raise Http404
