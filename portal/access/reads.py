"""Whoever opens what is confidential says why, and the person can read it (THREATS.md, "careless operator")."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.extensions import Role, declared

from .models import ConfidentialRead, Why, called
from .sent import sent_in

SAID = "portal_said_why"  # in the session: {"app.model:id": [seconds since the epoch, the reason]}
HOLDS = 15 * 60  # seconds for which one reason holds for one record
BEING_WRITTEN = 12 * 3600  # seconds in which what was begun on an opened record can still be sent
TOGETHER = (
    "portal_read_together"  # in the session: {"of": ["app.model:id"], "at": seconds, "reason": the reason}
)
HOLDS_TOGETHER = 4 * 3600  # seconds for which one reason holds for records that are read together
MOST = 50  # records that a session remembers


class WhyForm(forms.Form):
    """ "Why do you open this?" Its field has a name that no other form of the page uses."""

    why = forms.ChoiceField(
        label=_("Why do you open this?"),
        choices=[choice for choice in Why.choices if choice[0] != Why.ANSWER],
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose a reason."),
            "invalid_choice": _("Choose a reason of the list."),
        },
    )
    use_required_attribute = False

    def __init__(self, *args: Any, what: str, **kwargs: Any) -> None:
        """`what` is opened, in a word."""
        super().__init__(*args, **kwargs)
        self.fields["why"].label = _("Why do you open this (%(what)s)?") % {"what": what}


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
    return ConfidentialRead.objects.bulk_create(
        ConfidentialRead(
            reader=person,
            roles=" ".join(roles)[:300],
            about=one,
            content_type=kind,
            object_id=str(obj.pk),
            reason=reason,
        )
        for one in people.values()
    )


def ask_why(
    request: HttpRequest,
    obj: models.Model,
    *,
    about: Any | Iterable[Any],
    crumbs: Iterable[dict[str, Any]] = (),
    what: str = "",
    then: str = "",
) -> HttpResponse | None:
    """None once the reader has said why; until then the answer to give instead, which asks.

    For a view that has found `obj` and knows that the reader may see it (a 404 comes first). What they choose is logged
    and holds for a quarter of an hour for this record in this session; what they have begun to write on it can be sent
    for longer. Whatever else was sent with a question that is open is sent again with its answer: nothing typed is lost
    (files are; who takes some keeps them before it asks). Who reads what is about nobody but themselves is not asked.

    `crumbs`: the pages above this one, each with `title` and `url`; whoever has no reason goes back by them. `what` is
    opened, where the record's own word does not say it; `then` a sentence on what happens afterwards.
    """
    about = [about] if isinstance(about, models.Model) else list(about)
    if all(person.pk == request.user.pk for person in about):
        return None
    sent, what = sent_in(request, but=("why",)), what or called(type(obj))
    if "why" in request.POST:
        form = WhyForm(request.POST, what=what)
        if form.is_valid():
            _write_down(request, obj, about=about, reason=form.cleaned_data["why"])
            if _are_together(request, obj):
                said = {"at": int(time.time()), "reason": form.cleaned_data["why"]}
                request.session[TOGETHER] = request.session[TOGETHER] | said
            return None if sent else HttpResponseRedirect(request.get_full_path())
    elif has_said_why(request, obj) or (
        _is_a_live_page(request) and reads_on(request, obj, about=lambda: about)
    ):
        return None
    elif reason := _said_of_all(request, obj):
        _write_down(request, obj, about=about, reason=reason)
        return None
    else:
        form = WhyForm(what=what)
    if not then and _are_together(request, obj):
        then = gettext("What you choose counts for all of this sample. Each reading is written down.")
    context = {"form": form, "what": what, "sent": sent, "then": then, "crumbs": list(crumbs)}
    answer = render(request, "portal/access/why.html", context)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def read_together(request: HttpRequest, objs: Iterable[models.Model]) -> None:
    """These are one piece of work, as the papers of an auditor's sample are: the reason that is given for one of them
    holds for all, for some hours in this session. Each reading is written down for itself, with that reason. The next
    ones take their place; the same again keep their reason."""
    keys = sorted({_key(obj) for obj in objs})
    if request.session.get(TOGETHER, {}).get("of") != keys:
        request.session[TOGETHER] = {"of": keys, "at": 0, "reason": ""}


def _are_together(request: HttpRequest, obj: models.Model) -> bool:
    return _key(obj) in request.session.get(TOGETHER, {}).get("of", ())


def _said_of_all(request: HttpRequest, obj: models.Model) -> str:
    """The reason that was given for one of those that this one is read with; empty for none that holds."""
    if not _are_together(request, obj):
        return ""
    said = request.session[TOGETHER]
    return said["reason"] if said["at"] + HOLDS_TOGETHER > time.time() else ""


def note_read(request: HttpRequest, obj: models.Model, *, about: Any | Iterable[Any], reason: str) -> None:
    """Write a reading down without a question, where reading is the work: what waits for an answer, say.

    Once a quarter of an hour for this record in this session; whoever has said why has left their trace.
    """
    if not _holds(request, obj, HOLDS):
        _write_down(request, obj, about=about, reason=reason)


def reads_on(request: HttpRequest, obj: models.Model, *, about: Callable[[], Any | Iterable[Any]]) -> bool:
    """Whether this record was opened in this session and the page of it may still stand open: for what that page
    fetches of it by itself, pictures and fresh parts. After a quarter of an hour the reading is written down once more,
    with the reason that was given: `about` is called then."""
    if not _holds(request, obj, BEING_WRITTEN):
        return False
    if not _holds(request, obj, HOLDS):
        _write_down(request, obj, about=about(), reason=_said(request, obj)[1])
    return True


def has_said_why(request: HttpRequest, obj: models.Model) -> bool:
    """Whether a reason holds for this record in this session."""
    return _holds(request, obj, HOLDS if request.method in {"GET", "HEAD"} else BEING_WRITTEN)


def _holds(request: HttpRequest, obj: models.Model, seconds: int) -> bool:
    return _said(request, obj)[0] + seconds > time.time()


def _said(request: HttpRequest, obj: models.Model) -> tuple[int, str]:
    """When this record was last opened with a reason in this session (0: never), and the reason."""
    at, reason = request.session.get(SAID, {}).get(_key(obj), (0, ""))
    return at, reason


def _write_down(request: HttpRequest, obj: models.Model, *, about: Any, reason: str) -> None:
    if log_read(request, obj, about=about, reason=reason):
        said = {**request.session.get(SAID, {}), _key(obj): [int(time.time()), reason]}
        newest = sorted(said.items(), key=lambda item: item[1][0])[-MOST:]
        request.session[SAID] = dict(newest)


def _is_a_live_page(request: HttpRequest) -> bool:
    """A page that stands open asks for its fresh parts: the browser says so, and no link or form can."""
    return request.method == "GET" and request.headers.get("Sec-Fetch-Dest") == "empty"


def _key(obj: models.Model) -> str:
    return f"{obj._meta.label_lower}:{obj.pk}"
