"""Booking, step by step: topic, place, time, who, one look at all of it, sent.

Nothing is kept on the way: what was chosen stands in the address, what was typed in the form, and for the last look at
it in the browser (typed.py). So one can go back and forth, open it twice, and lose nothing; and whoever gives up has
left no trace. Steps are asked for (GET), and what somebody types is only ever sent (POST): names stand in no address.

`/sportello/prenota/?topic=<slug>&reason=<text>` opens it from elsewhere, with what the person wants to bring along in
the field that they can still change.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, Subquery
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from portal.access import client_address, limited
from portal.desk.models import Desk
from portal.ui.languages import language_name

from .counters import HOUSE_LANGUAGE, SPOKEN, AppointmentTopic
from .forms import ContactForm, JoinForm, PlaceForm
from .listing import DAYS, listed
from .models import (
    REASON_LIMIT,
    AlreadySent,
    Appointment,
    NotBookable,
    TooManyOpen,
    WaitingPlace,
    earliest_quarter,
    free_counters,
    is_spoken_at,
    last_day,
)
from .slots import Diary, Slot, clock, day_of, moment_of, quarter_of
from .typed import forms_sent, keep, kept, key_of
from .words import refusal, too_many
from .workflow import State

BOOKINGS_OF_A_CLIENT = "20/h"  # many live behind one address
BOOKINGS_OF_A_CLIENT_A_DAY = "40/d"  # or somebody with patience fills a desk for weeks
BOOKINGS_OF_A_CONTACT = "6/d"
NEAREST = 6  # times offered instead of one that is taken
CHOSEN = ("topic", "desk", "spoken", "interpreter", "quarter")
TYPED = ("client_id", "name", "email", "phone", "reason")
Days = list[tuple[date, list[Slot]]]  # each with what is free on it


@dataclass
class Trip:
    """How far somebody has come. What is not, or no longer, to be had counts as not chosen."""

    topic: AppointmentTopic | None
    desk: Desk | None
    spoken: str
    interpreter: bool
    quarter: int | None
    desks: list[Desk]
    sent: QueryDict

    @classmethod
    def of(cls, sent: QueryDict) -> Trip:
        topic = (
            AppointmentTopic.objects.filter(slug=sent.get("topic", "")[:50], is_active=True)
            .prefetch_related("words", "desks")
            .first()
        )
        every = bookable_desks()
        desks = [desk for desk in every if topic is None or topic.is_offered_at(desk)]
        spoken = sent.get("spoken", "")
        return cls(
            topic=topic,
            desk=next((desk for desk in desks if str(desk.pk) == sent.get("desk")), None),
            spoken=spoken if spoken in SPOKEN else "",
            interpreter=bool(sent.get("interpreter")),
            quarter=quarter_in(sent),
            desks=desks,
            sent=sent,
        )

    @property
    def language(self) -> str:
        """Which the counter has to speak."""
        return "" if self.interpreter else self.spoken or HOUSE_LANGUAGE

    @property
    def lacks_language(self) -> bool:
        """An interpreter is wanted, and into which language is not said: Italian is spoken at the desk anyway."""
        return self.interpreter and self.spoken == HOUSE_LANGUAGE

    @property
    def may_need_interpreter(self) -> bool:
        """They want to speak what not everybody at the desk does."""
        return not self.interpreter and self.spoken != HOUSE_LANGUAGE

    @property
    def spoken_name(self) -> str:
        return language_name(self.spoken or HOUSE_LANGUAGE)

    @property
    def starts_at(self) -> Any:
        return None if self.quarter is None else moment_of(self.quarter)

    @property
    def clock(self) -> str:
        return "" if self.quarter is None else clock(self.quarter)

    def hidden(self, *asked: str) -> list[tuple[str, str]]:
        """What the form carries along unseen: all but what the step asks for."""
        return [
            (name, self.sent[name][: REASON_LIMIT * 4])
            for name in (*CHOSEN, *TYPED)
            if name in self.sent and name not in asked
        ]

    def diary(self) -> Diary:
        return Diary(self.desk, timezone.localdate(), last_day(self.desk))

    def earliest(self, *, is_staff: bool) -> int:
        return earliest_quarter(self.desk, wants_interpreter=self.interpreter, is_staff=is_staff)


def quarter_in(sent: QueryDict) -> int | None:
    """The time that was chosen, None for none, or for what is no number."""
    text = sent.get("quarter", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else None


def bookable_desks(moved: Appointment | None = None) -> list[Desk]:
    """The desks that have a counter which takes bookings; of an appointment, those to which it can be moved.

    `shortest` is how many quarter-hours whatever takes least there takes, None where there is no topic.
    """
    topics = AppointmentTopic.objects.filter(Q(desks=None) | Q(desks=OuterRef("pk")), is_active=True)
    shortest = Subquery(topics.order_by("quarters").values("quarters")[:1])
    found = Desk.objects.filter(counters__is_open=True).distinct().annotate(shortest=shortest)
    if moved is not None:
        chosen = AppointmentTopic.desks.through.objects.filter(appointmenttopic=moved.topic_id)
        offered = Q(pk__in=chosen.values("desk")) | ~Exists(chosen)
        found = found.filter(offered | Q(pk=moved.desk_id))
    return list(found.prefetch_related("hours"))


@never_cache
def book(request: HttpRequest) -> HttpResponse:
    trip = Trip.of(_sent(request))
    if request.method == "POST" and not set(TYPED) & set(request.POST):
        # Nobody has typed anything: it is no step of ours.
        return _page(request, trip, "topic", error=_("Something is missing. Begin here."), status=422)
    step = trip.sent.get("step", "")
    if trip.topic is None:
        error = _("This topic is not there any more. Choose another one.") if trip.sent.get("topic") else ""
        return _page(request, trip, "topic", error=error)
    if step == "place" or trip.desk is None or not trip.spoken or trip.lacks_language:
        return _place(request, trip)
    if step == "time" or trip.quarter is None or "from" in trip.sent:
        return _time(request, trip)
    before = None if request.method == "POST" else _booked_before(request, trip)
    if before and step == "check":
        return _booked(request, trip, before)
    try:
        free_counters(
            trip.desk,
            trip.topic,
            trip.quarter,
            language=trip.language,
            wants_interpreter=trip.interpreter,
            is_staff=_is_staff(request),
        )
    except NotBookable as error:
        # Sent once more after it was booked, the time is taken: by this very form.
        if not (step == "send" and _was_sent(request)):
            return _booked(request, trip, before) if before else _time(request, trip, error=error)
    is_posted = request.method == "POST" and step in ("check", "send")
    if is_posted or (step == "check" and "client_id" in trip.sent):
        return _check(request, trip, is_sent=step == "send")
    return _details(request, trip)


def _sent(request: HttpRequest) -> QueryDict:
    if request.method == "POST":
        return request.POST
    sent = request.GET.copy()
    if sent.get("step") == "check":
        for name in TYPED:
            sent.pop(name, None)
        for name, value in _kept_anew(kept(request, sent.get("form", ""))).items():
            sent[name] = value
    return sent


def _kept_anew(typed: dict[str, str]) -> dict[str, str]:
    """What was typed for an appointment that was cancelled since is for another one: under a number of its own, or the
    cancelled one would be taken for it. Of what is only a number nothing is left."""
    cancelled = Appointment.objects.filter(client_id=typed.get("client_id"), state=State.CANCELLED)
    if not typed or not cancelled.exists():
        return typed
    return {**typed, "client_id": _new_id()} if "name" in typed else {}


def _holds_what_was_typed(request: HttpRequest, sent: QueryDict) -> bool:
    """Whether a name may be among it: then forms send it on, and no address carries it."""
    return request.method == "POST" or (sent.get("step") == "check" and "client_id" in sent)


def _booked_before(request: HttpRequest, trip: Trip) -> Appointment | None:
    """The appointment at this time that this browser has booked from the page to which somebody came back."""
    # A form of its own may book the same time at another counter: for two people, say.
    sent = [trip.sent["client_id"]] if "client_id" in trip.sent else forms_sent(request)
    if not sent:
        return None
    booked = Appointment.objects.exclude(state=State.CANCELLED)
    return booked.filter(client_id__in=sent, desk=trip.desk, quarter=trip.quarter).first()


def _booked(request: HttpRequest, trip: Trip, appointment: Appointment) -> HttpResponse:
    own = appointment if request.user.has_perm("portal.view_appointment", appointment) else None
    return render(request, "portal/desk/appointments/booked.html", {"trip": trip, "own": own})


def _is_staff(request: HttpRequest) -> bool:
    return request.user.has_perm("portal.keep_appointments")


def _was_sent(request: HttpRequest) -> bool:
    form = ContactForm(request.POST, is_staff=_is_staff(request))
    form.is_valid()
    sent = form.cleaned_data.get("client_id")
    return bool(sent) and Appointment.objects.filter(client_id=sent).exists()


def _page(request: HttpRequest, trip: Trip, step: str, *, status: int = 200, **more: Any) -> HttpResponse:
    asked = {"place": ("desk", "spoken", "interpreter", "quarter"), "time": ("quarter",), "details": TYPED}
    if step == "topic":
        topics = AppointmentTopic.objects.filter(is_active=True).prefetch_related("words")
        more["topics"] = [(topic, _with(request, trip.sent, topic=topic.slug)) for topic in topics]
    names = [
        ("topic", _("Topic")),
        ("place", _("Desk")),
        ("time", _("Day and time")),
        ("details", _("Your details")),
    ]
    names.append(("check", _("Check")))
    place = [name for name, _label in names].index(step)
    more["steps"] = [
        {"label": label, "is_passed": number < place, "is_here": number == place}
        for number, (_name, label) in enumerate(names)
    ]
    context = {
        "trip": trip,
        "hidden": trip.hidden(*asked.get(step, ())),
        "method": "post" if _holds_what_was_typed(request, trip.sent) else "get",
        "is_staff": _is_staff(request),
        **more,
    }
    return render(request, f"portal/desk/appointments/{step}.html", context, status=status)


def _with(request: HttpRequest, sent: QueryDict, **changed: str) -> str:
    """The query that goes on from here: only what was chosen, and the reason that was brought along in the address.

    What was brought along in a form (an ISEE that somebody ticked) is put into no address, where logs would keep it.
    """
    query = QueryDict(mutable=True)
    for name in (
        "desk",
        "spoken",
        "interpreter",
        *([] if _holds_what_was_typed(request, sent) else ["reason"]),
    ):
        if sent.get(name):
            query[name] = sent[name][:REASON_LIMIT]
    query.update(changed)
    return query.urlencode()


def _place(request: HttpRequest, trip: Trip) -> HttpResponse:
    # Opened by a link that names the desk, nothing is wrong yet.
    step = trip.sent.get("step")
    if step == "time" or (trip.lacks_language and step != "place"):
        form = PlaceForm(trip.sent, desks=trip.desks)
        form.is_valid()
    else:
        spoken = trip.spoken or (get_language() if get_language() in SPOKEN else HOUSE_LANGUAGE)
        desk = trip.desk or (trip.desks[0] if len(trip.desks) == 1 else None)
        form = PlaceForm(
            desks=trip.desks, initial={"desk": desk, "spoken": spoken, "interpreter": trip.interpreter}
        )
    today = timezone.localdate()
    about = [(desk, desk.week(), _languages(desk, today)) for desk in trip.desks]
    return _page(request, trip, "place", form=form, about=about, status=422 if form.errors else 200)


def _languages(desk: Desk, today: date) -> list[str]:
    spoken = Diary(desk, today, today).languages() - {HOUSE_LANGUAGE}
    return sorted(language_name(code) for code in spoken)


def _time(request: HttpRequest, trip: Trip, *, error: NotBookable | None = None) -> HttpResponse:
    """The days on which something is free, some at a time; after a refusal, first what lies nearest."""
    is_staff = _is_staff(request)
    diary, quarters = trip.diary(), trip.topic.quarters
    earliest = trip.earliest(is_staff=is_staff)
    days = diary.days(quarters, language=trip.language, earliest=earliest)
    # "Continue" without a time.
    is_missing = error is None and trip.sent.get("step") == "details" and trip.quarter is None
    nearest: Days = []
    if error is not None and trip.quarter is not None:
        every = sorted(
            (slot for _day, slots in days for slot in slots),
            key=lambda slot: abs(slot.quarter - trip.quarter),
        )
        close = sorted(every[:NEAREST], key=lambda slot: slot.quarter)
        nearest = [
            (day, [slot for slot in close if day_of(slot.quarter) == day])
            for day in dict.fromkeys(day_of(slot.quarter) for slot in close)
        ]
    said = refusal(error) if error else _("Choose a time.") if is_missing else ""
    return _page(
        request,
        trip,
        "time",
        error=said,
        nearest=nearest,
        is_unspoken=trip.may_need_interpreter and trip.spoken not in diary.languages(),
        needs_interpreter=trip.may_need_interpreter
        and _has_more_with_interpreter(trip, diary, days, is_staff),
        waiting_query=_with(request, trip.sent, topic=trip.topic.slug),
        status=409 if error and error.code == "taken" else 422 if said else 200,
        **listed(diary, days, _first_shown(trip, days)),
    )


def _has_more_with_interpreter(trip: Trip, diary: Diary, days: Days, is_staff: bool) -> bool:
    """An interpreter has to be found first: where everybody speaks the language there are fewer times, not more."""
    earliest = earliest_quarter(trip.desk, wants_interpreter=True, is_staff=is_staff)
    known = {slot.quarter for _day, slots in days for slot in slots}
    found = diary.days(trip.topic.quarters, earliest=earliest)
    return any(slot.quarter not in known for _day, slots in found for slot in slots)


def _first_shown(trip: Trip, days: Days) -> int:
    """From which of the days on: the one asked for, or the one that was chosen before."""
    wanted = None
    try:
        wanted = date.fromisoformat(trip.sent.get("from", ""))
    except ValueError:
        # Far away years are no days of ours.
        if trip.quarter is not None and abs(trip.quarter - quarter_of(timezone.now())) < 400 * 96:
            wanted = day_of(trip.quarter)
    if wanted is None:
        return 0
    start = next(
        (number for number, (day, _slots) in enumerate(days) if day >= wanted), max(0, len(days) - DAYS)
    )
    return start if "from" in trip.sent else start - start % DAYS


def _initial(request: HttpRequest, trip: Trip) -> dict[str, Any]:
    known = {name: trip.sent[name] for name in TYPED if trip.sent.get(name)}
    person = request.user
    if person.is_authenticated and not _is_staff(request):
        own = {"name": person.display_name, "email": person.email or "", "phone": person.phone or ""}
        known = {**own, **known}
    return known


def _details(request: HttpRequest, trip: Trip, form: ContactForm | None = None) -> HttpResponse:
    if form is None:
        form = ContactForm(initial=_initial(request, trip), is_staff=_is_staff(request))
    return _page(request, trip, "details", form=form, status=422 if form.errors else 200)


def _check(request: HttpRequest, trip: Trip, *, is_sent: bool) -> HttpResponse:
    if request.method == "POST" and not is_sent and (elsewhere := _address_of_check(request, trip)):
        return elsewhere
    form = ContactForm(trip.sent, is_staff=_is_staff(request))
    if not form.is_valid():
        return _details(request, trip, form)
    if not is_sent:
        return _page(request, trip, "check", told=form.cleaned_data)
    try:
        appointment = _book(request, trip, form.cleaned_data)
    except NotBookable as error:
        return _time(request, trip, error=error)
    except TooManyOpen:
        form.add_error(None, too_many())
        return _details(request, trip, form)
    except AlreadySent:
        form.data = form.data.copy()
        form.data["client_id"] = _new_id()
        form.add_error(
            None,
            _(
                "This page was sent before: that appointment is booked. If you want another one, send it again."
            ),
        )
        return _details(request, trip, form)
    if appointment.person_id or _is_staff(request):
        address = appointment.get_absolute_url()
    else:
        address = reverse("portal:appointment_link", args=[appointment.make_link()])
    receipt = redirect(f"{address}?new=1")
    keep(request, receipt, {"client_id": str(appointment.client_id)})
    return receipt


def _address_of_check(request: HttpRequest, trip: Trip) -> HttpResponse | None:
    """To where what was typed is looked at, or what is wrong with it; None where it is more than a browser keeps."""
    form = key_of(trip.sent.get("client_id", ""))
    query = _with(
        request, trip.sent, topic=trip.topic.slug, quarter=str(trip.quarter), form=form, step="check"
    )
    answer = redirect(f"{reverse('portal:book')}?{query}")
    typed = {name: trip.sent[name] for name in TYPED if name in trip.sent}
    return answer if keep(request, answer, typed) else None


def _new_id() -> str:
    return str(uuid.uuid4())


def _book(request: HttpRequest, trip: Trip, told: dict[str, Any]) -> Appointment:
    who = _who(request, told)
    if not _is_known(Appointment, told["client_id"]):
        _refuse_abuse(request, told)
    return Appointment.book(
        desk=trip.desk,
        topic=trip.topic,
        quarter=trip.quarter,
        spoken=trip.spoken,
        wants_interpreter=trip.interpreter,
        **who,
    )


def _is_known(model: Any, client_id: Any) -> bool:
    return model.objects.filter(client_id=client_id).exists()


def _who(request: HttpRequest, told: dict[str, Any]) -> dict[str, Any]:
    """The fields of who comes; staff book for somebody else, who may have no account."""
    user = request.user if request.user.is_authenticated else None
    person = None if user is None or _is_staff(request) else user
    return {**{name: told[name] for name in TYPED}, "person": person, "by": user, "language": get_language()}


def _refuse_abuse(request: HttpRequest, told: dict[str, Any]) -> None:
    """Refuse who fills a desk, or books in others' names. Raises TooManyOpen; which limit it was, nobody is told."""
    if _is_staff(request):
        return
    contact = told["email"] or told["phone"]
    refused = [
        limited(request, "portal.appointments", BOOKINGS_OF_A_CLIENT, by=client_address(request)),
        limited(request, "portal.appointments_day", BOOKINGS_OF_A_CLIENT_A_DAY, by=client_address(request)),
        limited(request, "portal.appointments_contact", BOOKINGS_OF_A_CONTACT, by=contact),
    ]
    if any(refused):
        raise TooManyOpen


# -- the waiting list ------------------------------------------------------------------------------------------------


@never_cache
def wait(request: HttpRequest) -> HttpResponse:
    """A place on the list: for the topic and the desk that were chosen, who, and how they are told."""
    sent = (request.POST if request.method == "POST" else request.GET).copy()
    # They have said meanwhile that they need an interpreter: what they typed stands there as it was.
    is_asked_anew = "need" in request.POST
    if is_asked_anew:
        sent["interpreter"] = "1"
    trip = Trip.of(sent)
    if trip.topic is None or trip.desk is None:
        return redirect("portal:book")
    is_staff = _is_staff(request)
    form = JoinForm(
        None if is_asked_anew else request.POST or None,
        is_staff=is_staff,
        has_account=request.user.is_authenticated,
        initial=_initial(request, trip),
    )
    status = 200
    if request.method == "POST" and not is_asked_anew:
        status = 422
        if form.is_valid() and (place := _joined(request, trip, form)):
            if place.person_id or is_staff:
                return redirect(f"{place.get_absolute_url()}?new=1")
            address = redirect("portal:waiting_link", token=place.make_link()).url
            return redirect(f"{address}?new=1")
    context = {
        "trip": trip,
        "form": form,
        "hidden": trip.hidden(*TYPED, "quarter"),
        "is_staff": is_staff,
        "is_unspoken": not trip.interpreter and not is_spoken_at(trip.desk, trip.language),
    }
    return render(request, "portal/desk/appointments/wait.html", context, status=status)


def _joined(request: HttpRequest, trip: Trip, form: JoinForm) -> WaitingPlace | None:
    told = form.cleaned_data
    try:
        if not _is_known(WaitingPlace, told["client_id"]):
            _refuse_abuse(request, told)
        return WaitingPlace.join(
            desk=trip.desk,
            topic=trip.topic,
            spoken=trip.spoken or HOUSE_LANGUAGE,
            wants_interpreter=trip.interpreter,
            **_who(request, told),
        )
    except NotBookable:
        return None  # the page says so, and proposes the interpreter
    except TooManyOpen:
        form.add_error(None, too_many())
    except AlreadySent:
        form.data = form.data.copy()
        form.data["client_id"] = _new_id()
        form.add_error(None, _("This page was sent before: that place on the list is yours."))
    return None
