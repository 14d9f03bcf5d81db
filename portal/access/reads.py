"""Whoever opens what is confidential says why, and the person can read it (THREATS.md, "careless operator")."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from portal.extensions import Role, declared

from .models import ConfidentialRead, Why, called

SAID = "portal_said_why"  # in the session: {"app.model:id": seconds since the epoch}
HOLDS = 15 * 60  # seconds for which one reason holds for one record
BEING_WRITTEN = 12 * 3600  # seconds in which what was begun on an opened record can still be sent
MOST = 50  # records that a session remembers


class WhyForm(forms.Form):
    """ "Why do you open this?" Its field has a name that no other form of the page uses."""

    why = forms.ChoiceField(
        label=_("Why do you open this?"),
        choices=Why.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose a reason."),
            "invalid_choice": _("Choose a reason of the list."),
        },
    )
    use_required_attribute = False


def log_read(
    reader: Any, obj: models.Model, *, about: Any | Iterable[Any], reason: str
) -> list[ConfidentialRead]:
    """Write down that somebody read something confidential; never changed, kept ten years.

    `reader` is a request or a person; `about` whose data it is, one person or several (who reads their own leaves no
    trace); `reason` one of `Why`. Ids only: nothing of what was read. Raises ValueError for an unknown reason.
    """
    person = getattr(reader, "user", reader)
    if reason not in Why.values:
        raise ValueError(f"{reason!r} is no reason: {', '.join(Why.values)}")
    people = {one.pk: one for one in ([about] if isinstance(about, models.Model) else about)}
    people.pop(person.pk, None)
    roles = [role.key for role in declared(Role) if person.has_role(role.key)]
    kind = ContentType.objects.get_for_model(obj)
    with transaction.atomic():
        return [
            ConfidentialRead.objects.create(
                reader=person,
                roles=" ".join(roles)[:300],
                about=one,
                content_type=kind,
                object_id=str(obj.pk),
                reason=reason,
            )
            for one in people.values()
        ]


def ask_why(request: HttpRequest, obj: models.Model, *, about: Any | Iterable[Any]) -> HttpResponse | None:
    """None once the reader has said why; until then the answer to give instead, which asks.

    For a view that has found `obj` and knows that the reader may see it (a 404 comes first). What they choose is logged
    and holds for a quarter of an hour for this record in this session; what they have begun to write on it can be sent
    for longer. Who reads what is about nobody but themselves is not asked.
    """
    about = [about] if isinstance(about, models.Model) else list(about)
    if all(person.pk == request.user.pk for person in about):
        return None
    if "why" in request.POST:
        form = WhyForm(request.POST)
        if form.is_valid():
            log_read(request, obj, about=about, reason=form.cleaned_data["why"])
            _remember(request, obj)
            return HttpResponseRedirect(request.get_full_path())
    elif has_said_why(request, obj):
        return None
    else:
        form = WhyForm()
    answer = render(request, "portal/access/why.html", {"form": form, "what": called(type(obj))})
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def has_said_why(request: HttpRequest, obj: models.Model) -> bool:
    """Whether a reason holds for this record in this session."""
    holds = HOLDS if request.method in {"GET", "HEAD"} else BEING_WRITTEN
    return request.session.get(SAID, {}).get(_key(obj), 0) + holds > time.time()


def _remember(request: HttpRequest, obj: models.Model) -> None:
    said = {**request.session.get(SAID, {}), _key(obj): int(time.time())}
    newest = sorted(said.items(), key=lambda item: item[1])[-MOST:]
    request.session[SAID] = dict(newest)


def _key(obj: models.Model) -> str:
    return f"{obj._meta.label_lower}:{obj.pk}"
