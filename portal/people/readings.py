"""Pages on which staff see what is confidential of one person, and which leave their trace from outside."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse

from portal.access import note_read
from portal.access.models import Why

from .delegations.models import Delegation


def notes_delegations(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For the page that shows staff who acts for somebody. Whoever was shown it, and for nobody else: one that asks for
    something first, or finds nothing, has shown nothing."""

    @wraps(view)
    def noted(request: HttpRequest, pk: int) -> HttpResponse:
        answer = view(request, pk)
        if answer.status_code in (200, 422):
            shown = (
                Delegation.objects.filter(principal=pk).select_related("principal").order_by("-pk").first()
            )
            if shown is not None:
                note_read(request, shown, about=shown.principal, reason=Why.ANSWER)
        return answer

    return noted
