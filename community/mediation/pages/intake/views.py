from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth import get_user_model
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from community.mediation.models import (
    LAPSES_AFTER,
    TIME_TO_ANSWER,
    Case,
    Consent,
    Mediator,
    Party,
    Story,
    Tied,
    TwiceInIt,
    Underage,
)
from community.mediation.pages.finding import named
from community.mediation.pages.load import mediators_with_load
from community.mediation.pages.shared import confidential, confirm, prove_first, speaking
from community.mediation.ties import ties_of, who_has_mediated_between
from community.mediation.words import INTAKE, Answer, MediatorState, Side, State, Tie
from community.mediation.workflow import NotPossible, Overtaken, possible
from portal.ui.words import isolated, listed

from .forms import FindForm, InvitationForm, LanguageForm, NotesForm, PartyForm, RewritingForm
from .invitation import words_to_begin_with
from .menus import coordinates, forget_count
from .needs import Need, needs_of, with_needs

LIVING_TOGETHER = (Tie.HOUSEHOLD, Tie.BUILDING)


@confidential
@require_safe
def requests(request: HttpRequest) -> HttpResponse:
    """What came in, by what it needs next, the oldest first; and who mediates how much."""
    if not coordinates(request.user):
        raise Http404
    prove_first(request)
    named = Prefetch("parties", Party.objects.still_named().order_by("side", "pk").select_related("person"))
    prepared = with_needs(Case.objects.prepared_by(request.user)).defer("intake", "invitation", "objection")
    by_need: dict[Need, list[Case]] = {need: [] for need in Need}
    for case in prepared.prefetch_related(named).order_by("asked_at", "pk"):
        by_need[needs_of(case)[0]].append(case)
    without = with_needs(Case.objects.needing_mediator_from(request.user)).defer(
        "intake", "invitation", "objection"
    )
    context = {
        "groups": [(need, cases) for need, cases in by_need.items() if cases],
        "without_mediator": without.order_by("asked_at", "pk"),
        "mediators": _with_talks(request.user),
    }
    return render(request, "community/mediation/intake/requests.html", context)


@confidential
@require_safe
def intake(request: HttpRequest, key: UUID) -> HttpResponse:
    """A request, and all that prepares it. Where its talks have lost their mediator, the page that finds another."""
    case = _prepared(request, key, or_without_mediator=True)
    prove_first(request)
    if case.state not in INTAKE:
        return redirect("community:mediation_propose", case.pk)
    return _intake(request, case, NotesForm(now=case.intake))


@confidential
@require_POST
def notes(request: HttpRequest, key: UUID) -> HttpResponse:
    case = _prepared(request, key)
    prove_first(request)
    form = NotesForm(request.POST, now=case.intake)
    if not form.is_valid():
        return _intake(request, case, form, status=422)
    try:
        form.rewrite(case.note_intake, by=request.user)
    except Overtaken as error:
        _overtaken(form, error, Case.objects.get(pk=case.pk).intake)
        return _intake(request, case, form, status=409)
    messages.success(request, _("Saved."))
    return redirect("community:mediation_intake", case.pk)


@confidential
def step(request: HttpRequest, key: UUID, verb: str) -> HttpResponse:
    """Whoever coordinates takes it up, invites, or ends it: asked first, done with the answer."""
    case = _prepared(request, key)
    questions = _questions(case)
    if verb not in questions:
        raise Http404
    prove_first(request)
    question = questions[verb]
    if request.method != "POST":
        return _confirm(request, case, **question) if "title" in question else redirect(_page_of(case))
    try:
        getattr(case, verb)(by=request.user)
    except NotPossible as error:
        messages.error(request, str(error))
    else:
        messages.success(request, question["done"])
    forget_count(request.user)
    return redirect(_page_after(request, case))


@confidential
def add_party(request: HttpRequest, key: UUID) -> HttpResponse:
    """Somebody else is part of it: looked for by name, chosen, added."""
    case = _prepared(request, key, in_intake=True)
    prove_first(request)
    if request.method != "POST":
        return _people(request, case, FindForm())
    find = FindForm(request.POST)
    if not find.is_valid():
        return _people(request, case, find, status=422)
    found, has_more = named(get_user_model().objects.filter(is_active=True), find.cleaned_data["q"])
    asking = get_user_model().objects.filter(pk__in=case.parties.asking().values("person")).first()
    sent = request.POST if "add" in request.POST else None
    form = PartyForm(sent, found=found, notes=_near(found, asking), asking=asking)
    if sent is None:
        return _people(request, case, find, form if found else None, nobody=not found, has_more=has_more)
    status = 422
    if form.is_valid():
        try:
            form.add_to(case, by=request.user)
        except Tied as error:
            form.add_error("person", [str(error), *map(str, error.ties)])
        except (TwiceInIt, Underage) as error:
            form.add_error("person", str(error))
        except NotPossible as error:
            form.add_error("person", str(error))
            status = 409
        else:
            # No name: the browser keeps a message in a cookie until it is shown.
            messages.success(
                request, _("Added. This person knows nothing of it before the invitation goes out.")
            )
            forget_count(request.user)
            return redirect("community:mediation_intake", case.pk)
    return _people(request, case, find, form, has_more=has_more, status=status)


@confidential
def remove_party(request: HttpRequest, key: UUID, row: UUID) -> HttpResponse:
    case = _prepared(request, key, in_intake=True)
    party = get_object_or_404(case.parties.waiting().select_related("person"), pk=row)
    prove_first(request)
    if request.method == "POST":
        try:
            case.remove_party(party, by=request.user)
        except NotPossible as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("Taken away. Nobody has been told anything."))
        forget_count(request.user)
        return redirect("community:mediation_intake", case.pk)
    return _confirm(
        request,
        case,
        title=_("Take somebody away?"),
        text=_("%(name)s is part of it no more. They never learn that they were named.")
        % {"name": isolated(str(party.person))},
        action=_("Take away"),
    )


@confidential
def party_language(request: HttpRequest, key: UUID, row: UUID) -> HttpResponse:
    """What somebody speaks best, and whether an interpreter has to come: the mediators see it."""
    case = _prepared(request, key)
    party = get_object_or_404(case.parties.still_named().select_related("person"), pk=row)
    prove_first(request)
    noted = {"language": party.language, "needs_interpreter": party.needs_interpreter}
    form = LanguageForm(request.POST if request.method == "POST" else None, initial=noted)
    if form.is_valid():
        case.note_language(party, by=request.user, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("community:mediation_intake", case.pk)
    context = {"case": case, "party": party, "form": form, "crumbs": _crumbs(case)}
    status = 422 if request.method == "POST" else 200
    return render(request, "community/mediation/intake/language.html", context, status=status)


@confidential
def wording(request: HttpRequest, key: UUID) -> HttpResponse:
    """The words of the invitation, to which whoever asked agrees before they go out."""
    case = _prepared(request, key, in_intake=True)
    prove_first(request)
    parties = speaking(case.parties.still_named().select_related("person"))
    status = 200
    if request.method == "POST":
        form, status = InvitationForm(request.POST, now=case.invitation), 422
        if form.is_valid():
            try:
                form.rewrite(case.word_invitation, by=request.user)
            except NotPossible as error:
                status = 409
                _overtaken(form, error, Case.objects.get(pk=case.pk).invitation)
            else:
                messages.success(
                    request, _("Saved. Whoever asked is told, and reads the words before they go out.")
                )
                forget_count(request.user)
                return redirect("community:mediation_intake", case.pk)
    else:
        # Theirs first, then those of whoever agrees to the words.
        languages = [party.language for party in reversed(parties)]
        begun = {} if case.invitation else {"text": words_to_begin_with(languages)}
        form = InvitationForm(now=case.invitation, initial=begun)
    context = {
        "case": case,
        "form": form,
        "is_overtaken": status == 409,
        "languages": _languages(parties),
        "crumbs": _crumbs(case),
    }
    return render(request, "community/mediation/intake/wording.html", context, status=status)


@confidential
def propose(request: HttpRequest, key: UUID) -> HttpResponse:
    """All who mediate, how much they have, and what ties them. Of the case it shows who is in it, and nothing else."""
    case = _prepared(request, key, or_without_mediator=True)
    prove_first(request)
    mediators = mediators_with_load()
    error: Exception | None = None
    if request.method == "POST":
        chosen = request.POST.get("person", "")
        person = next((person for person in mediators if str(person.pk) == chosen), None)
        try:
            if person is None:
                raise NotPossible(_("Choose a person from the list."))
            case.propose_mediator(person, by=request.user)
        except NotPossible as refused:
            # The same press twice: what was asked for is so.
            is_done = person is not None and case.mediators.proposed().filter(person=person).exists()
            error = None if is_done else refused
        if error is None:
            messages.success(
                request, _("Proposed. This person is told, and everybody who is in it is asked as well.")
            )
            forget_count(request.user)
            return redirect(_page_of(case))
    parties = speaking(case.parties.still_named().select_related("person"))
    rows = list(case.mediators.select_related("person"))
    known = {row.person_id for row in rows}
    mediators = [person for person in mediators if person.pk not in known]
    people = [party.person for party in parties if party.person]
    ties = ties_of(mediators, people, besides=case)
    between = who_has_mediated_between(people, besides=case)
    for person in mediators:
        person.ties = ties[person.pk]
        person.prepares = person.pk == request.user.pk
        person.knows_them = person.pk in between
    context = {
        "case": case,
        "is_prepared": case.state in INTAKE,  # how far talks have come is nobody's business but theirs
        "error": error,
        "ties": getattr(error, "ties", []),
        "parties": parties,
        "languages": _languages(parties),
        "rows": rows,
        "open_too": _open_too(request.user, case, people),
        "mediators": sorted(
            mediators, key=lambda person: (bool(person.ties) or person.prepares, person.open_cases)
        ),
        "crumbs": _crumbs(case) if case.state in INTAKE else _crumbs(),
    }
    return render(request, "community/mediation/intake/propose.html", context, status=422 if error else 200)


@confidential
def release(request: HttpRequest, key: UUID, row: UUID) -> HttpResponse:
    """Take a proposal back; or the talks from a mediator who does not answer any more, whose number alone is seen."""
    talks = Case.objects.talking_coordinated_by(request.user).only("state")
    case = get_object_or_404(Case.objects.prepared_by(request.user).only("state") | talks, pk=key)
    mediator = get_object_or_404(case.mediators.standing().select_related("person"), pk=row)
    prove_first(request)
    is_assigned = mediator.state == MediatorState.ASSIGNED
    if request.method == "POST":
        try:
            mediator.release(by=request.user)
        except NotPossible as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("Taken back. You can propose somebody else."))
        forget_count(request.user)
        return redirect(_page_after(request, case))
    if is_assigned:
        text = _(
            "%(name)s reads nothing of it any more, and cannot be proposed for it again. Those who are in it are told "
            "that another mediator is looked for. Call %(name)s first, if you can."
        )
        return confirm(
            request,
            title=_("Take %(case)s from its mediator?") % {"case": case},
            text=text % {"name": isolated(str(mediator.person))},
            action=_("Take it back"),
            url=reverse("community:mediation_requests"),
            danger=True,
            crumbs=_crumbs(),
        )
    return _confirm(
        request,
        case,
        title=_("Take the proposal back?"),
        text=_("%(name)s is asked no more, and cannot be proposed for this mediation again.")
        % {"name": isolated(str(mediator.person))},
        action=_("Take it back"),
    )


# -- what they share ------------------------------------------------------------------------------------------------


def _prepared(
    request: HttpRequest, key: UUID, *, in_intake: bool = False, or_without_mediator: bool = False
) -> Case:
    """A case that the reader prepares; `or_without_mediator`, too, one that they only find a mediator for.
    `in_intake` where it is being looked at, which is when it can be changed: what somebody sends too late reaches the
    verb, which refuses it, so that their words come back."""
    cases = Case.objects.prepared_by(request.user)
    if or_without_mediator:
        cases |= Case.objects.needing_mediator_from(request.user)
    if in_intake and request.method != "POST":
        cases = cases.filter(state=State.INTAKE)
    return get_object_or_404(with_needs(cases).select_related("helped_by"), pk=key)


def _page_of(case: Case) -> str:
    name = "mediation_intake" if case.state in INTAKE else "mediation_propose"
    return reverse(f"community:{name}", args=[case.pk])


def _page_after(request: HttpRequest, case: Case) -> str:
    """The page of a case for which somebody is to be found; of one that another still mediates there is none."""
    found = Case.objects.prepared_by(request.user) | Case.objects.needing_mediator_from(request.user)
    return _page_of(case) if found.filter(pk=case.pk).exists() else reverse("community:mediation_requests")


def _with_talks(user: Any) -> list[Any]:
    """All who mediate, each with `talks`: in which they do, by number and nothing else."""
    people = mediators_with_load()
    rows = Mediator.objects.assigned().filter(case__in=Case.objects.talking_coordinated_by(user))
    talks: dict[int, list[Mediator]] = {}
    for row in (
        rows.select_related("case").only("person_id", "assigned_at", "case__id").order_by("assigned_at")
    ):
        talks.setdefault(row.person_id, []).append(row)
    for person in people:
        person.talks = talks.get(person.pk, [])
    return people


def _crumbs(case: Case | None = None) -> list[dict[str, str]]:
    way = [{"title": _("Requests for mediation"), "url": reverse("community:mediation_requests")}]
    if case is not None:
        way.append({"title": str(case), "url": _page_of(case)})
    return way


def _intake(request: HttpRequest, case: Case, form: NotesForm, *, status: int = 200) -> HttpResponse:
    parties = speaking(case.parties.select_related("person"))
    found = Story.objects.visible_to(request.user).filter(case=case)
    story = found.prefetch_related("photos", "voice_notes").first()
    if story is not None:
        story.case = case  # whose key opens it
    answered = Prefetch("consents", Consent.objects.filter(yes=True))
    proposals = list(case.mediators.select_related("person").prefetch_related(answered))
    needs = needs_of(case)
    context = {
        "case": case,
        "story": story,
        "need": needs[0],
        "needs": needs,
        "sides": [
            (label, [party for party in parties if party.side == side])
            for side, label in ((Side.FIRST, _("Who asked")), (Side.OTHER, _("The other side")))
        ],
        "asking": _asking(parties),
        "languages": _languages([p for p in parties if p.answer in (Answer.YES, Answer.WAITING)]),
        "mediators": proposals,
        "in_intake": case.state == State.INTAKE,
        "verbs": possible(case.state),
        "may_lapse": _may_lapse(case, parties),
        "days_to_answer": TIME_TO_ANSWER.days,
        "days_to_lapse": LAPSES_AFTER.days,
        "form": form,
        "is_overtaken": status == 409,
        "crumbs": _crumbs(),
    }
    return render(request, "community/mediation/intake/intake.html", context, status=status)


def _may_lapse(case: Case, parties: list[Party]) -> bool:
    """Whether somebody who was invited has had their time for an answer."""
    late = timezone.now() - TIME_TO_ANSWER
    invited = [party.invited_at for party in parties if party.answer == Answer.WAITING and party.invited_at]
    return case.state == State.INVITING and any(at <= late for at in invited)


def _questions(case: Case) -> dict[str, dict[str, Any]]:
    """What is asked before a verb, and said after it. Taking it up is done without a question."""
    return {
        "take_up": {"done": _("You look at it now. Call whoever asked, and listen.")},
        "invite": {
            "title": _("Send the invitation?"),
            "text": _(
                "The words go to %(names)s now. From here on nobody is added, and the words stay. If it is the wrong "
                "person, go back and take them away."
            )
            % {"names": _waited_for(case)},
            "action": _("Send the invitation"),
            "done": _("The invitation is on its way."),
        },
        "recall": {
            "title": _("Take the invitation back?"),
            "text": _(
                "Whoever was invited does not find it any more, and whoever has said yes is asked again. Call them "
                "first. Then you change people or words, and send it anew."
            ),
            "action": _("Take the invitation back"),
            "danger": True,
            "done": _("Taken back. You can change people and words now."),
        },
        "lapse": {
            "title": _("Wait for no answer any more?"),
            "text": _(
                "Whoever has not answered is out, and nobody is to blame. If nobody of the other side has said yes, "
                "the request is closed, and whoever asked is told. Call them first."
            ),
            "action": _("Wait no more"),
            "danger": True,
            "done": _("Nobody is waited for any more."),
        },
        "refuse": {
            "title": _("Is it nothing for a mediation?"),
            "text": _(
                "The request is closed. Call whoever asked first, and say why: the portal tells them only that."
            ),
            "action": _("Close the request"),
            "danger": True,
            "done": _("The request is closed."),
        },
        "refer": {
            "title": _("Does somebody else help better?"),
            "text": _(
                "The request is closed. Call whoever asked first, and say who helps and how they get there."
            ),
            "action": _("Close the request"),
            "danger": True,
            "done": _("The request is closed."),
        },
    }


def _waited_for(case: Case) -> str:
    """Those to whom the invitation goes."""
    rows = case.parties.waiting().exclude(person=None).select_related("person")
    return listed(isolated(str(party.person)) for party in rows)


def _confirm(request: HttpRequest, case: Case, **question: Any) -> HttpResponse:
    template = "community/mediation/intake/confirm.html"
    asking = _asking(speaking(case.parties.asking().select_related("person")))
    return confirm(
        request, template=template, url=_page_of(case), crumbs=_crumbs(case), asking=asking, **question
    )


def _asking(parties: list[Party]) -> Party | None:
    """Whoever asked, with the `numbers` at which they are called: one that is for both is told once."""
    asking = next((party for party in parties if party.has_asked), None)
    if asking is not None:
        person = asking.person
        known = (person.contact_phone, person.phone) if person else ()
        asking.numbers = list(dict.fromkeys(filter(None, known)))  # type: ignore[attr-defined]
    return asking


def _people(
    request: HttpRequest,
    case: Case,
    find: FindForm,
    form: PartyForm | None = None,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    context = {"case": case, "find": find, "form": form, "crumbs": _crumbs(case), **more}
    return render(request, "community/mediation/intake/add_party.html", context, status=status)


def _near(found: list[Any], asking: Any) -> dict[Any, str]:
    """What tells namesakes apart: whether they live with, or near, whoever asked. No address is shown."""
    ties = ties_of(found, [asking] if asking else [])
    return {
        pk: next((str(tie) for tie in some if tie.tie in LIVING_TOGETHER), "") for pk, some in ties.items()
    }


def _open_too(user: Any, case: Case, people: list[Any]) -> list[Case]:
    """Other open cases in which they are all named, as far as the reader knows who is in them: that two go on at once
    is mostly a mistake. Of talks in which somebody mediates they know only the number."""
    if len(people) < 2:
        return []
    cases = Case.objects.prepared_by(user) | Case.objects.needing_mediator_from(user)
    for person in people:
        named = Party.objects.still_named().filter(person=person)
        cases = cases.filter(pk__in=named.values("case"))
    return list(cases.exclude(pk=case.pk).only("pk"))


def _languages(parties: list[Party]) -> list[str]:
    """Those in which the people in it want to talk, each once. More than one: somebody has to interpret."""
    return list(dict.fromkeys(party.speaks for party in parties))


def _overtaken(form: RewritingForm, error: NotPossible, now: str | None) -> None:
    form.add_error("text", str(error))
    form.show_now(now)
