"""Whoever opens a page of one household's savings: it is there for them, they have proved who they are, and whoever is
not of the household has said why."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.access import ask_to_step_up, ask_why, has_stepped_up

from .models import SavingsAgreement
from .rules import is_theirs


def seen(request: HttpRequest, pk: int) -> SavingsAgreement:
    """To whoever may not, it is missing."""
    found = SavingsAgreement.objects.visible_to(request.user).with_household().filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def asked_first(request: HttpRequest, agreement: SavingsAgreement) -> HttpResponse | None:
    """What to answer before anything of it is shown; None where nothing is left to ask."""
    if not has_stepped_up(request):
        return ask_to_step_up(request)
    if is_theirs.test(request.user, agreement):
        return None
    return ask_why(request, agreement, about=agreement.adults, crumbs=crumbs(agreement))


def adults_of(agreement: SavingsAgreement) -> list[Any]:
    """The people whose it is today."""
    members = agreement.household.members.filter(is_adult=True, until=None, person__is_active=True)
    return [one.person for one in members.select_related("person")]


def crumbs(agreement: SavingsAgreement) -> list[dict[str, str]]:
    """The way back from a page inside."""
    return [
        {"title": _("Savings"), "url": reverse("risparmio:mine")},
        {
            "title": _("Agreement %(number)s") % {"number": agreement.number},
            "url": agreement.get_absolute_url(),
        },
    ]
