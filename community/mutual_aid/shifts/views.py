from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from itertools import groupby

from django.contrib import messages
from django.contrib.auth import get_user_model
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from community.keys import is_key
from community.mutual_aid.calling_off import CallOffForm
from community.mutual_aid.menus import aid_crumbs
from community.mutual_aid.neighbourhood import reach_of
from community.mutual_aid.presence import MOST_NAMES, is_recent
from community.safety.barriers import unseen_by
from community.safety.roles import caseworker
from portal.access import limited
from portal.ui.words import isolated

from .models import LAID_OUT, Shift, ShiftPlace, ShiftPlan, SwapOffer
from .words import TAKEN, PlaceState, SwapState
from .workflow import NotNow, ShiftError

# What others are told of: somebody who goes to and fro all the time would wake them each time.
TOLD_TO_MANY = ("vengo", "rinuncio", "cerco-cambio", "scambio", "c-ero")
STEPS_AN_HOUR = "30/h"


@never_cache
@login_required
def shifts(request: HttpRequest) -> HttpResponse:
    """A week of shifts near me: what lacks somebody, and where I am."""
    user = request.user
    mine_only, free_only = (request.GET.get("show") == name for name in ("mine", "free"))
    plan = request.GET.get("plan", "")
    one_plan = ShiftPlan.objects.visible_to(user).filter(pk=plan).first() if is_key(plan) else None
    monday = _week_of(request, one_plan)

    def days() -> list:
        found = Shift.objects.visible_to(user).of_week(monday).with_counts().with_plans()
        if mine_only:
            found = found.filter(pk__in=Shift.objects.held_by(user))
        if free_only:
            found = found.filter(pk__in=Shift.objects.coming().short())
        if is_key(plan):
            found = found.filter(plan=plan)
        found = list(found.order_by("starts_at", "pk"))
        places = ShiftPlace.objects.taken().filter(shift__in=found, person=user).in_bulk(field_name="pk")
        mine = {place.shift_id: place for place in places.values()}
        for shift in found:
            shift.mine = mine.get(shift.pk)
            shift.free = max(0, shift.wanted - shift.taken)
        return [(day, list(of_day)) for day, of_day in groupby(found, key=lambda shift: shift.day)]

    def link(label: str, **query) -> dict:
        shown = {"da": monday.isoformat(), "plan": plan, **query}
        address = "&".join(f"{name}={value}" for name, value in shown.items() if value)
        return {
            "label": label,
            "url": f"?{address}",
            "is_current": request.GET.get("show", "") == query["show"],
        }

    this_week = _monday(timezone.localdate())
    context = {
        "crumbs": aid_crumbs(),
        "one_plan": one_plan,
        "runs": one_plan is not None and user.has_perm("community.run_shifts", one_plan),
        "days": days,
        "monday": monday,
        "sunday": monday + timedelta(days=6),
        "is_this_week": monday == this_week,
        "earlier": monday - timedelta(days=7) if monday > this_week - LAID_OUT else None,
        "later": monday + timedelta(days=7) if monday < this_week + LAID_OUT - timedelta(days=7) else None,
        "show": request.GET.get("show", ""),
        "shows": [
            link(pgettext("shifts", "All"), show=""),
            link(_("Somebody is missing"), show="free"),
            link(pgettext("shifts", "Mine"), show="mine"),
        ],
        "towns": sorted(reach_of(user).municipalities),
        "takes_part": bool(reach_of(user)) or caseworker(user),
        "plans": user.has_perm("community.plan_shifts"),
    }
    return render(request, "community/shifts/shifts.html", context)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _week_of(request: HttpRequest, plan: ShiftPlan | None) -> date:
    """The Monday that was asked for; where it is none, of the week in which the plan has its next shift; of this week
    where there is none, or it is too far away."""
    today = timezone.localdate()
    try:
        asked = date.fromisoformat(request.GET.get("da", ""))
    except ValueError:
        asked = (plan and plan.next_day()) or today
    return _monday(asked if abs(asked - today) <= LAID_OUT else today)


@never_cache
@login_required
def shift(request: HttpRequest, pk: int) -> HttpResponse:
    return _shift_page(request, _visible(request, pk))


def _visible(request: HttpRequest, pk: int) -> Shift:
    found = Shift.objects.with_plans().filter(pk=pk).first()
    if found is None or not request.user.has_perm("community.view_shift", found):
        raise Http404
    return found


def _shift_page(
    request: HttpRequest,
    shift: Shift,
    *,
    refusal: Exception | None = None,
    call_off: CallOffForm | None = None,
    status: int = 200,
) -> HttpResponse:
    user = request.user
    runs = user.has_perm("community.run_shifts", shift)

    def now() -> dict:
        """What changes. Asked for by the template, after it has noted up to where the live topic had come."""
        fresh = Shift.objects.with_said_empty().get(pk=shift.pk)
        for name in ("cancelled_at", "off_because", "starts_at", "ends_at"):
            setattr(shift, name, getattr(fresh, name))
        listed = list((shift.places.taken() | shift.places.denied()).select_related("person"))
        places = [place for place in listed if place.state in TAKEN]
        mine = next((place for place in places if place.person_id == user.pk), None)
        names = runs or (mine is not None and not mine.is_mere_claim)  # community.see_who_is_in_shift
        placed = {place.person_id for place in places}
        # Each once, and nobody who has been noted as there after all.
        denied = {place.person_id: place for place in listed if place.person_id not in placed}
        for place in listed:
            place.is_unseen = place.person_id in unseen_by(user)
        tasks = []
        for role in shift.plan.roles.all():
            held = [place for place in places if place.role_id == role.pk]
            tasks.append(
                {
                    "role": role,
                    "held": held if names else [],
                    "denied": [p for p in denied.values() if runs and p.role_id == role.pk],
                    "taken": min(len(held), role.places),
                    "beyond": max(0, len(held) - role.places),
                    "free": max(0, role.places - len(held)),
                    "looks": [p for p in held if p.state == PlaceState.SWAP_WANTED and p != mine],
                }
            )
        # Without somebody who looks for a stand-in nobody offers anything.
        looks = any(place.state == PlaceState.SWAP_WANTED for place in places) and not shift.has_begun
        offers = _offers_of(user, shift) if looks else []
        may_join = not shift.is_off and not shift.has_begun and user.has_perm("community.join_shift", shift)
        # Of use to who would come: what keeps them from it, and what they could give in return.
        own = _places_to_give(user, shift) if may_join and mine is None else []
        elsewhere = [place for place in own if place.shift.overlaps(shift)]
        organizer = shift.plan.organizer_id
        organizers = {organizer} if organizer else {place.person_id for place in places}
        waiting = [p for p in places if p.waits_for_a_witness and p != mine and not p.is_unseen]
        to_confirm = [place for place in waiting if place.person_id in organizers]
        # Whoever runs it has the buttons of all of them.
        if to_confirm and (runs or not user.has_perm("community.vouch_in_shift", shift)):
            to_confirm = []
        was_on = shift.has_begun and not shift.is_off
        met = shift.may_have_come(by=user)[: MOST_NAMES + len(placed)] if runs and was_on else ()
        return {
            "was_there": sum(place.state == PlaceState.ATTENDED for place in places),
            "unsaid": any(place.is_held for place in places),
            "expected": bool(places) or fresh.said_empty,
            "may_say_nobody": runs and was_on and shift.is_past and not places and not fresh.said_empty,
            "to_confirm": to_confirm,
            "may_add": [person for person in met if person.pk not in placed],
            "may_say_so": was_on
            and mine is None
            and user.pk not in denied
            and shift.plan.credits_hours
            and is_recent(shift)
            and user.has_perm("community.join_shift", shift),
            "shift": shift,
            "tasks": tasks,
            "mine": mine,
            "denied_me": denied.get(user.pk),
            "offers_to_me": [offer for offer in offers if mine and offer.wanted_id == mine.pk],
            "offered_by_me": [offer for offer in offers if offer.given.person_id == user.pk],
            # Whoever is in another one at that time can only give that one.
            "can_give": (elsewhere or own) if looks and len(elsewhere) < 2 else [],
            "elsewhere": elsewhere,
            "may_join": may_join,
            "may_ask": runs and shift.takes_people and (looks or any(task["free"] for task in tasks)),
        }

    context = {
        "crumbs": aid_crumbs({"title": _("Shifts"), "url": reverse("community:shifts")}),
        "shift": shift,
        "now": now,
        "runs": runs,
        "refusal": refusal,
        "call_off": call_off or CallOffForm(),
    }
    return render(request, "community/shifts/shift.html", context, status=status)


def _offers_of(user, shift: Shift) -> list[SwapOffer]:
    """The swaps that are offered for its places, without those of people with whom somebody is blocked."""
    offers = SwapOffer.objects.filter(wanted__shift=shift, state=SwapState.OFFERED)
    offers = offers.select_related("given__shift__plan", "given__role", "wanted")
    return [
        offer for offer in offers if not {offer.given.person_id, offer.wanted.person_id} & unseen_by(user)
    ]


def _places_to_give(user, shift: Shift) -> list[ShiftPlace]:
    """One's own places in other shifts still to come, to be offered in return."""
    held = ShiftPlace.objects.held().filter(
        person=user, shift__cancelled_at=None, shift__starts_at__gt=timezone.now()
    )
    return list(held.exclude(shift=shift).select_related("shift__plan").order_by("shift__starts_at"))


# -- steps ------------------------------------------------------------------------------------------------------------


@never_cache
def step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    if not request.user.is_authenticated:
        # Back to the page with the buttons: an address that is only posted to leads nowhere.
        return redirect_to_login(reverse("community:shift", args=[pk]))
    if verb not in STEPS:
        raise Http404
    if request.method in ("GET", "HEAD"):
        return redirect(_visible(request, pk))
    return _step(request, pk, verb)


@require_POST
def _step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    # Whoever confirms may see it no more once that is done, and the phone may send it again.
    shift = (_to_vouch_in if verb == "confermo" else _visible)(request, pk)
    try:
        if verb in TOLD_TO_MANY and limited(request, "community.shift_steps", STEPS_AN_HOUR):
            raise NotNow(_("You have changed your mind very often. Wait an hour, then go on."))
        said = STEPS[verb](request, shift)
    except ShiftError as refusal:
        return _shift_page(request, shift, refusal=refusal, status=409)
    except _Misread as misread:
        return _shift_page(request, shift, call_off=misread.form, status=422)
    messages.success(request, said)
    return redirect(shift if request.user.has_perm("community.view_shift", shift) else "community:shifts")


class _Misread(Exception):
    """The form in which a shift is called off makes no sense."""

    def __init__(self, form: CallOffForm) -> None:
        super().__init__(form)
        self.form = form


def _to_vouch_in(request: HttpRequest, pk: int) -> Shift:
    found = Shift.objects.with_plans().filter(pk=pk).first()
    if found is None or not request.user.has_perm("community.vouch_in_shift", found):
        raise Http404
    return found


def _needs(request: HttpRequest, permission: str, about) -> None:
    if not request.user.has_perm(permission, about):
        raise Http404


def _named(request: HttpRequest, name: str, among):
    """The row whose number the form carries; one that is not among them is as missing as none."""
    number = request.POST.get(name, "")
    found = among.filter(pk=number).first() if is_key(number) else None
    if found is None:
        raise Http404
    return found


def _mine(request: HttpRequest, shift: Shift) -> ShiftPlace:
    place = shift.place_of(request.user)
    if place is None:
        raise Http404
    return place


def _sign_up(request: HttpRequest, shift: Shift) -> str:
    _needs(request, "community.join_shift", shift)
    shift.sign_up(_named(request, "role", shift.plan.roles.all()), by=request.user)
    return _("You have a place. If something comes up, say so here.")


def _own(verb: str, said: Callable[[], str]) -> Callable[[HttpRequest, Shift], str]:
    def do(request: HttpRequest, shift: Shift) -> str:
        getattr(_mine(request, shift), verb)(by=request.user)
        return said()

    return do


def _take_over(request: HttpRequest, shift: Shift) -> str:
    _needs(request, "community.join_shift", shift)
    _named(request, "place", shift.places.taken()).take_over(by=request.user)
    return _("The place is yours. Thank you for stepping in!")


def _offer_swap(request: HttpRequest, shift: Shift) -> str:
    _needs(request, "community.join_shift", shift)
    given = _named(request, "given", ShiftPlace.objects.held().filter(person=request.user))
    SwapOffer.offer(_named(request, "place", shift.places.taken()), given, by=request.user)
    return _("Your swap is offered. You hear as soon as there is an answer.")


def _offer_to_me(request: HttpRequest, shift: Shift) -> SwapOffer:
    offers = SwapOffer.objects.select_related("wanted__shift", "given__shift")
    return _named(request, "offer", offers.filter(wanted__shift=shift, wanted__person=request.user))


def _accept_swap(request: HttpRequest, shift: Shift) -> str:
    offers = SwapOffer.objects.select_related("wanted__shift", "given__shift")
    # Sent twice, the place is the other's by now: whoever holds the one given was asked.
    number = request.POST.get("offer", "")
    again = offers.filter(wanted__shift=shift, given__person=request.user, state=SwapState.ACCEPTED)
    if is_key(number) and again.filter(pk=number).exists():
        return _("You have swapped.")
    _offer_to_me(request, shift).accept(by=request.user)
    return _("You have swapped.")


def _decline_swap(request: HttpRequest, shift: Shift) -> str:
    _offer_to_me(request, shift).decline(by=request.user)
    return _("You keep your place; whoever offered the swap hears it.")


def _call_off(request: HttpRequest, shift: Shift) -> str:
    _needs(request, "community.run_shifts", shift)
    form = CallOffForm(request.POST)
    if not form.is_valid():
        raise _Misread(form)
    shift.call_off(by=request.user, because=form.cleaned_data["because"])
    return _("The shift is off. Everybody who had a place is told.")


def _note(verb: str, said: Callable[[], str]) -> Callable[[HttpRequest, Shift], str]:
    def do(request: HttpRequest, shift: Shift) -> str:
        _needs(request, "community.run_shifts", shift)
        # Sent twice, one that was denied is not among those taken any more.
        noted = shift.places.taken() | shift.places.denied()
        place = _named(request, "place", noted.select_related("person"))
        getattr(place, verb)(by=request.user)
        return said() % {"person": _name(place.person, to=request.user)}

    return do


def _name(person, *, to) -> str:
    return _("somebody") if person is None or person.pk in unseen_by(to) else isolated(str(person))


def _note_all(request: HttpRequest, shift: Shift) -> str:
    _needs(request, "community.run_shifts", shift)
    shift.all_were_there(by=request.user)
    return _("Noted: all of them were there.")


def _note_nobody(request: HttpRequest, shift: Shift) -> str:
    _needs(request, "community.run_shifts", shift)
    shift.nobody_came(by=request.user)
    return _("Noted: nobody was there.")


def _confirm(request: HttpRequest, shift: Shift) -> str:
    kept_from = [request.user.pk, *unseen_by(request.user)]
    places = shift.places.filter(state=PlaceState.ATTENDED).exclude(person__in=kept_from)
    if not request.user.has_perm("community.run_shifts", shift):
        places = places.of_organizers()
    _named(request, "place", places).attend(by=request.user)
    return _("Confirmed. Thank you!")


def _add(request: HttpRequest, shift: Shift) -> str:
    _needs(request, "community.run_shifts", shift)
    if not request.POST.get("person"):
        raise NotNow(_("Choose one from the list."))
    # Sent twice, they are in it already.
    placed = Q(pk__in=shift.places.taken().values("person"))
    known = Q(pk__in=shift.may_have_come(by=request.user).order_by().values("pk"))
    person = _named(request, "person", get_user_model().objects.filter(placed | known))
    tasks = shift.plan.roles.all()
    shift.turn_up(
        person, by=request.user, role=_named(request, "role", tasks) if "role" in request.POST else None
    )
    return _("Noted: %(person)s was there.") % {"person": _name(person, to=request.user)}


def _say_so(request: HttpRequest, shift: Shift) -> str:
    _needs(request, "community.join_shift", shift)
    if not is_recent(shift):
        raise NotNow(_("This was too long ago. Tell whoever runs it."))
    shift.turn_up(request.user, by=request.user)
    return _("Noted. The hours come as soon as somebody else says so too.")


STEPS: dict[str, Callable[[HttpRequest, Shift], str]] = {
    "vengo": _sign_up,
    "cerco-cambio": _own(
        "seek_swap", lambda: _("We ask the others. Until somebody steps in, the place is yours.")
    ),
    "resto": _own("keep", lambda: _("Good: you keep your place.")),
    "rinuncio": _own("withdraw", lambda: _("You have given your place up. Whoever runs the shift hears it.")),
    "subentro": _take_over,
    "scambio": _offer_swap,
    "accetto": _accept_swap,
    "no-grazie": _decline_swap,
    "annulla": _call_off,
    "presente": _note("attend", lambda: _("Noted: %(person)s was there.")),
    "tutti": _note_all,
    "nessuno": _note_nobody,
    "confermo": _confirm,
    "aggiungo": _add,
    "c-ero": _say_so,
    "assente": _note("miss", lambda: _("Noted: %(person)s was not there.")),
}
