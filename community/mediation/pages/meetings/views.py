from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from community.mediation.meetings import Meeting, MeetingState, Unanswered
from community.mediation.models import Party
from community.mediation.pages.shared import confidential, confirm, crumbs, prove_first, speaking
from community.mediation.rooms import Room
from community.mediation.words import RoomKind
from community.mediation.workflow import NotPossible
from community.mutual_aid.entries import Entry, calendar_of
from community.safety.names import first_name
from portal.ui.words import isolated, listed

from .answers import answers_to
from .forms import MeetingForm, TimesForm

CALLS = "community.call_meeting_in_room"


@confidential
def propose(request: HttpRequest, key: UUID) -> HttpResponse:
    """A mediator proposes times to those of a room."""
    room = get_object_or_404(
        Room.objects.visible_to(request.user).select_related("case", "party__person"), pk=key
    )
    if not request.user.has_perm(CALLS, room):
        raise Http404
    prove_first(request)
    form = MeetingForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and (meeting := form.propose(room, by=request.user)):
        messages.success(request, _("Proposed. Those who are to come are asked which times fit them."))
        return redirect(meeting)
    context = {
        "crumbs": _crumbs(room),
        "form": form,
        "room": room,
        "with_whom": _with_whom(room, request.user),
        "speaking": speaking(_parties_of(room)),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "community/mediation/meetings/new.html", context, status=status)


@confidential
def meeting(request: HttpRequest, key: UUID) -> HttpResponse:
    """A meeting: which times fit me, and once one is fixed, when and where."""
    found = _visible(request, key)
    if request.method != "POST":
        return _page(request, found)
    form = TimesForm(request.POST, times=found.times.all())
    if not form.is_valid():
        return _page(request, found, form=form, status=422)
    fitting = [UUID(time) for time in form.cleaned_data["times"]]
    try:
        found.answer(by=request.user, fitting=fitting)
    except NotPossible as error:
        return _page(request, found, refusal=str(error), status=409)
    messages.success(request, _("Thank you. Only the mediators see your answer."))
    return redirect(found)


@confidential
def step(request: HttpRequest, key: UUID, verb: str) -> HttpResponse:
    """What a mediator does with a meeting: fix one of its times, note what became of it."""
    found = _to_run(request, key)
    if verb not in STEPS:
        raise Http404
    if request.method == "POST":
        try:
            messages.success(request, STEPS[verb](request, found))
        except Unanswered as error:
            return _ask_to_fix(request, found, error.missing)
        except NotPossible as error:
            return _page(request, found, refusal=str(error), status=409)
    return redirect(found)


@confidential
def call_off(request: HttpRequest, key: UUID) -> HttpResponse:
    """A mediator calls a meeting off, after having been asked once more."""
    found = _to_run(request, key)
    if request.method == "POST":
        try:
            found.note(by=request.user, outcome=MeetingState.CANCELLED)
        except NotPossible as error:
            return _page(request, found, refusal=str(error), status=409)
        messages.success(request, _("Called off. Those who were to come are told."))
        return redirect(found)
    return confirm(
        request,
        crumbs=_crumbs(found.room),
        title=_("Call this meeting off?"),
        text=_("Those who were to come are told that there is something new. You can propose other times."),
        action=_("Yes, call it off"),
        url=found.get_absolute_url(),
        danger=True,
    )


@confidential
@require_safe
def calendar(request: HttpRequest, key: UUID) -> HttpResponse:
    """When it is, for one's calendar, which others may see: neither with whom nor where nor what for."""
    found = _visible(request, key)
    if found.starts_at is None:
        raise Http404
    is_off = found.state == MeetingState.CANCELLED
    entry = Entry(
        uid=f"appointment-{found.pk}",
        starts_at=found.starts_at,
        ends_at=found.ends_at,
        summary=pgettext("in a calendar", "Appointment"),
        changed_at=found.proposed_at,
        is_off=is_off,
        sequence=int(is_off),
    )
    return HttpResponse(calendar_of([entry]), content_type="text/calendar; charset=utf-8")


# -- steps ------------------------------------------------------------------------------------------------------------


def _fix(request: HttpRequest, meeting: Meeting) -> str:
    """Raises NotPossible for what is no time of this meeting, and what the verb raises."""
    try:
        time = meeting.times.filter(pk=request.POST.get("time", "")).first()
    except ValidationError:
        time = None
    if time is None:
        raise NotPossible(_("Choose one of the times."))
    meeting.fix(by=request.user, time=time, anyway="anyway" in request.POST)
    return _("The time is fixed. Those who are to come are told.")


def _ask_to_fix(request: HttpRequest, meeting: Meeting, missing: list[Any]) -> HttpResponse:
    """Are you sure? Perhaps it does not fit whoever has not answered."""
    names = listed(isolated(first_name(person)) for person in missing)
    return confirm(
        request,
        template="community/mediation/meetings/fix.html",
        status=409,
        crumbs=_crumbs(meeting.room),
        title=_("Not all have answered. Fix this time all the same?"),
        text=_("Not answered yet: %(names)s. Perhaps they cannot come then. You can also wait.")
        % {"names": names},
        action=_("Yes, fix this time"),
        url=meeting.get_absolute_url(),
        time=request.POST["time"],
    )


def _held(request: HttpRequest, meeting: Meeting) -> str:
    meeting.note(by=request.user, outcome=MeetingState.HELD)
    return _("Noted: you have met.")


def _missed(request: HttpRequest, meeting: Meeting) -> str:
    meeting.note(by=request.user, outcome=MeetingState.MISSED)
    return _("Noted: somebody did not come. You can propose other times.")


STEPS = {"fissa": _fix, "tenuto": _held, "mancato": _missed}


# -- what they share --------------------------------------------------------------------------------------------------


def _visible(request: HttpRequest, key: UUID) -> Meeting:
    found = _found(request, key)
    prove_first(request)
    return found


def _to_run(request: HttpRequest, key: UUID) -> Meeting:
    """To those who do not mediate there is no page by which a meeting is run."""
    found = _found(request, key)
    if not request.user.has_perm(CALLS, found.room):
        raise Http404
    prove_first(request)
    return found


def _found(request: HttpRequest, key: UUID) -> Meeting:
    meetings = Meeting.objects.visible_to(request.user).select_related("room__case", "room__party__person")
    return get_object_or_404(meetings, pk=key)


def _page(
    request: HttpRequest,
    meeting: Meeting,
    *,
    form: TimesForm | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    runs = request.user.has_perm(CALLS, meeting.room)

    def now() -> dict[str, Any]:
        """What changes. Asked for by the template, after it has noted up to where the live topic had come."""
        meeting.refresh_from_db(fields=("state", "starts_at"))
        answers = answers_to(meeting, request.user, for_mediators=runs)
        mine = [str(time.pk) for time in answers.mine]
        return {"answers": answers, "form": form or TimesForm(times=answers.times, initial={"times": mine})}

    context = {
        "crumbs": _crumbs(meeting.room),
        "meeting": meeting,
        "now": now,
        "runs": runs,
        "refusal": refusal,
        "with_whom": _with_whom(meeting.room, request.user),
    }
    return render(request, "community/mediation/meetings/meeting.html", context, status=status)


def _crumbs(room: Room) -> list[dict[str, str]]:
    return [*crumbs(room.case), {"title": room.get_kind_display(), "url": room.get_absolute_url()}]


def _parties_of(room: Room) -> list[Party]:
    """Those who come, but for the mediators."""
    if room.party is not None:
        return [room.party]
    return list(room.case.parties.in_it().select_related("person"))


def _with_whom(room: Room, reader: Any) -> str:
    """Who meets in that room, as the reader says it."""
    if room.kind == RoomKind.JOINT:
        return _("All together")
    if room.party.person_id == reader.pk:
        return _("You and the mediator")
    return _("%(person)s and the mediator") % {"person": isolated(first_name(room.party.person))}
