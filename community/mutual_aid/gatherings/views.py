from __future__ import annotations

from collections.abc import Callable
from itertools import groupby

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.db.models import Q, Sum
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
from community.mutual_aid.entries import calendar_of
from community.mutual_aid.menus import aid_crumbs
from community.mutual_aid.neighbourhood import reach_of
from community.mutual_aid.presence import is_recent
from community.mutual_aid.sent_once import form_id_of, to_form_of_its_own, to_what_was_published
from community.safety.barriers import unseen_by
from community.safety.roles import caseworker
from portal.access import limited

from .calendar import entry_of
from .forms import AnswerForm, BringForm, GatheringForm, initial_of
from .models import Answer, Gathering
from .words import AnswerState
from .workflow import GatheringError, NotNow, TooMany

PER_PAGE = 20
INVITATIONS_A_DAY = "20/d"
CLAIMS_AN_HOUR = "30/h"


def _crumbs() -> list[dict]:
    return aid_crumbs(
        {"title": pgettext("of the neighbourhood", "Events"), "url": reverse("community:gatherings")}
    )


@never_cache
@login_required
def gatherings(request: HttpRequest) -> HttpResponse:
    """What is coming near me, what I come to, and what was."""
    user, show = request.user, request.GET.get("show", "")
    found = Gathering.objects.visible_to(user).with_places().with_counts()
    if show == "mine":
        found = found.coming().filter(pk__in=Gathering.objects.answered_by(user)).order_by("starts_at", "pk")
    elif show == "past":
        found = found.over().order_by("-starts_at", "-pk")
    else:
        show = ""
        found = found.coming().order_by("starts_at", "pk")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    mine = {
        answer.gathering_id: answer
        for answer in Answer.objects.exclude(state=AnswerState.WITHDRAWN).filter(
            person=user, gathering__in=[g.pk for g in page]
        )
    }
    for gathering in page:
        gathering.mine = mine.get(gathering.pk)
        gathering.free = None if gathering.seats is None else max(0, gathering.seats - gathering.people)
    months = groupby(
        page, key=lambda gathering: timezone.localtime(gathering.starts_at).date().replace(day=1)
    )
    context = {
        "crumbs": aid_crumbs(),
        "months": [(month, list(of_month)) for month, of_month in months],
        "page": page,
        "show": show,
        "shows": [
            {"label": label, "url": f"?show={key}" if key else "?", "is_current": show == key}
            for key, label in (
                ("", _("Coming")),
                ("mine", _("Where I go")),
                ("past", _("Past")),
            )
        ],
        "takes_part": bool(reach_of(user)) or caseworker(user),
        "invites": user.has_perm("community.invite"),
    }
    return render(request, "community/gatherings/gatherings.html", context)


def _visible(request: HttpRequest, pk: int) -> Gathering:
    found = Gathering.objects.with_places().filter(pk=pk).first()
    if found is None or not request.user.has_perm("community.view_gathering", found):
        raise Http404
    return found


@never_cache
@login_required
def gathering(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, _visible(request, pk))


def _page(
    request: HttpRequest,
    gathering: Gathering,
    *,
    refusal: Exception | None = None,
    bound: AnswerForm | BringForm | CallOffForm | None = None,
    status: int = 200,
) -> HttpResponse:
    user = request.user
    runs = user.has_perm("community.run_gathering", gathering)

    def now() -> dict:
        """What changes. Asked for by the template, after it has noted up to where the live topic had come."""
        fresh = Gathering.objects.with_places().with_counts().get(pk=gathering.pk)
        if runs or fresh.has_begun:
            # Whoever is to see who comes has their own answer in that list.
            answers = _answers_for(user, fresh)
            mine = next((answer for answer in answers if answer.person_id == user.pk), None)
            answers = [answer for answer in answers if answer.is_seated]
        else:
            answers, mine = [], fresh.answer_of(user)
        organizers = {fresh.organizer_id} if fresh.organizer_id else {a.person_id for a in answers}
        waiting = [a for a in answers if a.waits_for_a_witness and a != mine and not a.is_unseen]
        to_confirm = [answer for answer in waiting if answer.person_id in organizers]
        # Whoever runs it has the sheet.
        if to_confirm and (runs or not user.has_perm("community.vouch_in_gathering", fresh)):
            to_confirm = []
        promised = Sum("contributions__number")
        own = Sum("contributions__number", filter=Q(contributions__person=user), default=0)
        items = list(fresh.items.annotate(promised=promised, mine=own))
        for item in items:
            item.left = item.wanted - (item.promised or 0)
            item.most = item.left + item.mine
        form = bound if isinstance(bound, AnswerForm) else None
        return {
            "gathering": fresh,
            "mine": mine,
            "people": fresh.people,
            "free": None if fresh.seats is None else max(0, fresh.seats - fresh.people),
            "waiting": fresh.waiting,
            "items": items,
            "form": form
            or AnswerForm(gathering=fresh, initial={"companions": mine.companions if mine else 0}),
            "answers": answers if runs else [],
            "was_there": sum(answer.state == AnswerState.ATTENDED for answer in answers),
            "to_confirm": to_confirm,
            "may_say_so": fresh.has_begun
            and not fresh.is_off
            and not (mine and (mine.is_seated or mine.was_denied))
            and fresh.credit > 0
            and is_recent(fresh)
            and user.has_perm("community.answer_gathering", fresh),
            "may_answer": not fresh.is_off
            and not fresh.has_begun
            and user.has_perm("community.answer_gathering", fresh),
        }

    context = {
        "crumbs": _crumbs(),
        "gathering": gathering,
        "now": now,
        "runs": runs,
        "refusal": refusal,
        "bring_error": bound if isinstance(bound, BringForm) else None,
        "call_off": bound if isinstance(bound, CallOffForm) else CallOffForm(),
    }
    return render(request, "community/gatherings/gathering.html", context, status=status)


def _answers_for(user, gathering: Gathering) -> list[Answer]:
    """Who comes or waits, and of whom it is noted that they were not there; those with whom somebody is blocked without
    a name."""
    listed = ~Q(state=AnswerState.WITHDRAWN) | Q(came_unannounced=True, is_vouched=True)
    answers = list(gathering.answers.filter(listed).select_related("person"))
    for answer in answers:
        answer.is_unseen = answer.person_id in unseen_by(user)
    return answers


# -- inviting ---------------------------------------------------------------------------------------------------------


@never_cache
@login_required
def new(request: HttpRequest) -> HttpResponse:
    if not request.user.has_perm("community.invite"):
        raise Http404
    if request.method != "POST":
        if not (form_id := form_id_of(request)):
            return to_form_of_its_own(request)
        if gathering := Gathering.objects.filter(organizer=request.user, client_id=form_id).first():
            return to_what_was_published(request, gathering)
        return _show_form(request, GatheringForm(user=request.user, initial={"client_id": form_id}), None)
    form = GatheringForm(request.POST, user=request.user)
    if form.is_valid() and _invites_too_often(request, form):
        form.add_error(
            None, _("You have published a lot today. Go on tomorrow, so that others are read as well.")
        )
    elif form.is_valid() and (published := form.publish(by=request.user)):
        gathering, is_new = published
        if not is_new:
            return to_what_was_published(request, gathering)
        messages.success(request, _("The invitation is out."))
        return redirect(gathering)
    return _show_form(request, form, None)


def _invites_too_often(request: HttpRequest, form: GatheringForm) -> bool:
    again = Gathering.objects.filter(organizer=request.user, client_id=form.cleaned_data["client_id"])
    return not again.exists() and limited(request, "community.gatherings", INVITATIONS_A_DAY)


@never_cache
@login_required
def change(request: HttpRequest, pk: int) -> HttpResponse:
    gathering = _visible(request, pk)
    if not request.user.has_perm("community.run_gathering", gathering):
        raise Http404
    sent = request.POST if request.method == "POST" else None
    try:
        gathering.must_be_ahead()
        form = GatheringForm(sent, user=request.user, gathering=gathering, initial=initial_of(gathering))
        if form.is_bound and form.is_valid() and form.change(by=request.user):
            messages.success(request, _("Saved. If time or place have changed, whoever comes is told."))
            return redirect(gathering)
    except NotNow as refusal:
        return _page(request, _visible(request, pk), refusal=refusal, status=409)
    return _show_form(request, form, gathering)


def _show_form(request: HttpRequest, form: GatheringForm, gathering: Gathering | None) -> HttpResponse:
    context = {"crumbs": _crumbs(), "form": form, "gathering": gathering}
    return render(request, "community/gatherings/form.html", context, status=422 if form.is_bound else 200)


@never_cache
@login_required
def calendar(request: HttpRequest, pk: int) -> HttpResponse:
    """The gathering for one's calendar."""
    file = calendar_of([entry_of(_visible(request, pk))])
    return HttpResponse(file, content_type="text/calendar; charset=utf-8")


# -- steps ------------------------------------------------------------------------------------------------------------


@never_cache
def step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    if not request.user.is_authenticated:
        # Back to the page with the buttons: an address that is only posted to leads nowhere.
        return redirect_to_login(reverse("community:gathering", args=[pk]))
    if verb not in STEPS:
        raise Http404
    if request.method in ("GET", "HEAD"):
        return redirect(_visible(request, pk))
    return _step(request, pk, verb)


@require_POST
def _step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    # Whoever confirms may see it no more once that is done, and the phone may send it again.
    gathering = (_to_vouch_in if verb == "confermo" else _visible)(request, pk)
    try:
        said = STEPS[verb](request, gathering)
    except GatheringError as refusal:
        return _page(request, gathering, refusal=refusal, status=409)
    except _Misread as misread:
        return _page(request, gathering, bound=misread.form, status=misread.status)
    messages.success(request, said)
    may_look = request.user.has_perm("community.view_gathering", gathering)
    return redirect(gathering if may_look else "community:gatherings")


def _to_vouch_in(request: HttpRequest, pk: int) -> Gathering:
    found = Gathering.objects.with_places().filter(pk=pk).first()
    if found is None or not request.user.has_perm("community.vouch_in_gathering", found):
        raise Http404
    return found


class _Misread(Exception):
    """The step's form makes no sense, or cannot be so now (`status` 409); `form` says what."""

    def __init__(self, form, status: int = 422) -> None:
        super().__init__(form)
        self.form, self.status = form, status


def _answer(request: HttpRequest, gathering: Gathering) -> str:
    if not request.user.has_perm("community.answer_gathering", gathering):
        raise Http404
    form = AnswerForm(request.POST, gathering=gathering)
    if not form.is_valid():
        raise _Misread(form)
    try:
        answer = gathering.answer(by=request.user, companions=form.cleaned_data["companions"] or 0)
    except TooMany as refusal:
        form.add_error("companions", str(refusal))
        raise _Misread(form, status=409) from None
    if answer.is_seated:
        return _("You come: we look forward to it.")
    return _("All seats are taken. You are on the waiting list, and hear as soon as there is room.")


def _withdraw(request: HttpRequest, gathering: Gathering) -> str:
    answer = gathering.answer_of(request.user)
    if answer is None:
        raise Http404
    answer.withdraw(by=request.user)
    return _("You do not come. Thank you for saying so: your seat goes to somebody else.")


def _number(request: HttpRequest, name: str) -> str:
    number = request.POST.get(name, "")
    if not is_key(number):
        raise Http404
    return number


def _bring(request: HttpRequest, gathering: Gathering) -> str:
    item = gathering.items.filter(pk=_number(request, "item")).first()
    if item is None:
        raise Http404
    form = BringForm(request.POST)
    if not form.is_valid():
        raise _Misread(form)
    item.bring(form.cleaned_data["number"], by=request.user)
    return _("Noted. Thank you!")


def _call_off(request: HttpRequest, gathering: Gathering) -> str:
    _must_run(request, gathering)
    form = CallOffForm(request.POST)
    if not form.is_valid():
        raise _Misread(form)
    gathering.call_off(by=request.user, because=form.cleaned_data["because"])
    return _("It is off. Everybody who wanted to come is told.")


def _must_run(request: HttpRequest, gathering: Gathering) -> None:
    if not request.user.has_perm("community.run_gathering", gathering):
        raise Http404


def _confirm(request: HttpRequest, gathering: Gathering) -> str:
    kept_from = [request.user.pk, *unseen_by(request.user)]
    answers = gathering.answers.filter(state=AnswerState.ATTENDED).exclude(person__in=kept_from)
    if not request.user.has_perm("community.run_gathering", gathering):
        answers = answers.of_organizers()
    answer = answers.filter(pk=_number(request, "answer")).first()
    if answer is None:
        raise Http404
    answer.attend(by=request.user)
    return _("Confirmed. Thank you!")


def _say_so(request: HttpRequest, gathering: Gathering) -> str:
    if not request.user.has_perm("community.answer_gathering", gathering):
        raise Http404
    if limited(request, "community.gathering_claims", CLAIMS_AN_HOUR):
        raise NotNow(_("You have changed your mind very often. Wait an hour, then go on."))
    if not is_recent(gathering):
        raise NotNow(_("This was too long ago. Tell whoever runs it."))
    gathering.turn_up(request.user, by=request.user)
    return _("Noted. The hours come as soon as somebody else says so too.")


STEPS: dict[str, Callable[[HttpRequest, Gathering], str]] = {
    "vengo": _answer,
    "non-vengo": _withdraw,
    "porto": _bring,
    "annulla": _call_off,
    "confermo": _confirm,
    "c-ero": _say_so,
}
