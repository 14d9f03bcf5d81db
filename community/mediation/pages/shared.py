"""What all pages of mediation share: they are kept nowhere, and whoever is not in a case finds it missing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from community.mediation.models import Case, Party
from community.mediation.pages.opening import SHUT, shut
from community.mediation.words import TALKING, Answer, Side
from community.safety.names import first_name
from portal.access import has_stepped_up, step_up_and_send_again
from portal.ui.languages import language_name
from portal.ui.words import isolated, listed

View = Callable[..., HttpResponse]
UNPROVEN = "X-Prove-First"  # says to the script of a page that a fresh sign-in comes first (conversation.js)


class _Unproven(Exception):
    """Whoever asks has signed in too long ago."""


def confidential(view: View) -> View:
    """A page that no browser and no cache keeps, for who has signed in; nothing of what is sent to it stands in a
    report of errors. Where it calls `prove_first`, a fresh sign-in comes before it; where what is sealed does not open,
    it says so (`shut`). Whoever has lost the right to it since they asked, or comes when it has just gone, finds it
    missing."""

    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except _Unproven:
            answer = step_up_and_send_again(request)
            answer.headers[UNPROVEN] = "1"
            return answer
        except (PermissionDenied, ObjectDoesNotExist):
            raise Http404 from None
        except SHUT as error:
            return shut(request, error)

    return sensitive_post_parameters()(never_cache(login_required(shown)))


def case_or_missing(request: HttpRequest, key: UUID) -> Case:
    """A case that the reader belongs to, or prepares. To everybody else it is missing (Http404), not forbidden."""
    return get_object_or_404(Case.objects.visible_to(request.user), pk=key)


def crumbs(case: Case | None = None) -> list[dict[str, str]]:
    """The way back from a page inside: to mediation, and to the case."""
    way = [{"title": _("Mediation"), "url": reverse("community:mediation_home")}]
    if case is not None:
        way.append({"title": str(case), "url": case.get_absolute_url()})
    return way


def prove_first(request: HttpRequest) -> None:
    """Ends a `confidential` view with the way to a fresh sign-in, where somebody has none, before what was told is
    shown or answered: whoever holds the phone need not be the person (THREATS.md). Call it after the case was found:
    whether there is one is nobody's business. What somebody writes (a word in a room, a page of the diary, a request)
    is taken in without it, so that nothing typed is lost, and is not shown."""
    if not has_stepped_up(request):
        raise _Unproven


def unproven() -> HttpResponse:
    """Says to the script of an open page, where `has_stepped_up` is not so, what `prove_first` says to a browser: led
    away from there, somebody would lose what they are typing."""
    return HttpResponse(status=403, headers={UNPROVEN: "1"})


def confirm(
    request: HttpRequest,
    *,
    template: str = "community/mediation/confirm.html",
    status: int = 200,
    **question: Any,
) -> HttpResponse:
    """Are you sure? `question` is what portal/confirm.html wants; the title of the window says nothing of it."""
    return render(request, template, {"window": _("Mediation"), **question}, status=status)


def others_in(case: Case, reader: Any) -> str:
    """The others who are in a case, by the names that they have for each other: once all have said yes, and nobody
    before. Of one `with_people` without a question to the database."""
    if case.state not in TALKING and case.begun_at is None:
        return ""
    people = [party.person for party in case.parties.all() if party.answer == Answer.YES]
    return listed(isolated(first_name(person)) for person in people if person not in (None, reader))


def speaking(parties: Iterable[Party]) -> list[Party]:
    """Each with `speaks`, the language in which they want to talk, as the reader calls it; those who asked first."""
    found = sorted(parties, key=lambda party: party.side != Side.FIRST)
    for party in found:
        party.speaks = language_name(party.language)  # type: ignore[attr-defined]
    return found
