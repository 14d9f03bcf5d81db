"""Acting for somebody else: in which views, for whom, and who may at all.

Whoever acts stays who they are: `request.user` never changes. A view that lets somebody be acted for says so with
`@acts_in("app.subject")` and asks `acting_for(request)`; every other view is closed to it and knows nothing of it. What
is granted to whom is kept by the room of people, which puts the open grant on the request (`request.acting`) after
asking the database, at every request anew.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.apps import apps
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

ACTING = "portal_acting"  # in the session: the number of the grant
FIELD = "acting"  # in a form: the number of the grant that its page was drawn under, or nothing


def acts_in(scope: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Declare that in this view somebody may be acted for by whoever was granted `scope` (DelegationScope)."""

    def declare(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def declared(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            grant = getattr(request, "acting", None)
            request.acting_here = grant if grant is not None and grant.scope == scope else None
            return view(request, *args, **kwargs)

        declared.acts_in = scope
        return declared

    return declare


def acting_for(request: HttpRequest) -> Any:
    """For whom the person acts in this view; None where they act for themselves, as in every view without `acts_in`."""
    grant = getattr(request, "acting_here", None)
    return grant.principal if grant is not None else None


def act_as_oneself(request: HttpRequest) -> None:
    """What this view shows is nobody else's: for the rest of the request the person acts for themselves."""
    request.acting_here = None


def drawn_for_another(request: HttpRequest) -> bool:
    """Whether the form that was sent stood on a page drawn for somebody else than whom the person acts for now.

    In another tab they began to act for somebody meanwhile, or stopped. `{% acting_field %}` writes the field.
    """
    grant = getattr(request, "acting_here", None)
    return request.POST.get(FIELD, "") != (str(grant.pk) if grant is not None else "")


def principals_of(user: Any, scope: str) -> QuerySet:
    """The people for whom somebody may act now in that scope, as ids for `filter(reporter__in=…)`."""
    open_grants = apps.get_model("portal", "Delegation").objects.open().filter(scope=scope)
    return open_grants.filter(delegate_id=user.pk).values("principal")


def may_act_for(user: Any, principal: Any, scope: str) -> bool:
    return (
        user.is_authenticated
        and principal is not None
        and principals_of(user, scope).filter(principal=principal).exists()
    )
