from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from community.mediation.models import Case, Mediator, Party, Underage
from community.mediation.pages.day.menus import count_waiting_anew
from community.mediation.pages.marks import mark_of
from community.mediation.pages.shared import case_or_missing, confidential, crumbs, prove_first, speaking
from community.mediation.ties import who_has_mediated_between
from community.mediation.words import Answer, Side, State
from community.mediation.workflow import NotPossible, Overtaken
from portal.ui.languages import language_name
from portal.ui.words import isolated, listed

from .forms import AnswerForm, ObjectionForm, WordsForm


@confidential
def agree_to_words(request: HttpRequest, key: UUID) -> HttpResponse:
    """Whoever asked reads the very words of the invitation, and agrees to them before they go out."""
    case, party = _as_party(request, key, Answer.YES)
    if not party.has_asked:
        raise Http404
    prove_first(request)
    if request.method != "POST" and (case.state != State.INTAKE or not case.invitation):
        return redirect(case)
    shown = {"seen": mark_of(case.invitation)}
    objection = ObjectionForm(request.POST if "object" in request.POST else None, initial=shown)
    if request.method != "POST":
        return _words_page(request, case, objection)
    form = WordsForm(request.POST)
    form.is_valid()
    if objection.is_bound and not objection.is_valid():
        return _words_page(request, case, objection, status=422)
    try:
        if objection.is_bound:
            objection.object_to(case, by=request.user)
        else:
            form.agree(case, by=request.user)
    except NotPossible as error:
        if objection.is_bound or isinstance(error, Overtaken):
            case = case_or_missing(request, key)
            objection.show_now(case)
            return _words_page(request, case, objection, refusal=str(error), status=409)
        messages.error(request, str(error))
    else:
        if objection.is_bound:
            thanks = _("Thank you. The words are written anew, and you read them before they go out.")
        else:
            thanks = _("Thank you. With these words, and no others, the other side is invited.")
        messages.success(request, thanks)
    return redirect(case)


@confidential
def consent(request: HttpRequest, key: UUID, row: UUID) -> HttpResponse:
    """Whoever is in it says yes or no to a mediator."""
    case, party = _as_party(request, key, Answer.YES)
    get_object_or_404(case.mediators, pk=row)
    prove_first(request)
    mediator = case.mediators.proposed().select_related("person").filter(pk=row).first()
    if mediator is None:  # everybody has said yes by now, or somebody no
        messages.info(request, _("There is nothing to answer now."))
        return redirect(case)
    said = request.POST.get("yes")
    if request.method == "POST" and said in ("1", "0"):
        try:
            mediator.consent(by=request.user, yes=said == "1")
        except NotPossible as error:
            messages.error(request, str(error))
        else:
            if said == "1":
                messages.success(request, _("Thank you. The mediator begins once everybody has said yes."))
            else:
                messages.success(request, _("Somebody else is looked for. Nobody is told who said no."))
        return redirect(case)
    context = {
        "case": case,
        "row": mediator,
        "speaks": language_name(mediator.person.language) if mediator.person else "",
        "knows_them": _knows_them(case, request.user, mediator),
        "has_said_yes": mediator.consents.filter(party=party, yes=True).exists(),
        "unclear": request.method == "POST",
        "crumbs": crumbs(case),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "community/mediation/answering/consent.html", context, status=status)


@confidential
def answer(request: HttpRequest, key: UUID) -> HttpResponse:
    """The invitation, what a mediation is, who would mediate, and the answer."""
    case, party = _invited(request, key)
    prove_first(request)
    if party.answer == Answer.YES:
        return redirect(case)
    status, refusal = 200, ""
    noted = {"language": party.language, "needs_interpreter": party.needs_interpreter}
    form = AnswerForm(initial=noted)
    if request.method == "POST":
        form, status = AnswerForm(request.POST, initial=noted), 422
        if form.is_valid():
            try:
                told = form.cleaned_data
                party.accept(
                    by=request.user,
                    mediators=told["mediators"],
                    language=told["language"],
                    needs_interpreter=told["needs_interpreter"],
                )
            except (Overtaken, Underage) as error:
                status, refusal = 409, str(error)
            except NotPossible as error:
                messages.error(request, str(error))
                return redirect(case)
            else:
                messages.success(
                    request, _("Thank you for your yes. You can stop at any time, and say no reason.")
                )
                return redirect(case)
    mediators = list(case.mediators.proposed().select_related("person"))
    for row in mediators:
        row.speaks = language_name(row.person.language) if row.person else ""
        row.knows_them = _knows_them(case, request.user, row)
    context = {
        "case": case,
        "form": form,
        "refusal": refusal,
        "shown": " ".join(str(row.pk) for row in mediators),
        "asking": _asking(case),
        "comes_along": party.side == Side.FIRST,
        "mediators": mediators,
    }
    return render(request, "community/mediation/answering/answer.html", context, status=status)


@confidential
def decline(request: HttpRequest, key: UUID) -> HttpResponse:
    """No, thank you. Nobody asks why; from then on the case is missing to them."""
    case, party = _invited(request, key)
    prove_first(request)
    if request.method == "POST":
        try:
            party.decline(by=request.user)
        except NotPossible as error:
            messages.error(request, str(error))
            return redirect(case)
        return redirect("community:mediation_declined")
    if party.answer == Answer.YES:
        return redirect(case)
    return render(request, "community/mediation/answering/decline.html", {"case": case})


@confidential
@require_safe
def declined(request: HttpRequest) -> HttpResponse:
    """Afterwards. It says nothing of any case, so that whoever comes by learns nothing."""
    return render(request, "community/mediation/answering/declined.html")


@confidential
def offer(request: HttpRequest, key: UUID) -> HttpResponse:
    """Somebody who is proposed as a mediator reads who is in it, and nothing else, and says if they cannot."""
    case = Case.objects.offered_to(request.user).filter(pk=key).first()
    if case is None:  # everybody has said yes meanwhile
        case = get_object_or_404(Case.objects.mediated_by(request.user).open(), pk=key)
        if request.method == "POST":
            messages.error(
                request, _("Everybody has said yes to you by now. If you cannot, give it back on this page.")
            )
        return redirect(case)
    prove_first(request)
    if request.method == "POST":
        try:
            case.mediators.get(person=request.user).release(by=request.user)
        except NotPossible as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("Thank you for saying so. Somebody else is looked for."))
        count_waiting_anew(request.user)
        return redirect("portal:casa")
    context = {
        "case": case,
        "parties": speaking(case.parties.still_named().select_related("person")),
    }
    return render(request, "community/mediation/answering/offer.html", context)


def _words_page(
    request: HttpRequest, case: Case, objection: ObjectionForm, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    context = {
        "case": case,
        "form": WordsForm(initial={"seen": mark_of(case.invitation)}),
        "objection": objection,
        "refusal": refusal,
        "crumbs": crumbs(case),
    }
    return render(request, "community/mediation/answering/words.html", context, status=status)


def _as_party(request: HttpRequest, key: UUID, *answers: Answer) -> tuple[Case, Party]:
    """A case, and what the reader is in it: asked for this answer, or having given it. To everybody else it is
    missing."""
    case = case_or_missing(request, key)
    return case, get_object_or_404(case.parties.present(), person=request.user, answer__in=answers)


def _invited(request: HttpRequest, key: UUID) -> tuple[Case, Party]:
    """As `_as_party`, for whoever is to answer or has said yes. Whoever asked was never invited, and finds nothing."""
    case, party = _as_party(request, key, Answer.WAITING, Answer.YES)
    if party.answer == Answer.YES and party.invited_at is None:
        raise Http404
    return case, party


def _knows_them(case: Case, user: Any, row: Mediator) -> bool:
    """Whether a mediator has mediated between those who are in it before. Only somebody who was in that one as well is
    told: it is asked of them and of all others that are named."""
    named = {party.person for party in case.parties.still_named().select_related("person") if party.person}
    return user in named and row.person_id in who_has_mediated_between(named, besides=case)


def _asking(case: Case) -> str:
    """Who would like to talk: of those who asked whoever has said yes. Who is only asked yet is named to nobody."""
    people = case.parties.in_it().filter(side=Side.FIRST).select_related("person")
    return listed(isolated(str(party.person)) for party in people if party.person)
