"""What a form has brought, to be sent once more after a question that stood in between."""

from __future__ import annotations

from django.http import HttpRequest


def sent_in(request: HttpRequest, *, but: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    """Field by field, as pairs of name and text, without the token of the form. Files are not among them."""
    ours = ("csrfmiddlewaretoken", *but)
    return [(name, text) for name in request.POST if name not in ours for text in request.POST.getlist(name)]
