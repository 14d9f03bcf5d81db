from __future__ import annotations

from itertools import dropwhile
from typing import Any

from django.apps import apps
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from community.mutual_aid.periods import months
from community.mutual_aid.time_bank.models import HoursAccount
from portal.access import ask_why

from . import exports
from .hours import by_month, has_free_shifts
from .to_do import to_do, with_asking

MONTHS = 12


@never_cache
@login_required
@require_safe
def organization(request: HttpRequest, pk: int) -> HttpResponse:
    """What there is to do for an organization's mutual aid: each block with the way to do it."""
    asked = with_asking(apps.get_model("portal", "Organization").objects, request.user)
    found = _found(request, pk, "community.look_after_organization", among=asked)
    context = {
        "organization": found,
        "crumbs": _crumbs(found),
        "pages": _pages(found, "organization"),
        **to_do(found, request.user),
    }
    return render(request, "community/organizations/organization.html", context)


@never_cache
@login_required
@require_safe
def organization_hours(request: HttpRequest, pk: int) -> HttpResponse:
    """What it gave and received, month by month, and where its account stands: sums, and nobody's name."""
    found = _found(request, pk, "community.view_organization_hours")
    period = months(MONTHS)
    told = by_month(found, period)
    account = HoursAccount.objects.of(found).with_standing().first()
    looks_after = request.user.has_perm("community.look_after_organization", found)
    context = {
        "organization": found,
        "crumbs": _crumbs(found, is_inside=looks_after),
        "balance": account.standing if account else 0,
        "pages": _pages(found, "organization_hours") if looks_after else [],
        "coordinates": found.is_coordinated_by(request.user),
        "months": [month for month in reversed(told) if month.has_something],
        "by_members": _rows(told, "by_members"),
        "received": _rows(told, "received"),
        "has_free_shifts": has_free_shifts(found, period),
        "has_hidden": any(month.is_hiding for month in told),
    }
    return render(request, "community/organizations/hours.html", context)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])  # the question why is a form
def organization_export(request: HttpRequest, pk: int, what: str) -> HttpResponse | StreamingHttpResponse:
    """A table to take along. Of members it carries names: whoever takes it says why, and each of them can read that."""
    if what == "soci":
        found = _found(request, pk, "community.look_after_organization")
        people = [member.person for member in found.members.filter(until=None).select_related("person")]
        words = {
            "what": _("the names of all members"),
            "then": _("The table is saved on your device. When it is there, go back by the way above."),
        }
        if question := ask_why(request, found, about=people, crumbs=_crumbs(found), **words):
            return question
        return exports.members(found)
    if what == "turni":
        # Of one shift often fewer than five were there: not for whoever reads sums.
        return exports.shifts(_found(request, pk, "community.look_after_organization"), months(MONTHS))
    if what == "ore":
        return exports.hours(_found(request, pk, "community.view_organization_hours"), months(MONTHS))
    raise Http404


def _found(request: HttpRequest, pk: int, permission: str, *, among: QuerySet | None = None) -> Any:
    """A foreign one is as missing as a missing one."""
    found = get_object_or_404(apps.get_model("portal", "Organization") if among is None else among, pk=pk)
    if not request.user.has_perm(permission, found):
        raise Http404
    return found


def _crumbs(organization: Any, *, is_inside: bool = True) -> list[dict[str, str]]:
    """The way down: for whoever reads sums only, from the figures."""
    if is_inside:
        return [{"title": str(organization), "url": organization.get_absolute_url()}]
    return [{"title": _("Figures of mutual aid"), "url": reverse("community:figures")}]


def _pages(organization: Any, here: str) -> list[dict[str, Any]]:
    """The ways between the two pages of an organization."""
    labels = (("organization", _("What there is to do")), ("organization_hours", _("Hours by month")))
    return [
        {
            "label": label,
            "url": reverse(f"community:{name}", args=[organization.pk]),
            "is_current": name == here,
        }
        for name, label in labels
    ]


def _rows(told: list, name: str) -> list[tuple[str, int]]:
    """For a bar chart, from the first month with a figure on; what is not told is no bar of nothing."""
    rows = [(month, getattr(month, name)) for month in told]
    rows = dropwhile(lambda row: not row[1], rows)
    return [
        (str(month.period), value)
        for month, value in rows
        if value or name != "by_members" or not month.is_hiding
    ]
