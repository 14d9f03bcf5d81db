from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from community.mediation.history import history_for
from community.mediation.models import Case, Party, Story
from community.mediation.pages.agreements.waiting import agreement_for
from community.mediation.pages.agreements.waiting import waiting_for as agreement_waiting
from community.mediation.pages.answering.waiting import waiting_for as answers_waiting
from community.mediation.pages.glass.listing import glasses_of
from community.mediation.pages.meetings.listing import meetings_for
from community.mediation.pages.meetings.listing import waiting_for as meetings_waiting
from community.mediation.pages.rooms.listing import rooms_for
from community.mediation.pages.shared import (
    case_or_missing,
    confidential,
    confirm,
    crumbs,
    others_in,
    prove_first,
)
from community.mediation.words import AGREED_ON, OPEN, TALKING, Answer, MediatorState, State
from community.mediation.workflow import NotPossible
from portal.ui.words import isolated, listed

from .milestones import ended, milestones
from .steps import BY_SLUG, steps_for

question = require_http_methods(["GET", "HEAD", "POST"])


@confidential
@require_safe
def case(request: HttpRequest, key: UUID) -> HttpResponse:
    """A case, for those who are in it. Who prepares it, or is invited, is led to what waits for them."""
    found, party = _opened(request, key)
    prove_first(request)
    if party is not None and party.answer == Answer.WAITING:
        return redirect("community:mediation_answer", found.pk)
    if party is None and not found.is_mediated_by(request.user):
        return redirect("community:mediation_intake", found.pk)

    def now() -> dict[str, Any]:
        """What changes, which is all of it. Asked for by the template, after it has noted up to where the live topic
        had come."""
        user = request.user
        found.refresh_from_db(fields=["state", "outcome", "invited_at", "begun_at", "settled_at"])
        meetings = meetings_for(found, user)
        may_ask_again = party is not None and found.outcome in AGREED_ON
        return {
            "case": found,
            "milestones": milestones(found),
            "waiting": [
                *answers_waiting(found, user),
                *meetings_waiting(meetings),
                *agreement_waiting(found, user),
            ],
            "rooms": rooms_for(found, user),
            "meetings": meetings,
            "agreement": agreement_for(found, user),
            "glasses": glasses_of(found, user),
            "steps": steps_for(found, user),
            "may_leave": party is not None and found.state in OPEN,
            "may_give_back": party is None and found.state in OPEN,
            "may_write": party is None and found.state == State.MEDIATING,
            "is_closed": found.state == State.CLOSED,
            "ended": ended(found),
            "ask_again": reverse("community:mediation_safety") if may_ask_again else "",
            **_people(found, user),
        }

    context = {"case": found, "party": party, "now": now, "crumbs": crumbs()}
    return render(request, "community/mediation/cases/case.html", context)


@confidential
@require_safe
def past(request: HttpRequest, key: UUID) -> HttpResponse:
    """How it began, for those who may read that, and what has happened since."""
    found, party = _opened(request, key)
    if not (party is not None and party.answer == Answer.YES) and not found.is_mediated_by(request.user):
        raise Http404
    prove_first(request)
    context = {
        "case": found,
        "story": Story.objects.visible_to(request.user).filter(case=found).first(),
        # What is said in the rooms stands there.
        "history": history_for(found, request.user).filter(data__room__isnull=True),
        "crumbs": crumbs(found),
    }
    return render(request, "community/mediation/cases/past.html", context)


@confidential
@question
def step(request: HttpRequest, key: UUID, slug: str) -> HttpResponse:
    """Are you sure? and, once they are, the verb."""
    found = case_or_missing(request, key)
    asked = BY_SLUG.get(slug)
    if asked is None or not request.user.has_perm(f"community.{asked.verb}_case", found):
        raise Http404
    prove_first(request)
    if request.method == "POST":
        return _done(request, found, lambda: asked.do(found, by=request.user))
    return _ask(request, found, title=asked.label, text=asked.text, action=asked.action, danger=asked.ends)


@confidential
@question
def leave(request: HttpRequest, key: UUID) -> HttpResponse:
    """A party stops: at any time, and without a reason. It may end the mediation for all: whoever holds the phone
    proves first who they are."""
    found, party = _opened(request, key)
    if party is None or party.answer != Answer.YES:
        raise Http404
    prove_first(request)
    if request.method == "POST":
        return _done(request, found, lambda: party.withdraw(by=request.user), gone=True)
    text = _(
        "You can stop whenever you like, and nobody asks why. The rooms close for you, and what you said with the "
        "mediator alone is read by nobody any more, unless a life is in danger or a court asks. If nobody is left on "
        "your side, the mediation ends."
    )
    if found.state == State.FOLLOW_UP:
        text += " " + _(
            "What all have accepted stands. The others can still read it, and you cannot: print it first if you want "
            "to keep it."
        )
    return _ask(request, found, title=_("Stop taking part"), text=text, action=_("Yes, I stop"), danger=True)


@confidential
@question
def give_back(request: HttpRequest, key: UUID) -> HttpResponse:
    """A mediator gives the case back: somebody else takes it over, with everybody's yes."""
    found = case_or_missing(request, key)
    row = found.mediators.assigned().filter(person=request.user).first()
    if row is None:
        raise Http404
    prove_first(request)
    if request.method == "POST":
        return _done(request, found, lambda: row.release(by=request.user), gone=True)
    text = _("From now on you read nothing of it. Whoever coordinates the mediators looks for somebody else.")
    return _ask(
        request,
        found,
        title=_("Give this mediation back"),
        text=text,
        action=_("Yes, give it back"),
        danger=True,
    )


# -- what they share --------------------------------------------------------------------------------------------------


def _opened(request: HttpRequest, key: UUID) -> tuple[Case, Party | None]:
    """A case with its people, and the reader's own part in it now. Missing (Http404) for everybody else."""
    found = get_object_or_404(Case.objects.visible_to(request.user).with_people(), pk=key)
    mine = (party for party in found.parts_of(request.user) if party.answer in (Answer.YES, Answer.WAITING))
    return found, next(mine, None)


def _people(case: Case, reader: Any) -> dict[str, str]:
    """Who is in it, by the names that they have for each other; nobody, before all have said yes."""
    if case.state not in TALKING:
        return {"mediators": "", "others": ""}
    mediators = [row for row in case.mediators.all() if row.state == MediatorState.ASSIGNED]
    return {
        "mediators": listed(isolated(str(row.person)) for row in mediators if row.person),
        "others": others_in(case, reader),
    }


def _ask(
    request: HttpRequest, case: Case, *, title: Any, text: Any, action: Any, danger: bool
) -> HttpResponse:
    return confirm(
        request,
        title=title,
        text=text,
        action=action,
        url=case.get_absolute_url(),
        danger=danger,
        crumbs=crumbs(case),
    )


def _done(request: HttpRequest, case: Case, verb: Any, *, gone: bool = False) -> HttpResponse:
    try:
        verb()
    except NotPossible as error:
        messages.error(request, str(error))
        return redirect(case)
    if gone:
        messages.success(request, _("Done. It is closed to you now."))
        return redirect("community:mediation_home")
    messages.success(request, _("Done."))
    return redirect(case)
