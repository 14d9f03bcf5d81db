from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from community.conversations.asked import FOLLOWING, PAGE, is_prefetched, number_in
from community.conversations.sending import send
from community.mediation.pages.diary.listing import entries_in
from community.mediation.pages.opening import prove_key
from community.mediation.pages.shared import confidential, crumbs, prove_first, unproven
from community.mediation.rooms import Room, Word
from community.mediation.words import RoomKind
from portal.access import has_stepped_up

from .forms import WordForm
from .listing import ICONS, label_of, rooms_for
from .telling import Readers, told

WORDS = "20/10s"  # of one person: faster than anybody writes


@confidential
def room(request: HttpRequest, key: UUID) -> HttpResponse:
    """What was said in a room, the last of it first to be read, and the form for what comes next."""
    found = _rooms(request).filter(pk=key).first()
    if found is None:
        return _closed(request, key)
    prove_key(found.case)
    return _send(request, found) if request.method == "POST" else _page(request, found)


@confidential
@require_safe
def follow(request: HttpRequest, key: UUID) -> HttpResponse:
    """What was said since the word that a page has: a part of the page. Among the last of them, which stand on every
    such page, those that it was asked about come along once more: what became of that changes without a new word."""
    found = _room(request, key)
    if not has_stepped_up(request):
        return unproven()
    since = min(number_in(request, "version"), found.last_number)
    asked_about = Q(carrying__isnull=False, number__gt=found.last_number - PAGE)
    words = _words(found).filter(Q(number__gt=since) | asked_about).order_by("number")[:FOLLOWING]
    news = told(_in(found, words), Readers(found, request.user))
    context = {
        "news": news,
        "after": max([since, *(one.word.number for one in news)]),
        "is_all": len(news) < FOLLOWING,
        "client_id": uuid4(),
    }
    return render(request, "community/mediation/rooms/follow.html", context)


@confidential
@require_safe
def shared(request: HttpRequest, key: UUID) -> HttpResponse:
    """The pages of a diary that a party has shown to the mediators: for these alone."""
    found = _room(request, key)
    if found.kind != RoomKind.PRIVATE or not found.case.is_mediated_by(request.user):
        raise Http404
    prove_first(request)
    context = {
        "room": found,
        "label": label_of(found, request.user),
        "entries": entries_in(found, request.user),
        "crumbs": [
            *crumbs(found.case),
            {"title": label_of(found, request.user), "url": found.get_absolute_url()},
        ],
    }
    return render(request, "community/mediation/rooms/shared.html", context)


@confidential
@require_POST
def read(request: HttpRequest, key: UUID) -> HttpResponse:
    """The page shows that word to somebody who looks at it."""
    found = _room(request, key)
    if not has_stepped_up(request):
        return unproven()
    found.read_by(request.user, number_in(request, "number"))
    return HttpResponse(status=204)


# -- what they share ------------------------------------------------------------------------------------------------


def _room(request: HttpRequest, key: UUID) -> Room:
    """A room that the reader may enter now; every other is missing."""
    return get_object_or_404(_rooms(request), pk=key)


def _rooms(request: HttpRequest) -> Any:
    return Room.objects.visible_to(request.user).select_related("case", "party__person")


def _closed(request: HttpRequest, key: UUID) -> HttpResponse:
    """A room that has closed while its page was open: whoever is still in its case reads there why. To everybody else
    it is missing; and so is what is sent to it, which conversation.js keeps on the screen."""
    found = get_object_or_404(Room.objects.belonging_to(request.user).select_related("case"), pk=key)
    if request.method == "POST":
        raise Http404
    prove_first(request)  # the sentence is for the page of the case, not for the question who they are
    messages.info(request, _("This room is closed."))
    return redirect(found.case)


def _words(found: Room) -> Any:
    return Word.objects.filter(room=found).with_all()


def _in(found: Room, words: Any) -> list[Word]:
    """The words, each of which knows the room as it was fetched."""
    words = list(words)
    for word in words:
        word.room = found
    return words


def _form(request: HttpRequest, found: Room, readers: Readers) -> WordForm:
    data, files = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    return WordForm(data, files, owner=request.user, room=found, reads=readers.beside_the_field())


def _send(request: HttpRequest, found: Room) -> HttpResponse:
    readers = Readers(found, request.user)
    form = _form(request, found, readers)
    mine = Word.objects.filter(author=request.user)
    word, status = send(request, form, form.say, sent=mine, counted="community.mediation_words", rate=WORDS)
    return redirect(word) if word else _page(request, found, readers, form, status=status)


def _questions_before(found: Room, user: Any, number: int) -> list[Word]:
    """Words of the reader's about which they were asked and have not answered, and which stand on an earlier page."""
    if found.kind != RoomKind.PRIVATE or number <= 1:
        return []
    asked = Word.objects.filter(room=found, author=user, carrying__isnull=False, carrying__yes=None)
    return list(asked.before(number))


def _page(
    request: HttpRequest,
    found: Room,
    readers: Readers | None = None,
    form: WordForm | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    prove_first(request)  # only where something is shown: what somebody has written goes on its way first
    user = request.user
    before = number_in(request, "before")
    readers = readers or Readers(found, user)

    def now() -> dict[str, Any]:
        """What changes. Asked for by the template, after it has noted up to where the live topic had come."""
        words = _words(found)
        if before:
            words = words.before(before)
        shown = _in(found, words.order_by("-number")[:PAGE])[::-1]
        rooms = rooms_for(found.case, user)
        # Only those that are open to them are listed; this one was a moment ago.
        unread = next((listed.unread for listed in rooms if listed.room == found), 0)
        last = shown[-1].number if shown else 0
        said = told(shown, readers, read=None if before else max(0, last - unread))
        if unread and last and not before and not is_prefetched(request):
            found.read_by(user, last)
        return {
            "words": said,
            "rooms": rooms,
            "earlier": shown[0].number if shown and shown[0].number > 1 else None,
            "after": last,
            "questions": _questions_before(found, user, shown[0].number if shown else 0),
        }

    context = {
        "room": found,
        "room_icon": ICONS[found.kind],
        "label": label_of(found, user),
        "readers": readers,
        "form": form or _form(request, found, readers),
        "is_latest": not before,
        "now": now,
        "crumbs": crumbs(found.case),
        "may_call_meeting": readers.mediates and found.kind != RoomKind.NOTES,
        "may_read_diary": readers.mediates and found.kind == RoomKind.PRIVATE,
    }
    return render(request, "community/mediation/rooms/room.html", context, status=status)
