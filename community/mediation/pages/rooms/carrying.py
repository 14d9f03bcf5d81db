"""From a private room to the room of all: with its author's yes, and in the words that they choose."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from community.conversations.asked import PAGE
from community.keys import AlreadySent
from community.mediation.pages.opening import prove_key
from community.mediation.pages.shared import confidential, crumbs, prove_first
from community.mediation.rooms import Room, Word
from community.mediation.words import RoomKind
from community.mediation.workflow import NotPossible
from community.safety.names import name_for
from portal.ui.words import isolated

from .forms import CarryForm
from .listing import label_of
from .telling import Readers, opened


@confidential
def carry(request: HttpRequest, key: UUID) -> HttpResponse:
    """Its author lets all read a word, in the words they choose, or keeps it where it is."""
    word = _word(request, key, "carry_word")
    prove_key(word.room.case)
    carrying = getattr(word, "carrying", None)
    if request.method != "POST":
        if carrying is not None and carrying.carried is not None:
            messages.info(request, _("This has been said to all."))
            return redirect(carrying.carried)
        return _carry_page(request, word, CarryForm(initial={"text": opened(word).get("text", "")}))
    form = CarryForm(request.POST)
    if not form.is_valid():
        return _carry_page(request, word, form, status=422)
    try:
        said = word.carry(by=request.user, text=form.cleaned_data["text"])
    except AlreadySent as known:
        form.add_error(
            None, _("This has been said to all already. If you want to add something, say it there.")
        )
        return _carry_page(request, word, form, there=known.row, status=409)
    return redirect(said)


@confidential
def ask(request: HttpRequest, key: UUID) -> HttpResponse:
    """A mediator asks a word's author whether all may read it."""
    word = _word(request, key, "ask_to_carry_word")
    if request.method == "POST":
        word.ask_to_carry(by=request.user)
        return redirect(_place_of(word))
    if hasattr(word, "carrying"):
        messages.info(request, _("This was asked already."))
        return redirect(_place_of(word))
    context = {"name": isolated(name_for(word.author, request.user)), **_shown(request, word)}
    return render(request, "community/mediation/rooms/ask.html", context)


@confidential
@require_POST
def keep(request: HttpRequest, key: UUID) -> HttpResponse:
    """Its author was asked, and says no: it stays where it is."""
    word = _word(request, key, "carry_word")
    try:
        word.keep_here(by=request.user)
    except NotPossible as error:
        messages.info(request, str(error))
    return redirect(_place_of(word))


# -- what they share ------------------------------------------------------------------------------------------------


def _word(request: HttpRequest, key: UUID, verb: str) -> Word:
    """A word with which the reader may do that; every other is missing."""
    words = Word.objects.visible_to(request.user).select_related("room__party__person").with_all()
    word = get_object_or_404(words, pk=key)
    if not request.user.has_perm(f"community.{verb}", word):
        raise Http404
    prove_first(request)
    return word


def _place_of(word: Word) -> str:
    """The word where it stands, on the page of its room that shows it."""
    if word.room.last_number - word.number < PAGE:
        return word.get_absolute_url()
    return f"{word.room.get_absolute_url()}?before={word.number + 1}#w{word.number}"


def _carry_page(
    request: HttpRequest, word: Word, form: CarryForm, *, there: Word | None = None, status: int = 200
) -> HttpResponse:
    joint = Room.objects.select_related("case").get(case=word.room.case, kind=RoomKind.JOINT)
    carrying = getattr(word, "carrying", None)
    context = {
        "form": form,
        "there": there,
        "reads": Readers(joint, request.user).in_full(),
        "is_asked": carrying is not None and carrying.yes is None,
        **_shown(request, word),
    }
    return render(request, "community/mediation/rooms/carry.html", context, status=status)


def _shown(request: HttpRequest, word: Word) -> dict[str, Any]:
    return {
        "word": word,
        "said": opened(word),
        "place": _place_of(word),
        "crumbs": [
            *crumbs(word.room.case),
            {"title": label_of(word.room, request.user), "url": word.room.get_absolute_url()},
        ],
    }
