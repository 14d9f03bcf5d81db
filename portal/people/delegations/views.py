"""The pages of delegations: who acts for me, for whom I act, and what the desk records from a paper."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from portal.access import has_stepped_up, limited, note_read, step_up_and_send_again, step_up_required
from portal.access.acting import ACTING
from portal.access.models import Why
from portal.events import history_of
from portal.events.models import Event
from portal.people.models import User
from portal.ui.search import searched

from .acting import start_acting
from .forms import AcceptForm, OfferForm, PaperForm
from .models import DelegateCode, Delegation
from .notifications import what_was_done

ASKED_A_DAY = "20/d"  # offers that one person makes
LATELY = 5  # of what was done, on the list of grants
ALL_DONE = 100
FOUND_AT_ONCE = 20
PER_PAGE = 50


# -- my own ----------------------------------------------------------------------------------------------------------


@never_cache
@login_required
@require_safe
def delegations(request: HttpRequest) -> HttpResponse:
    """Who acts for me, what they did lately, and for whom I act."""
    person = request.user

    def lists() -> dict:
        """Asked for by the template, after it has noted up to where the live topic had come."""
        open_now = list(Delegation.objects.open().of(person).order_by("principal__display_name", "pk"))
        return {
            "given": [grant for grant in open_now if grant.principal_id == person.pk],
            "held": [grant for grant in open_now if grant.delegate_id == person.pk],
            "asked": Delegation.objects.asked_by(person),
            "offered": Delegation.objects.offered_to(person),
            "done": done_for(person),
        }

    return render(
        request,
        "portal/people/delegations.html",
        {"lists": lists, "code": DelegateCode.of(person)},
    )


def done_for(person: User):
    """What others did for somebody, the newest first, as entries of a timeline."""
    return _told(Event.objects.filter(on_behalf_of=person).select_related("actor").order_by("-id")[:LATELY])


def _told(facts) -> list[dict]:
    entries = []
    for fact in facts:
        if kind := fact.declaration:
            actor = fact.actor or _("Somebody")
            sentence = str(kind.sentence) % {"actor": _("%(name)s, for you,") % {"name": actor}}
            entries.append({"icon": kind.icon, "sentence": sentence, "at": fact.at})
    return entries


@never_cache
@login_required
@step_up_required
def delegation_new(request: HttpRequest) -> HttpResponse:
    """Ask somebody to act for me. Whether they are known here, the answer does not tell."""
    form = OfferForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        wanted = form.cleaned_data
        sent_before = Delegation.objects.filter(
            principal=request.user, client_id=wanted["client_id"]
        ).exists()
        if not sent_before and limited(request, "portal.delegation", ASKED_A_DAY):
            form.add_error(
                None, _("You have asked very often today. Try again tomorrow, or come to the desk.")
            )
        else:
            try:
                Delegation.offer(by=request.user, **wanted)
            except ValidationError as refusal:
                form.add_error(None, refusal)
            else:
                messages.success(
                    request,
                    _(
                        "Asked. If the person is known here, they read it now and can say yes. You are told then."
                    ),
                )
                return redirect("portal:delegations")
    status = 422 if form.is_bound else 200
    return render(request, "portal/people/delegation_new.html", {"form": form}, status=status)


@never_cache
@login_required
@require_safe
def delegation(request: HttpRequest, pk: int) -> HttpResponse:
    """One grant: what it lets do, until when, and all that was done under it."""
    return _page(request, _mine(request, pk))


def _page(request: HttpRequest, grant: Delegation, accept_form: AcceptForm | None = None) -> HttpResponse:
    person, pk = request.user, grant.pk
    is_given = grant.principal_id == person.pk
    is_waiting = is_given and Delegation.objects.asked_by(person).filter(pk=pk).exists()
    is_offered = not is_given and Delegation.objects.offered_to(person).filter(pk=pk).exists()
    context = {
        "delegation": grant,
        "is_given": is_given,
        "is_waiting": is_waiting,
        "is_offered": is_offered,
        "is_open": grant.is_open,
        "accept_form": (accept_form or AcceptForm(person=person)) if is_offered else None,
        # Of whoever may act no longer, the things they once saw are none of their business.
        "done": _uses(grant, is_given=is_given, leads_there=is_given or grant.is_open),
    }
    status = 422 if accept_form else 200
    return render(request, "portal/people/delegation.html", context, status=status)


def _uses(grant: Delegation, *, is_given: bool, leads_there: bool) -> list[dict]:
    """What was done under the grant, the newest first, each with the way to it where it leads there."""
    uses = list(history_of(grant).filter(kind="portal.delegation.used").order_by("-id")[:ALL_DONE])
    facts = Event.objects.prefetch_related("target").in_bulk([use.data["fact"] for use in uses])
    entries = []
    for use in uses:
        fact = facts.get(use.data["fact"])
        thing = fact.target if fact else None
        if is_given:
            actor = _("%(name)s, for you,") % {"name": grant.delegate}
        else:
            actor = _("%(actor)s for %(principal)s") % {"actor": grant.delegate, "principal": grant.principal}
        entries.append(
            {
                "icon": fact.declaration.icon if fact and fact.declaration else "circle",
                "sentence": what_was_done(use, actor),
                "at": use.at,
                "url": thing.get_absolute_url() if leads_there and hasattr(thing, "get_absolute_url") else "",
            }
        )
    return entries


def _accept(request: HttpRequest, grant: Delegation) -> HttpResponse:
    form = AcceptForm(request.POST, person=request.user)
    accepted = False
    if grant.delegate_id == request.user.pk and form.is_valid():
        try:
            accepted = grant.accept(by=request.user, organization=form.cleaned_data.get("organization"))
        except ValidationError as refusal:
            form.add_error(None, refusal)
    if accepted:
        messages.success(request, _("You act for %(name)s now.") % {"name": grant.principal})
    elif form.errors and Delegation.objects.offered_to(request.user).filter(pk=grant.pk).exists():
        return _page(request, grant, form)
    else:
        messages.error(request, _("This cannot be accepted any more. Ask the person to send it again."))
    return redirect("portal:delegations")


def _decline(request: HttpRequest, grant: Delegation) -> HttpResponse:
    if grant.delegate_id == request.user.pk:
        grant.decline(by=request.user)
    messages.success(request, _("Done. The person is not told that you said no."))
    return redirect("portal:delegations")


def _end(request: HttpRequest, grant: Delegation) -> HttpResponse:
    if grant.accepted_at is None and grant.principal_id != request.user.pk:
        return _decline(request, grant)
    grant.end(by=request.user)
    if request.session.get(ACTING) == grant.pk:
        del request.session[ACTING]
    messages.success(request, _("It has ended. It holds no longer, from now on."))
    return redirect("portal:delegations")


def _start(request: HttpRequest, grant: Delegation) -> HttpResponse:
    if not start_acting(request, grant):
        messages.error(request, _("This holds no longer. Ask the person to grant it again."))
        return redirect("portal:delegations")
    return redirect(grant.declaration.url_name)


_STEPS = {"accept": _accept, "decline": _decline, "end": _end, "start": _start}


@never_cache
@login_required
@require_POST
def delegation_step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Accept or decline what one is asked for, end a grant on either side, begin to act."""
    grant = _mine(request, pk)
    if verb not in _STEPS:
        raise Http404
    return _STEPS[verb](request, grant)


def _mine(request: HttpRequest, pk: int) -> Delegation:
    """A grant that this person gives or holds; somebody else's is as missing as one that there is not."""
    grant = get_object_or_404(Delegation.objects.of(request.user), pk=pk)
    if grant.delegate_id == request.user.pk and grant.accepted_at is None and not grant.is_offer:
        raise Http404  # an offer that was taken back
    return grant


@never_cache
@login_required
@require_POST
def delegate_code(request: HttpRequest) -> HttpResponse:
    """Draw a new code of one's own, to read out to whoever wants one's help."""
    if limited(request, "portal.delegate_code", "20/d"):
        messages.error(request, _("You have asked for many codes today. Try again tomorrow."))
    else:
        DelegateCode.draw(request.user)
    return redirect(f"{reverse('portal:delegations')}#code")


# -- at the desk -----------------------------------------------------------------------------------------------------


@never_cache
@login_required
@require_safe
def delegations_staff(request: HttpRequest) -> HttpResponse:
    """All that hold now, and the search for the person whose paper is to be recorded."""
    _must_record(request)
    name = searched(request)
    context = {
        "q": name,
        "found": _found(name) if name else None,
        "held": Delegation.objects.open().select_related("recorded_by", "organization")[:PER_PAGE],
    }
    return render(request, "portal/people/delegations_staff.html", context)


@never_cache
@login_required
def delegations_of(request: HttpRequest, pk: int) -> HttpResponse:
    """One person's grants, and the form that records a signed paper of theirs."""
    _must_record(request)
    principal = get_object_or_404(User, pk=pk, is_active=True)
    if not has_stepped_up(request):
        return step_up_and_send_again(request)
    name = searched(request)
    found = [person for person in _found(name) if person.pk != principal.pk] if name else []
    posted = request.method == "POST"
    if (
        posted
        and (chosen := request.POST.get("delegate", "")).isascii()
        and chosen.isdigit()
        and len(chosen) < 19
    ):
        found = list({p.pk: p for p in (*found, *User.objects.filter(pk=chosen, is_active=True))}.values())
    form = PaperForm(request.POST if posted else None, found=found)
    if posted and form.is_valid():
        try:
            made = Delegation.on_paper(principal, by=request.user, **form.cleaned_data)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(
                request,
                _("Recorded: %(delegate)s may act for %(principal)s. Both are told.")
                % {"delegate": made.delegate, "principal": made.principal},
            )
            return redirect("portal:delegations_of", pk=principal.pk)
    if newest := Delegation.objects.filter(principal=principal).order_by("-pk").first():
        note_read(request, newest, about=principal, reason=Why.ANSWER)
    context = {
        "principal": principal,
        "q": name,
        "found": found,
        "form": form if found or form.is_bound else None,
        "held": Delegation.objects.open().filter(principal=principal),
    }
    return render(request, "portal/people/delegations_of.html", context, status=422 if form.is_bound else 200)


@never_cache
@login_required
@require_POST
def delegation_close(request: HttpRequest, pk: int) -> HttpResponse:
    """The desk ends a grant: on paper too it can be taken back."""
    _must_record(request)
    grant = get_object_or_404(Delegation, pk=pk)
    grant.end(by=request.user)
    messages.success(request, _("It has ended. Both are told."))
    return redirect("portal:delegations_staff")


def _must_record(request: HttpRequest) -> None:
    if not request.user.has_perm("portal.record_delegation"):
        raise Http404


def _found(name: str) -> list[User]:
    return list(User.objects.named_like(name).filter(is_active=True)[:FOUND_AT_ONCE])
