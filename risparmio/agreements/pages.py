"""What the pages of one agreement share: who finds it, what is asked before it is shown, and the way back."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.access import ask_why, has_stepped_up, step_up_and_send_again

from .models import SavingsAgreement
from .words import Side


def seen(request: HttpRequest, pk: int) -> SavingsAgreement:
    """To whoever may not see it, it is missing (Http404)."""
    visible = SavingsAgreement.objects.visible_to(request.user).with_household().select_related("supporter")
    agreement = visible.filter(pk=pk).first()
    if agreement is None:
        raise Http404
    return agreement


def question_before(
    request: HttpRequest, agreement: SavingsAgreement, side: Side | None
) -> HttpResponse | None:
    """What to answer instead of a page of this household: a fresh sign-in comes first; then whoever works here says
    why they look, and its adults can read that. None where nothing is to be asked any more. side: the reader's
    (`side_or_none`)."""
    if not has_stepped_up(request):
        return step_up_and_send_again(request)
    if side == Side.HOUSEHOLD:
        return None
    return ask_why(request, agreement, about=agreement.adults, crumbs=crumbs_above(agreement, theirs=False))


def crumbs_above(agreement: SavingsAgreement, *, theirs: bool) -> list[dict[str, str]]:
    """Above the page of the agreement itself: for the household, nothing."""
    return [] if theirs else [{"title": _("Savings agreements"), "url": reverse("risparmio:agreements")}]


def crumbs_to(agreement: SavingsAgreement, *, theirs: bool) -> list[dict[str, str]]:
    """Of a page below the agreement."""
    title = _("Our savings") if theirs else str(agreement)
    return [
        *crumbs_above(agreement, theirs=theirs),
        {"title": title, "url": agreement.get_absolute_url()},
    ]


def refuse(form: forms.Form, error: ValidationError) -> None:
    """What a verb refused, next to the fields that it names; what has no field stands above the form. `said_as` of a
    form is the names of its fields by those of the verb, where they differ."""
    names = getattr(form, "said_as", {})
    for name, errors in error.error_dict.items():
        name = names.get(name, name)
        form.add_error(name if name in form.fields else None, errors)


def sent_otherwise(form: forms.Form) -> None:
    """This form has brought something else before: what was typed now stays, and is a new one when it is sent again."""
    form.add_error(
        None,
        _(
            "This form was sent before with something else in it; that one stands. Send it again if this is new."
        ),
    )
    data: Any = form.data.copy()
    data[form.add_prefix("client_id")] = str(uuid4())
    form.data = data
