"""What citizens see of their appointments: the way in, one appointment, one place on the list.

Whoever is signed in comes by the number of the thing, whoever is not by a token; behind the two doors stand the same
rooms. A token that opens nothing and one that never was are answered alike.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from portal.access import client_address, forgive, limited, note_read
from portal.access.models import Why
from portal.desk.models import Desk

from .booking import bookable_desks, quarter_in
from .calendars import calendar_of
from .counters import HOUSE_LANGUAGE, AppointmentTopic, titled
from .listing import listed
from .models import (
    Appointment,
    AppointmentLink,
    NotBookable,
    OfferOver,
    WaitingPlace,
    earliest_quarter,
    last_day,
)
from .slots import Diary, Entries, Slot, day_of
from .words import refusal
from .workflow import TONES, NotNow, State

LINKS_OF_A_CLIENT = "120/10m"
NEAR = timedelta(days=14)  # in which a public holiday is worth telling beside the desk's hours


@never_cache
def appointments(request: HttpRequest) -> HttpResponse:
    """What one can come for, my appointments, and the desks: when they are open and when not."""
    topics = list(titled(AppointmentTopic.objects.filter(is_active=True)))
    known = {topic.pk: topic for topic in topics}
    mine, waiting = [], []
    if request.user.is_authenticated:
        mine = list(Appointment.objects.filter(person=request.user).coming().with_all(words=False))
        for appointment in mine:
            appointment.topic = known.get(appointment.topic_id, appointment.topic)
        waiting = list(
            WaitingPlace.objects.filter(person=request.user).open().select_related("desk", "topic")
        )
    context = {
        "topics": [(topic, f"topic={topic.slug}") for topic in topics],
        "mine": mine,
        "waiting": waiting,
        "desks": _desks(),
        "keeps": request.user.has_perm("portal.keep_appointments"),
    }
    return render(request, "portal/desk/appointments/index.html", context)


def _desks() -> list[tuple[Desk, list, list, list, Slot | None]]:
    """Each desk with its week, its closures, the holidays that are near, and the first time that is free.

    That is for whatever takes least there: whoever needs longer sees theirs on the way.
    """
    desks, today = bookable_desks(), timezone.localdate()
    entries = Entries(desks, today, max(map(last_day, desks), default=today))
    found = []
    for desk in desks:
        diary = Diary(desk, today, last_day(desk), entries=entries)
        first_free = desk.shortest and diary.first_free(
            desk.shortest, language=HOUSE_LANGUAGE, earliest=earliest_quarter(desk)
        )
        shut = diary.closures_between(today, diary.last), diary.holidays_between(today, today + NEAR)
        found.append((desk, desk.week(), *shut, first_free))
    return found


# -- the two doors ---------------------------------------------------------------------------------------------------


def _by_number(model: Any) -> Callable:
    """For whoever is signed in: their own, and for staff everybody's."""

    def door(view: Callable) -> Callable:
        @never_cache
        @login_required
        def open_(request: HttpRequest, pk: Any) -> HttpResponse:
            rows = model.objects.visible_to(request.user).select_related("desk", "topic", "person")
            found = get_object_or_404(rows, pk=pk)
            # Of whoever has no account no trace is kept: it names whom it is about, and nobody else could read it (ADR
            # 0024). That the desk has opened it stays with the desk.
            if found.person_id and found.person_id != request.user.pk:
                note_read(request, found, about=found.person, reason=Why.ANSWER)
            return view(request, found, _Ways(found))

        return open_

    return door


def _by_token(field: str) -> Callable:
    """For whoever has the link. Too many tries are answered like a token that opens nothing."""

    def door(view: Callable) -> Callable:
        @never_cache
        def open_(request: HttpRequest, token: str) -> HttpResponse:
            refused = limited(
                request, "portal.appointment_links", LINKS_OF_A_CLIENT, by=client_address(request)
            )
            found = None if refused else AppointmentLink.opened_by(token, field)
            if found is not None:
                # Only tries that open nothing count: many may come from behind one address.
                forgive(request, "portal.appointment_links", LINKS_OF_A_CLIENT, by=client_address(request))
            else:
                return _unlisted(render(request, "portal/desk/appointments/no_link.html", status=404))
            return _unlisted(view(request, found, _Ways(found, token)))

        return open_

    return door


def _unlisted(answer: HttpResponse) -> HttpResponse:
    """An address that is a key is for no search engine.

    Other sites learn nothing of it by the portal's Referrer-Policy (same-origin). A stricter one would take the forms
    of these pages their origin, and with it their proof against forgery.
    """
    answer["X-Robots-Tag"] = "noindex"
    return answer


class _Ways:
    """The addresses of one thing, by the door through which somebody came."""

    def __init__(self, found: Any, token: str = "") -> None:
        self._base = "appointment" if isinstance(found, Appointment) else "waiting"
        self._key = token or found.pk
        self._by = "_link" if token else ""

    def _way(self, what: str = "") -> str:
        if self._base == "waiting":
            return reverse(f"portal:waiting{self._by or '_place'}", args=[self._key])
        return reverse(f"portal:appointment{self._by}{what}", args=[self._key])

    @property
    def page(self) -> str:
        return self._way()

    @property
    def move(self) -> str:
        return self._way("_move")

    @property
    def cancel(self) -> str:
        return self._way("_cancel")

    @property
    def calendar(self) -> str:
        return self._way("_calendar")


def _by(request: HttpRequest) -> Any:
    return request.user if request.user.is_authenticated else None


# -- one appointment -------------------------------------------------------------------------------------------------


def _show(request: HttpRequest, found: Appointment, ways: _Ways) -> HttpResponse:
    keeps = request.user.has_perm("portal.keep_appointments") and found.person_id != request.user.pk
    closure = found.closure
    context = {
        "appointment": found,
        "ways": ways,
        "closure": closure,
        "tone": TONES[found.state],
        "is_new": "new" in request.GET and found.is_open,
        "keeps": keeps,
        "missed": found.missed_before() if keeps else 0,
        "crumbs": _above(request, found),
    }
    return render(request, "portal/desk/appointments/appointment.html", context)


def _above(request: HttpRequest, found: Any) -> list[dict[str, str]]:
    if request.user.has_perm("portal.keep_appointments"):
        day = f"?day={found.day.isoformat()}" if getattr(found, "day", None) else ""
        return [{"title": found.desk.name, "url": reverse("portal:desk_day", args=[found.desk_id]) + day}]
    return [{"title": _("Appointments"), "url": reverse("portal:appointments")}]


def _move(request: HttpRequest, found: Appointment, ways: _Ways) -> HttpResponse:
    """Another time at the same desk, or at another."""
    is_staff = request.user.has_perm("portal.keep_appointments")
    if found.state != "booked" or not (is_staff or found.can_change):
        messages.info(request, _("This appointment cannot be moved any more."))
        return redirect(ways.page)
    sent = request.POST if request.method == "POST" else request.GET
    desks = bookable_desks(found)
    desk = next((desk for desk in desks if str(desk.pk) == sent.get("desk")), None)
    desk = desk or next((desk for desk in desks if desk.pk == found.desk_id), found.desk)
    error, quarter = "", None
    if request.method == "POST":
        quarter = quarter_in(sent)
        if quarter is None:
            error = _("Choose a time.")
        else:
            try:
                is_moved = found.move(quarter, desk=desk, by=_by(request))
            except NotBookable as refused:
                error = refusal(refused)
            except NotNow:
                messages.info(request, _("This appointment cannot be moved any more."))
                return redirect(ways.page)
            else:
                if is_moved:
                    messages.success(request, _("Moved. Your old time is free for somebody else."))
                else:
                    messages.info(request, _("It was at this time already: nothing has changed."))
                return redirect(ways.page)
    diary = Diary(desk, timezone.localdate(), last_day(desk), ignoring=found)
    days = diary.days(
        found.quarters,
        language="" if found.wants_interpreter else found.spoken,
        earliest=earliest_quarter(desk, wants_interpreter=found.wants_interpreter, is_staff=is_staff),
    )
    context = {
        "appointment": found,
        "ways": ways,
        "error": error,
        "chosen": quarter,
        **listed(diary, days, _start(sent.get("from", ""), days, quarter)),
        "desk": desk,
        "desks": [
            {"label": one.name, "url": f"?desk={one.pk}", "is_current": one.pk == desk.pk} for one in desks
        ],
        "crumbs": [{"title": _("Your appointment"), "url": ways.page}],
    }
    return render(request, "portal/desk/appointments/move.html", context, status=422 if error else 200)


def _start(text: str, days: list[tuple[date, list]], chosen: int | None) -> int:
    """From which of the days on: the one asked for, or that of the time which was chosen and refused."""
    try:
        wanted = date.fromisoformat(text)
    except ValueError:
        wanted = None
    for number, (day, slots) in enumerate(days):
        if (wanted and day >= wanted) or any(slot.quarter == chosen for slot in slots):
            return number
    return 0


def _cancel(request: HttpRequest, found: Appointment, ways: _Ways) -> HttpResponse:
    if found.state == State.CANCELLED:
        messages.info(request, _("It is cancelled already: there is nothing more to do."))
        return redirect(ways.page)
    if request.method == "POST":
        try:
            found.cancel(by=_by(request))
        except (NotNow, NotBookable):
            messages.info(request, _("This appointment cannot be cancelled any more."))
        else:
            messages.success(request, _("Cancelled. Thank you for telling us: somebody else can come."))
        return redirect(ways.page)
    question = {
        "title": _("Cancel this appointment?"),
        "text": _("Your time goes to somebody else. You can book another one at any time."),
        "action": _("Cancel the appointment"),
        "danger": True,
        "url": ways.page,
    }
    return render(request, "portal/confirm.html", question)


def _calendar(request: HttpRequest, found: Appointment, ways: _Ways) -> HttpResponse:
    if found.quarter is None:
        raise Http404
    answer = HttpResponse(calendar_of(found), content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="appuntamento.ics"'
    return answer


appointment = _by_number(Appointment)(_show)
appointment_move = _by_number(Appointment)(_move)
appointment_cancel = _by_number(Appointment)(_cancel)
appointment_calendar = _by_number(Appointment)(_calendar)
appointment_link = _by_token("appointment")(_show)
appointment_link_move = _by_token("appointment")(_move)
appointment_link_cancel = _by_token("appointment")(_cancel)
appointment_link_calendar = _by_token("appointment")(_calendar)


# -- one place on the list -------------------------------------------------------------------------------------------


def _place(request: HttpRequest, found: WaitingPlace, ways: _Ways) -> HttpResponse:
    """Where it stands; what is kept for them to take or to let go; and the way off the list."""
    by = _by(request)
    if request.method == "POST":
        answer = request.POST.get("answer", "")
        if answer == "take":
            try:
                taken = found.accept(by=by)
            except OfferOver:
                messages.error(request, _("This time is not kept for you any more."))
                return redirect(ways.page)
            return _to(taken, request)
        if answer == "pass":
            found.pass_on(by=by)
            messages.success(request, _("Thank you: the next is asked. You are still on the list."))
        elif answer == "leave":
            found.leave(by=by)
            messages.success(request, _("You are not on the list any more."))
        return redirect(ways.page)
    context = {
        "place": found,
        "ways": ways,
        "before": WaitingPlace.objects.open().filter(desk=found.desk, joined_at__lt=found.joined_at).count(),
        "is_new": "new" in request.GET and found.is_open,
        "offer_day": None if found.offer_quarter is None else day_of(found.offer_quarter),
        "crumbs": _above(request, found),
    }
    return render(request, "portal/desk/appointments/waiting_place.html", context)


def _to(taken: Appointment, request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated and request.user.has_perm("portal.view_appointment", taken):
        return redirect(f"{taken.get_absolute_url()}?new=1")
    return redirect(f"{reverse('portal:appointment_link', args=[taken.make_link()])}?new=1")


waiting_place = _by_number(WaitingPlace)(_place)
waiting_link = _by_token("place")(_place)
