"""What mediation is, the safety screen, and asking: alone, or with a caseworker at one's side."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.contrib import messages
from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from community.keys import AlreadySent, ClientIdTaken, is_key
from community.mediation.models import Case, Party
from community.mediation.pages.finding import named
from community.mediation.pages.shared import confidential, crumbs, others_in, prove_first
from community.mediation.terms import ANSWERED_WITHIN, REQUESTS_A_DAY, REQUESTS_WRITTEN_A_DAY
from portal.access import limited
from portal.ui.words import isolated

from .forms import AskForm

LONGEST_NAME = 100  # characters


@never_cache
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What mediation is, for everybody. That somebody has one stands on a page of its own, behind a fresh sign-in."""
    context: dict[str, Any] = {"days": ANSWERED_WITHIN}
    if request.user.is_authenticated:
        user = request.user
        context |= {
            "mediates": user.has_role("community.mediator"),
            "coordinates": user.has_role("community.mediation_coordinator"),
            "helps": user.has_perm("community.help_to_ask_case"),
        }
    return render(request, "community/mediation/asking/home.html", context)


@confidential
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The reader's own mediations; where they are invited first."""
    prove_first(request)
    invitation = Party.objects.filter(case=OuterRef("pk"), person=request.user).waiting()
    cases = Case.objects.taken_part_in_by(request.user).annotate(is_invited=Exists(invitation)).with_people()
    rows = [(case, others_in(case, request.user)) for case in cases.order_by("-is_invited", "-asked_at")]
    context = {"cases": rows, "crumbs": crumbs()}
    return render(request, "community/mediation/asking/mine.html", context)


@never_cache
@require_safe
def safety(request: HttpRequest) -> HttpResponse:
    """Who is in danger is led elsewhere. It is one page and no form: what somebody chooses there, nobody learns."""
    return render(request, "community/mediation/asking/safety.html")


@confidential
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Tell what happens."""
    why = _why_not(request)
    if why == "acting" and request.method == "POST":  # begun in another tab, while they wrote here
        refusal = _(
            "You act for somebody else now: for them nobody else can ask. Stop acting for them in another tab, and "
            "send this again. Your words are still here."
        )
        return _refused(request, AskForm(request.POST, request.FILES, owner=request.user), refusal)
    if why is not None:
        status = 409 if request.method == "POST" else 200
        return render(request, "community/mediation/asking/not_here.html", {"why": why}, status=status)
    if request.method != "POST":
        return _form_page(request, AskForm(owner=request.user))
    form = AskForm(request.POST, request.FILES, owner=request.user)
    case, status = _sent(request, form, REQUESTS_A_DAY)
    if case is None:
        return _form_page(request, form, status=status)
    messages.success(
        request,
        ngettext(
            "We have it. Somebody answers within %(days)d day.",
            "We have it. Somebody answers within %(days)d days.",
            ANSWERED_WITHIN,
        )
        % {"days": ANSWERED_WITHIN},
    )
    return redirect(case)


@confidential
@require_http_methods(["GET", "HEAD", "POST"])
def ask_together(request: HttpRequest) -> HttpResponse:
    """A caseworker writes for whoever sits beside them. What comes of it is that person's, and closed to them.

    Whom it is about stands in no address: those are written down in logs.
    """
    _must_help(request)
    if request.method != "POST":
        return _choosing(request)
    person = _named_in(request, _people(request))
    if person is None:
        return _cannot_ask_any_more(request) if "client_id" in request.POST else _choosing(request)
    if "client_id" not in request.POST:
        return _form_page(request, AskForm(owner=request.user, person=person))
    form = AskForm(request.POST, request.FILES, owner=request.user, person=person)
    case, status = _sent(request, form, REQUESTS_WRITTEN_A_DAY)
    if case is None:
        return _form_page(request, form, status=status)
    return redirect("community:mediation_handed_in")


@confidential
@require_safe
def handed_in(request: HttpRequest) -> HttpResponse:
    """What happens next, to be read together. It names nobody: the next one may look at the same screen."""
    _must_help(request)
    context = {"crumbs": crumbs(), "days": ANSWERED_WITHIN}
    return render(request, "community/mediation/asking/handed_in.html", context)


# -- what they share --------------------------------------------------------------------------------------------------


def _must_help(request: HttpRequest) -> None:
    if not request.user.has_perm("community.help_to_ask_case"):
        raise Http404


def _why_not(request: HttpRequest) -> str | None:
    """Why somebody cannot ask now: "acting", "minor"; None where they can."""
    if getattr(request, "acting", None) is not None:
        return "acting"
    return None if request.user.has_perm("community.ask_for_case") else "minor"


def _sent(request: HttpRequest, form: AskForm, rate: str) -> tuple[Case | None, int]:
    """The case, or None and the status with which the form is shown again."""
    # Decoding photos takes a second each: the form is validated outside any transaction.
    if not form.is_valid():
        if form.was_sent:
            _begin_anew(form)
        return None, 422
    if not form.was_sent and limited(request, "community.mediation.asked", rate):
        form.add_error(None, _("You have asked often today. Your words are still here: send them tomorrow."))
        return None, 429
    try:
        with transaction.atomic():
            return form.save(), 302
    except ClientIdTaken:
        form.renew_client_id()
        form.add_error(None, _("We did not recognise this form. Check it and send it again."))
    except AlreadySent:
        _begin_anew(form)
    return None, 422


def _begin_anew(form: AskForm) -> None:
    """A case has come of this form, and it came again with something else in it: of that another can come."""
    form.renew_client_id()
    form.add_error(
        None, _("This page was sent before, and we have it. If this is about something else, send it again.")
    )


def _form_page(request: HttpRequest, form: AskForm, *, status: int = 200) -> HttpResponse:
    together = form.person != request.user
    context = {"form": form, "crumbs": crumbs(), "person": form.person if together else None}
    return render(request, "community/mediation/asking/ask.html", context, status=status)


def _choosing(request: HttpRequest) -> HttpResponse:
    """Look for whoever sits beside the caseworker."""
    name = request.POST.get("q", "").replace("\x00", "").strip()[:LONGEST_NAME]
    found, has_more = named(_people(request), name) if name else (None, False)
    context = {
        "crumbs": crumbs(),
        "q": name,
        "found": found,
        "has_more": has_more,
        "nothing_written": request.method == "POST" and not name,
    }
    status = 422 if context["nothing_written"] else 200
    return render(request, "community/mediation/asking/choose.html", context, status=status)


def _named_in(request: HttpRequest, people: QuerySet) -> Any:
    """Whom of those people the form names; None where it is nobody of them."""
    number = request.POST.get("person", "")
    return people.filter(pk=number).first() if is_key(number) else None


def _cannot_ask_any_more(request: HttpRequest) -> HttpResponse:
    """Whoever sits beside the caseworker was given a role, or lost their account, while the two wrote."""
    person = _named_in(request, get_user_model().objects.exclude(pk=request.user.pk))
    if person is None:
        return _choosing(request)
    refusal = _(
        "%(name)s cannot ask like this any more: they are under 18, work for the agency, or their account is closed. "
        "Your words are still here."
    ) % {"name": isolated(str(person))}
    return _refused(request, AskForm(request.POST, request.FILES, owner=request.user, person=person), refusal)


def _refused(request: HttpRequest, form: AskForm, why: str) -> HttpResponse:
    """The form as it was sent, and why nothing comes of it."""
    form.full_clean()
    form.add_error(None, why)
    return _form_page(request, form, status=409)


def _people(request: HttpRequest) -> QuerySet:
    """Adults who hold no role."""
    living = apps.get_model("portal", "HouseholdMember").objects.current()
    return (
        get_user_model()
        .objects.without_role()
        .exclude(pk=request.user.pk)
        .exclude(pk__in=living.filter(is_adult=False).values("person"))
    )
