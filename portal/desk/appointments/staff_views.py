"""The desk's day, for whoever sits there: who comes when, who is here, who stands at the door."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache

from portal.desk.models import Desk

from .counters import AppointmentTopic, DeskClosure, titled
from .forms import ClosureForm, DayForm, WalkInForm
from .models import AlreadySent, Appointment, NotBookable, WaitingPlace, close_desk, displaced_by, reopen_desk
from .slots import Diary, quarter_of
from .workflow import DESK_VERBS, TONES, NotNow, State


def _must_keep(request: HttpRequest) -> None:
    if not request.user.has_perm("portal.keep_appointments"):
        raise Http404


@never_cache
@login_required
def desk_today(request: HttpRequest) -> HttpResponse:
    """The day of the desk at which whoever asks sits today; otherwise of the first."""
    _must_keep(request)
    desks = Desk.objects.filter(counters__isnull=False).distinct()
    mine = desks.filter(
        counters__shifts__staff=request.user, counters__shifts__weekday=timezone.localdate().weekday()
    )
    desk = mine.first() or desks.first()
    if desk is None:
        return render(request, "portal/desk/appointments/no_desk.html")
    return redirect("portal:desk_day", pk=desk.pk)


@never_cache
@login_required
def desk_day(request: HttpRequest, pk: int) -> HttpResponse:
    _must_keep(request)
    desks = list(Desk.objects.prefetch_related("hours"))
    desk = next((one for one in desks if one.pk == pk), None)
    if desk is None:
        raise Http404
    topics = _topics(desk)
    form = WalkInForm(request.POST or None, topics=topics)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid() and (answer := _walked_in(request, desk, form)):
            return answer
    asked = DayForm(request.GET if "day" in request.GET else None, initial={"day": timezone.localdate()})
    if asked.errors:
        status = 422
    return _day_page(request, desk, asked, form, desks=desks, topics=topics, status=status)


def _topics(desk: Desk) -> list[AppointmentTopic]:
    offered = AppointmentTopic.objects.filter(Q(desks=None) | Q(desks=desk), is_active=True)
    return list(titled(offered.distinct()))


def _walked_in(request: HttpRequest, desk: Desk, form: WalkInForm) -> HttpResponse | None:
    told = form.cleaned_data
    try:
        row = Appointment.walk_in(desk=desk, by=request.user, **told)
    except AlreadySent:
        form.add_error(None, _("This page was sent before. Open it again for the next person."))
        return None
    except PermissionDenied:
        raise Http404 from None
    if row.quarter is None:
        messages.info(request, _("No time is free today: %(name)s waits for a turn.") % {"name": row.name})
    else:
        messages.success(
            request,
            _("%(name)s: %(counter)s, %(time)s.")
            % {"name": row.name, "counter": row.counter.name, "time": row.clock},
        )
    return redirect(f"{reverse('portal:desk_day', args=[desk.pk])}#a{row.receipt}")


def _day_page(
    request: HttpRequest,
    desk: Desk,
    asked: DayForm,
    form: WalkInForm,
    *,
    desks: list[Desk],
    topics: list[AppointmentTopic],
    status: int = 200,
) -> HttpResponse:
    today = timezone.localdate()
    day = (asked.is_valid() and asked.cleaned_data["day"]) or today
    known = {topic.pk: topic for topic in topics}  # with their words

    def now() -> dict:
        """What changes. Asked for by the template, after it has noted up to where the live topic had come."""
        rows = list(Appointment.objects.on(desk, day).with_all(words=False))
        for row in rows:
            row.topic = known.get(row.topic_id, row.topic)
        diary = Diary(desk, day, day)
        free = diary.free_spans(day, earliest=quarter_of(timezone.now()))
        counts = {state: sum(row.state == state for row in rows) for state in State}
        return {
            "queued": [_line(row) for row in rows if row.quarter is None],
            "timed": [_line(row) for row in rows if row.quarter is not None],
            "closure": diary.closure_on(day),
            "holiday": diary.holiday_on(day),
            "opens": bool(diary.open_quarters(day)),
            "counters": [
                (counter.name, [str(person) for person in counter.staff_on(day.weekday())], free[counter.pk])
                for counter in diary.counters_on(day)
            ],
            "counts": [(State(state).label, TONES[state], count) for state, count in counts.items() if count],
            "waiting": WaitingPlace.objects.open().filter(desk=desk).count(),
        }

    query = f"day={day.isoformat()}"
    context = {
        "desk": desk,
        "day": day,
        "is_today": day == today,
        "is_over": day < today,
        "before": (day - timedelta(days=1)).isoformat(),
        "after": (day + timedelta(days=1)).isoformat(),
        "query": query,
        "now": now,
        "form": form,
        "day_form": asked,
        "desks": [
            {
                "label": one.name,
                "url": f"{reverse('portal:desk_day', args=[one.pk])}?{query}",
                "is_current": one.pk == desk.pk,
            }
            for one in desks
        ],
    }
    return render(request, "portal/desk/appointments/day.html", context, status=status)


def _line(row: Appointment) -> dict:
    return {
        "row": row,
        "tone": TONES[row.state],
        "verbs": [(verb, *DESK_VERBS[verb]) for verb in row.verbs() if verb != "cancel"],
    }


@never_cache
def desk_step(request: HttpRequest, pk: UUID, verb: str) -> HttpResponse:
    """A button of the day: is here, served, did not come, undo, cancel."""
    if not request.user.is_authenticated:
        return redirect_to_login(reverse("portal:appointment", args=[pk]))
    _must_keep(request)
    found = get_object_or_404(Appointment.objects.visible_to(request.user).with_all(), pk=pk)
    if verb not in DESK_VERBS:
        raise Http404
    if request.method == "POST":
        try:
            found.step(verb, by=request.user)
        except (NotNow, NotBookable):
            messages.error(request, _("Somebody has changed this meanwhile. Look at the list again."))
    day = found.day
    return redirect(
        f"{reverse('portal:desk_day', args=[found.desk_id])}?day={day.isoformat()}#a{found.receipt}"
    )


@never_cache
@login_required
def closures(request: HttpRequest) -> HttpResponse:
    """The days on which desks stay closed; closing one tells first how many people it meets."""
    _must_keep(request)
    today = timezone.localdate()
    form = ClosureForm(request.POST or None)
    status, meets = 200, None
    if request.method == "POST":
        status = 422
        if form.is_valid():
            told = form.cleaned_data
            meets = displaced_by(told["desk"], told["first_day"], told["last_day"]).count()
            # Asked once more where it meets somebody; not twice.
            if not meets or "sure" in request.POST:
                try:
                    _closure, count = close_desk(
                        told["desk"], told["first_day"], told["last_day"], told["reason"], by=request.user
                    )
                except ValidationError as refused:
                    # Somebody else has closed it at this moment.
                    form.add_error(None, refused)
                else:
                    messages.success(request, _said_closed(count))
                    return redirect("portal:closures")
            status = 422 if form.errors else 200
    coming = DeskClosure.objects.filter(last_day__gte=today).select_related("desk")
    context = {"form": form, "meets": meets, "closures": coming.order_by("first_day", "pk")}
    return render(request, "portal/desk/appointments/closures.html", context, status=status)


def _said_closed(count: int) -> str:
    if not count:
        return _("Closed. Nobody was booked on those days.")
    return ngettext(
        "Closed. %(count)s person was booked, and is told.",
        "Closed. %(count)s people were booked, and are told.",
        count,
    ) % {"count": count}


@never_cache
@login_required
def closure_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    _must_keep(request)
    found = get_object_or_404(DeskClosure.objects.select_related("desk"), pk=pk)
    if request.method == "POST":
        reopen_desk(found, by=request.user)
        messages.success(request, _("The desk opens again on those days."))
        return redirect("portal:closures")
    question = {
        "title": _("Open %(desk)s again?") % {"desk": found.desk},
        "text": _(
            "Times on those days can be booked again. Whoever was told of the closure keeps their time."
        ),
        "action": _("Open it again"),
        "url": reverse("portal:closures"),
    }
    return render(request, "portal/confirm.html", question)


@never_cache
@login_required
def waiting_list(request: HttpRequest, pk: int) -> HttpResponse:
    """Who waits for a time at this desk, in their order."""
    _must_keep(request)
    desk = get_object_or_404(Desk, pk=pk)
    places = (
        WaitingPlace.objects.open().filter(desk=desk).select_related("topic").prefetch_related("topic__words")
    )
    context = {
        "desk": desk,
        "places": places[:100],
        "crumbs": [{"title": desk.name, "url": reverse("portal:desk_day", args=[desk.pk])}],
    }
    return render(request, "portal/desk/appointments/waiting_list.html", context)
