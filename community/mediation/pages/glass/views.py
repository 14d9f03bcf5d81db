from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from community.mediation.glass import AskedNumber, BrokenGlass
from community.mediation.models import Party, Story
from community.mediation.pages.shared import confidential, prove_first
from community.mediation.workflow import NotPossible
from portal.access import limited, note_read

from .forms import GlassForm
from .listing import told
from .reading import agreed_in, answers_in, knowing, words_of

ASKED = "10/d"  # by one person: whoever tries numbers gets nowhere, and those whose number it is hear of it


def may_break_glass(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """To everybody else it is missing, which comes before any step-up."""

    @wraps(view)
    def asked_first(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not request.user.has_perm("community.ask_for_glass"):
            raise Http404
        return view(request, *args, **kwargs)

    return asked_first


@confidential
@may_break_glass
def glasses(request: HttpRequest) -> HttpResponse:
    """Asking, what others ask, what is open to me, and the numbers that I have asked for: whether or not there is such
    a case they say the same, until somebody has agreed."""
    prove_first(request)
    form, status = GlassForm(request.POST if request.method == "POST" else None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            if not limited(request, "community.glass", ASKED):
                form.ask(by=request.user)
                messages.info(
                    request,
                    _(
                        "If there is such a mediation, those in it have been told, and another person who may can "
                        "agree now."
                    ),
                )
                return redirect("community:mediation_glasses")
            form.add_error(None, _("You have asked very often today. Go on tomorrow."))
            status = 429
    context = {
        "form": form,
        "waiting": BrokenGlass.objects.waiting_for(request.user).select_related("case", "asked_by"),
        "mine": AskedNumber.of(request.user),
        "open_to_me": BrokenGlass.objects.open_to(request.user).select_related("case"),
    }
    return render(request, "community/mediation/glass/glasses.html", context, status=status)


@confidential
@may_break_glass
def agree(request: HttpRequest, key: UUID) -> HttpResponse:
    """Do you agree? The one who asked reads for an hour, and those who are in the case are told of both."""
    user = request.user
    mine = Q(pk__in=BrokenGlass.objects.waiting_for(user).values("pk")) | Q(agreed_by=user)
    found = get_object_or_404(BrokenGlass.objects.select_related("case", "asked_by").filter(mine), pk=key)
    prove_first(request)
    if request.method == "POST":
        try:
            found.agree(by=user)
            messages.success(
                request, _("You have agreed. The person who asked can read it for an hour; those in it know.")
            )
        except NotPossible as error:
            messages.error(request, str(error))
    elif found.is_waiting:
        crumbs = [{"title": _("Opening a mediation"), "url": reverse("community:mediation_glasses")}]
        return render(request, "community/mediation/glass/agree.html", {"glass": found, "crumbs": crumbs})
    return redirect("community:mediation_glasses")


@confidential
@require_safe
def overview(request: HttpRequest, key: UUID) -> HttpResponse:
    """Who is in a case, when they meet, and the way to what was said: for whoever asked, for an hour, to read."""

    def shown(found: BrokenGlass, parties: list[Party]) -> dict[str, Any]:
        return {
            "parties": parties,
            "mediators": found.case.mediators.select_related("person"),
            "rooms": found.case.rooms.select_related("party__person"),
        }

    return _page(request, key, "overview", shown)


@confidential
@require_safe
def story(request: HttpRequest, key: UUID) -> HttpResponse:
    """How it began: what was told, and in which words the other side was invited."""

    def shown(found: BrokenGlass, parties: list[Party]) -> dict[str, Any]:
        stories = Story.objects.filter(case=found.case)
        return {"story": stories.prefetch_related("photos", "voice_notes").first()}

    return _page(request, key, "story", shown)


@confidential
@require_safe
def agreement(request: HttpRequest, key: UUID) -> HttpResponse:
    """What they have agreed on, the draft that lies on the table, and what they say of it since."""

    def shown(found: BrokenGlass, parties: list[Party]) -> dict[str, Any]:
        return {"versions": agreed_in(found.case, parties), "answers": answers_in(found.case)}

    return _page(request, key, "agreement", shown)


@confidential
@require_safe
def room(request: HttpRequest, key: UUID, room: UUID) -> HttpResponse:
    """What was said in one of its rooms, and when those of it meet."""

    def shown(found: BrokenGlass, parties: list[Party]) -> dict[str, Any]:
        entered = get_object_or_404(found.case.rooms.select_related("party__person"), pk=room)
        return {
            "room": entered,
            "meetings": entered.meetings.all(),
            "page": words_of(entered, request.GET.get("page")),
        }

    return _page(request, key, "room", shown)


@confidential
@require_safe
def told_about(request: HttpRequest, key: UUID) -> HttpResponse:
    """Who asked, who agreed, when and why: for those who are, or were, in the case."""
    found = told(BrokenGlass.objects.told_to(request.user).filter(pk=key))
    if not found:
        raise Http404
    prove_first(request)
    return render(request, "community/mediation/glass/told_page.html", {"glasses": found})


# -- what they share ------------------------------------------------------------------------------------------------


def _page(
    request: HttpRequest,
    key: UUID,
    name: str,
    shown: Callable[[BrokenGlass, list[Party]], dict[str, Any]],
) -> HttpResponse:
    """A page of a case that is open to the reader now. After its hour, without the role, or with the case destroyed: it
    is missing. Each of the parties finds the reading in their account."""
    found = get_object_or_404(BrokenGlass.objects.open_to(request.user).select_related("case"), pk=key)
    prove_first(request)
    parties = list(found.case.parties.select_related("person"))
    context = {
        "glass": found,
        "case": found.case,
        "crumbs": [{"title": _("Opening a mediation"), "url": reverse("community:mediation_glasses")}],
        **shown(found, parties),
    }
    if name != "overview":
        above = reverse("community:mediation_glass", args=[found.pk])
        context["crumbs"].append({"title": str(found.case), "url": above})
    note_read(request, found, about=knowing(parties), reason=found.why)
    return render(request, f"community/mediation/glass/{name}.html", context)
