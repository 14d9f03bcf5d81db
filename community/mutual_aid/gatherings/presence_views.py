"""After a gathering: who was there, the hours of all in one go, and a receipt. For whoever runs it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache

from community.mutual_aid.menus import aid_crumbs
from community.mutual_aid.presence import MOST_NAMES
from community.safety.barriers import unseen_by

from .forms import PresenceForm
from .models import Answer, Gathering
from .workflow import CannotBeAdded, GatheringError


@never_cache
@login_required
def presence(request: HttpRequest, pk: int) -> HttpResponse:
    gathering = _run(request, pk)
    answers = _answers(request, gathering)
    if request.method == "POST":
        # Of whoever came into the list since the sheet was drawn it says nothing.
        drawn = request.POST.getlist("listed")
        answers = [answer for answer in answers if str(answer.pk) in drawn]
    form = PresenceForm(
        request.POST if request.method == "POST" else None,
        gathering=gathering,
        answers=answers,
        others=_others(request, gathering, answers),
        sets_hours=request.user.has_perm("community.set_hours_of_gathering"),
    )
    refusal, status = None, 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        try:
            gathering.credit_all(form.told, by=request.user, also=form.others, minutes=form.minutes_of_all)
        except CannotBeAdded as why:
            form.add_error(
                "also", _("%(name)s cannot be added here. Take the tick away.") % {"name": why.person}
            )
        except GatheringError as why:
            refusal, status = why, 409
        else:
            messages.success(request, _("Noted. Here is who got how much."))
            return redirect("community:gathering_receipt", pk)
    context = {"crumbs": _crumbs(gathering), "gathering": gathering, "form": form, "refusal": refusal}
    return render(request, "community/gatherings/presence.html", context, status=status)


@never_cache
@login_required
def receipt(request: HttpRequest, pk: int) -> HttpResponse:
    """Who got what, and whose account was full."""
    gathering = _run(request, pk)
    answers = _answers(request, gathering)
    # That somebody's account is full is not for a neighbour who organizes.
    sees_pot = request.user.has_perm("community.set_hours_of_gathering")
    context = {
        "crumbs": _crumbs(gathering),
        "gathering": gathering,
        "sees_pot": sees_pot,
        "answers": answers,
        "total": sum(answer.credited for answer in answers),
        "over_the_limit": [answer for answer in answers if answer.to_pot and sees_pot],
        "unsaid": any(answer.state == "coming" for answer in answers),
    }
    return render(request, "community/gatherings/receipt.html", context)


def _run(request: HttpRequest, pk: int) -> Gathering:
    gathering = Gathering.objects.with_places().filter(pk=pk).first()
    if gathering is None or not request.user.has_perm("community.run_gathering", gathering):
        raise Http404
    return gathering


def _answers(request: HttpRequest, gathering: Gathering) -> list[Answer]:
    answers = list(gathering.answers.seated().select_related("person"))
    for answer in answers:
        answer.is_unseen = answer.person_id in unseen_by(request.user)
        answer.is_mine = answer.person_id == request.user.pk
    return answers


def _others(request: HttpRequest, gathering: Gathering, answers: list[Answer]) -> list:
    """Who may have come without having said so, or has said so since the sheet was drawn."""
    if not gathering.has_begun or gathering.is_off:
        return []
    listed = {answer.person_id for answer in answers}
    met = gathering.may_have_come(by=request.user)[: MOST_NAMES + len(listed)]
    return [person for person in met if person.pk not in listed]


def _crumbs(gathering: Gathering) -> list[dict]:
    return aid_crumbs(
        {"title": pgettext("of the neighbourhood", "Events"), "url": reverse("community:gatherings")},
        {"title": gathering.name, "url": gathering.get_absolute_url()},
    )
