"""What the pages of one agreement share: who finds it, what is asked before it is shown, and the way back."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal.access import ask_why, has_stepped_up, note_read, step_up_and_send_again
from portal.ui.languages import language_name
from portal.ui.words import listed

from .models import SavingsAgreement
from .rules import is_theirs


def seen(request: HttpRequest, pk: int) -> SavingsAgreement:
    """To whoever may not see it, it is missing (Http404)."""
    visible = SavingsAgreement.objects.visible_to(request.user).with_household().select_related("supporter")
    agreement = visible.filter(pk=pk).first()
    if agreement is None:
        raise Http404
    return agreement


def question_before(
    request: HttpRequest, agreement: SavingsAgreement, *, theirs: bool | None = None, is_work: bool = False
) -> HttpResponse | None:
    """What to answer instead of a page of this household: a fresh sign-in comes first; then whoever works here says
    why they look, and its adults can read that. None where nothing is to be asked any more.

    theirs: whether the reader is one of them, where that is known. is_work: something of the household's waits for this
    reader; then the reading is written down without a question.
    """
    if not has_stepped_up(request):
        return step_up_and_send_again(request)
    if is_theirs.test(request.user, agreement) if theirs is None else theirs:
        return None
    if is_work:
        return note_read(request, agreement, about=agreement.adults, reason="answer")
    return ask_why(request, agreement, about=agreement.adults, crumbs=crumbs_above(agreement, theirs=False))


def crumbs_above(agreement: SavingsAgreement, *, theirs: bool) -> list[dict[str, str]]:
    """Above the page of the agreement itself: for the household, nothing."""
    return [] if theirs else [{"title": _("Savings agreements"), "url": reverse("risparmio:agreements")}]


def crumbs_to(agreement: SavingsAgreement, *, theirs: bool, **below: str) -> list[dict[str, str]]:
    """Of a page below the agreement, and below a list of its things where there is one (the url's name=title)."""
    title = _("Our savings") if theirs else str(agreement)
    return [
        *crumbs_above(agreement, theirs=theirs),
        {"title": title, "url": agreement.get_absolute_url()},
        *(
            {"title": title, "url": reverse(f"risparmio:{name}", args=[agreement.pk])}
            for name, title in below.items()
        ),
    ]


def languages_of(agreement: SavingsAgreement) -> list[dict[str, str]]:
    """In which a paper is offered: the reader's, and those that the adults of the household read."""
    known = dict(settings.LANGUAGES)
    codes = [get_language(), *(person.language for person in agreement.adults)]
    return [{"code": code, "name": language_name(code)} for code in dict.fromkeys(codes) if code in known]


def reads_in(agreement: SavingsAgreement) -> str:
    """In which language its adults read, for whoever writes to them: nobody translates what is typed."""
    codes = dict.fromkeys(person.language for person in agreement.adults)
    names = listed(map(language_name, codes))
    return _("The household reads in: %(languages)s.") % {"languages": names} if codes else ""


def language_asked(request: HttpRequest) -> str:
    """Of a paper: what `?lingua=` names, or the reader's."""
    language = request.GET.get("lingua", "")
    return language if language in dict(settings.LANGUAGES) else get_language() or settings.LANGUAGE_CODE


def refuse(form: forms.Form, error: ValidationError) -> None:
    """What a verb refused, next to the fields that it names; what has no field stands above the form. `said_as` of a
    form is the names of its fields by those of the verb, where they differ."""
    names = getattr(form, "said_as", {})
    for name, errors in error.error_dict.items():
        name = names.get(name, name)
        form.add_error(name if name in form.fields else None, errors)


def sent_otherwise(form: forms.Form, row: models.Model | None = None) -> None:
    """This form has brought `row` before, with other words: what was typed now stays, and is a new one when it is sent
    again."""
    form.add_error(
        None,
        _(
            "This form was sent before with something else in it; that one stands. Send it again if this is new."
        ),
    )
    data: Any = form.data.copy()
    data[form.add_prefix("client_id")] = str(uuid4())
    form.data, form.stands = data, row
