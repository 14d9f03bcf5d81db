from __future__ import annotations

from itertools import groupby
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from community.keys import AlreadySent
from community.mediation.diary import Diary, Entry
from community.mediation.pages.shared import confidential, confirm, crumbs, prove_first
from community.mediation.rooms import Room
from community.mediation.words import RoomKind
from community.mediation.workflow import NotPossible, Overtaken
from portal.access import limited

from .counting import how_often
from .forms import EntryForm

A_PAGE = 20  # entries
WRITTEN = "60/h"  # by one person


@confidential
def diary(request: HttpRequest) -> HttpResponse:
    """It happened again: a form that takes a few seconds, and what was written before."""
    if request.method != "POST":
        return _page(request, EntryForm(owner=request.user))
    form = EntryForm(request.POST, request.FILES, owner=request.user)
    # Decoding photos takes a second each: the form is validated outside any transaction.
    if not form.is_valid():
        return _page(request, form, status=422)
    known = Entry.objects.written_by(request.user).filter(client_id=form.cleaned_data["client_id"])
    if not known.exists() and limited(request, "community.diary", WRITTEN):
        form.add_error(None, _("You have written a lot in this hour. Wait a little, and send it again."))
        return _page(request, form, status=429)
    try:
        with transaction.atomic():
            form.save()
    except Overtaken as error:
        form.add_error(None, str(error))
        return _page(request, form, status=409)
    except NotPossible as error:
        form.add_error("happened_at", str(error))
        return _page(request, form, status=422)
    except AlreadySent:
        form.renew_client_id()
        form.add_error(
            None, _("This page was sent before, and is in the diary. If this is another one, send it again.")
        )
        return _page(request, form, status=422)
    messages.success(request, _("It is in your diary. Only you read it."))
    return redirect("community:diary")


@confidential
@require_safe
def entry(request: HttpRequest, key: UUID) -> HttpResponse:
    """One page of a diary, for its author, and for the mediators with whom it was shared."""
    found = _visible(request, key)
    prove_first(request)
    is_own = found.diary.owner_id == request.user.pk
    context = {
        "entry": found,
        "is_own": is_own,
        "rooms": _own_rooms(request) if is_own and not found.is_shared else (),
        "crumbs": _crumbs() if is_own else crumbs(found.shared_in.case),
    }
    return render(request, "community/mediation/diary/entry.html", context)


@confidential
def share(request: HttpRequest, key: UUID, case: UUID) -> HttpResponse:
    """Are you sure? The mediators of that case read this page, and nobody of the other side."""
    found, room = _own(request, key), get_object_or_404(_own_rooms(request), case=case)
    prove_first(request)
    if request.method == "POST":
        try:
            found.share(room.case, by=request.user)
            messages.success(request, _("The mediators read this page now. You can take it back."))
        except NotPossible as error:
            messages.error(request, str(error))
        return redirect(found)
    return confirm(
        request,
        title=_("Share this page with the mediators of %(case)s?") % {"case": room.case},
        text=_("Only they read it, not the other side. You can take it back at any time."),
        action=_("Share it"),
        url=found.get_absolute_url(),
        crumbs=_crumbs(),
    )


@confidential
def take_back(request: HttpRequest, key: UUID) -> HttpResponse:
    found = _own(request, key)
    prove_first(request)
    if request.method == "POST":
        found.take_back(by=request.user)
        messages.success(request, _("It is yours alone again."))
        return redirect(found)
    return confirm(
        request,
        title=_("Take this page back?"),
        text=_("The mediators read it no more. What they have read they know."),
        action=_("Take it back"),
        url=found.get_absolute_url(),
        crumbs=_crumbs(),
    )


@confidential
def tear_out(request: HttpRequest, key: UUID) -> HttpResponse:
    found = _own(request, key)
    prove_first(request)
    if request.method == "POST":
        found.tear_out(by=request.user)
        messages.success(request, _("The page is gone."))
        return redirect("community:diary")
    return confirm(
        request,
        title=_("Delete this page?"),
        text=_("It goes for ever, with its photos and its voice note. Nobody can bring it back."),
        action=_("Delete it"),
        url=found.get_absolute_url(),
        crumbs=_crumbs(),
        danger=True,
    )


@confidential
def tear_up(request: HttpRequest) -> HttpResponse:
    """The whole diary. Whoever has none is told that it is gone, which is so."""
    prove_first(request)
    if request.method == "POST":
        for found in Diary.objects.filter(owner=request.user):
            found.tear_up()
        messages.success(request, _("Your diary is gone. Nobody can read it any more."))
        return redirect("community:diary")
    return confirm(
        request,
        title=_("Delete the whole diary?"),
        text=_(
            "All pages go for ever, with photos and voice notes, also those that you have shared with mediators. "
            "Nobody can bring them back."
        ),
        action=_("Delete all of it"),
        url=reverse("community:diary"),
        crumbs=_crumbs(),
        danger=True,
    )


# -- what they share ------------------------------------------------------------------------------------------------


def _visible(request: HttpRequest, key: UUID) -> Entry:
    return get_object_or_404(Entry.objects.visible_to(request.user).with_all().distinct(), pk=key)


def _own(request: HttpRequest, key: UUID) -> Entry:
    found = _visible(request, key)
    if found.diary.owner_id != request.user.pk:
        raise Http404
    return found


def _own_rooms(request: HttpRequest):
    """In which somebody talks with mediators alone."""
    rooms = Room.objects.visible_to(request.user).filter(kind=RoomKind.PRIVATE, party__person=request.user)
    return rooms.select_related("case").order_by("case__asked_at")


def _crumbs() -> list[dict[str, str]]:
    return [*crumbs(), {"title": _("Diary"), "url": reverse("community:diary")}]


def _page(request: HttpRequest, form: EntryForm, *, status: int = 200) -> HttpResponse:
    prove_first(request)  # only where something is shown: what somebody has written goes on its way first
    written = Entry.objects.written_by(request.user).with_all()
    page = Paginator(written, A_PAGE).get_page(request.GET.get("page"))
    months = groupby(page, key=lambda one: timezone.localtime(one.happened_at).date().replace(day=1))
    context = {
        "form": form,
        "months": [(month, list(of_month)) for month, of_month in months],
        "page": page,
        "how_often": how_often(request.user) if page.paginator.count else None,
        "crumbs": crumbs(),
    }
    return render(request, "community/mediation/diary/diary.html", context, status=status)
