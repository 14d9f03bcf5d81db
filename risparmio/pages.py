"""What the pages of those who work with savings share."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.access import has_stepped_up, step_up_and_send_again

View = Callable[..., HttpResponseBase]


def behind(permission: str, *, only_read: bool = False) -> Callable[[View], View]:
    """A page that no cache keeps: missing for whoever has not that permission, and behind a fresh sign-in for whoever
    has it. only_read: nothing is sent to it; whoever sends something is refused like everybody else."""

    def decorated(view: View) -> View:
        @wraps(view)
        def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.has_perm(permission):
                raise Http404
            return (
                view(request, *args, **kwargs) if has_stepped_up(request) else step_up_and_send_again(request)
            )

        return never_cache(login_required(require_safe(shown) if only_read else shown))

    return decorated


def address(name: str, *args: Any) -> str:
    """Of a page of savings."""
    return reverse(f"risparmio:{name}", args=args)
