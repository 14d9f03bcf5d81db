"""What all pages of one household's money share: whoever may not see it finds it missing; then whoever holds the phone
proves who they are; then staff say why they look."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.access import ask_why, has_stepped_up, note_read, step_up_and_send_again
from risparmio.agreements.models import SavingsAgreement
from risparmio.agreements.rules import is_theirs


def agreement_or_missing(request: HttpRequest, pk: int) -> SavingsAgreement:
    found = SavingsAgreement.objects.visible_to(request.user).with_household().filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def thing_or_missing(request: HttpRequest, rows: Any, pk: int) -> Any:
    """A receipt or payout: rows is the manager. Its agreement comes along."""
    found = rows.visible_to(request.user).with_people().filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def opened(
    request: HttpRequest, agreement: SavingsAgreement, *, is_work: bool = False
) -> HttpResponse | None:
    """None once the page may be shown; until then the answer to give instead.

    is_work: something of the household's waits for this reader. Then the reading is written down without a question.
    """
    if not has_stepped_up(request):
        return step_up_and_send_again(request)
    if is_theirs.test(request.user, agreement):
        return None
    if is_work:
        return note_read(request, agreement, about=agreement.adults, reason="answer")
    return ask_why(request, agreement, about=agreement.adults)


def adults_of(agreement: SavingsAgreement) -> list[Any]:
    """Who live in the household now, the longest first."""
    members = agreement.household.members.filter(is_adult=True, until=None).select_related("person")
    return [one.person for one in members.order_by("since", "pk")]


def crumbs(agreement: SavingsAgreement, **below: str) -> list[dict[str, str]]:
    """The way down: to the agreement, and to a list of its things where there is one (the url's name=title)."""
    way = [{"title": _("Savings"), "url": agreement.get_absolute_url()}]
    way += [
        {"title": title, "url": reverse(f"risparmio:{name}", args=[agreement.pk])}
        for name, title in below.items()
    ]
    return way


def stands_otherwise(form: forms.Form, row: models.Model) -> None:
    """The page again, after OtherBody: it says so, and what is sent from it now is a new one."""
    form.add_error(
        None,
        _(
            "This form was sent before with other words in it, and that one stands. Look at it first. If you want "
            "another one besides, send this form again."
        ),
    )
    form.data = form.data.copy()
    form.data["client_id"] = str(form.fields["client_id"].initial())
    form.stands = row
