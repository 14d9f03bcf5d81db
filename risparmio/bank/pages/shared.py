"""What all pages of the bank share: they are for those who keep the books and those who check them, after a fresh
sign-in; to everybody else they are missing."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from portal.access import ask_to_step_up, has_stepped_up, step_up_and_send_again
from portal.ledger import DayAhead, DayClosed, LimitReached
from risparmio.agreements.models import NotPossible
from risparmio.book.models import BankAccount

View = Callable[..., HttpResponse]


class _Unproven(Exception):
    """Whoever asks has signed in too long ago."""


def for_keepers(view: View) -> View:
    """A page that no browser keeps, for whoever sees what banks say. Where the view calls `prove_first`, a fresh
    sign-in comes before it; what somebody has no right to is missing."""

    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.has_perm("risparmio.view_bank"):
            raise Http404
        try:
            return view(request, *args, **kwargs)
        except _Unproven:
            asked = ask_to_step_up if request.method in ("GET", "HEAD") else step_up_and_send_again
            return asked(request)
        except PermissionDenied:
            raise Http404 from None

    return never_cache(login_required(shown))


def prove_first(request: HttpRequest) -> None:
    """Ends the view with the way to a fresh sign-in, where somebody has none. After what is asked for was found."""
    if not has_stepped_up(request):
        raise _Unproven


def must(request: HttpRequest, permission: str, thing: Any = None) -> None:
    """Ends the view with 404 for whoever may not."""
    if not request.user.has_perm(permission, thing):
        raise Http404


def account_or_missing(pk: int) -> BankAccount:
    return get_object_or_404(BankAccount.objects.select_related("ledger__book"), pk=pk)


def crumbs(*more: tuple[str, str]) -> list[dict[str, str]]:
    """The way back: to the bank, and to the pages between, each with title and address."""
    way = [(_("Bank"), reverse("risparmio:bank")), *more]
    return [{"title": title, "url": url} for title, url in way]


REFUSED = (NotPossible, LimitReached, DayClosed, DayAhead)


def why_not(error: Exception) -> str:
    """What the book or a verb says against it, for the person who tried."""
    if isinstance(error, LimitReached):
        return _("There is not so much money left for this.")
    if isinstance(error, (DayClosed, DayAhead)):
        return _("Nothing can be booked on that day. Try again tomorrow.")
    return str(error)
