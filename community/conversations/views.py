from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.apps import apps
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from .asked import FOLLOWING, PAGE, is_prefetched, number_in
from .forms import EditForm, MessageForm
from .models import Conversation, Message
from .sending import send
from .taking_part import may_discuss
from .words import line_of, title_of, told
from .workflow import NotPossible

MESSAGES = "20/10s"  # of one person: faster than anybody writes
CONVERSATIONS = 20  # a page of the list


@never_cache
@login_required
@require_safe
def conversation_list(request: HttpRequest) -> HttpResponse:
    """My conversations, the newest first."""

    def page() -> Any:
        """Asked for by the template, after it has noted up to where the live topic had come."""
        mine = Conversation.objects.with_part_of(request.user).filter(last_number__gt=0)
        subjects = mine.subjects_for(request.user)
        shown = Conversation.objects.filter(pk__in=subjects).with_news_for(request.user).with_last_message()
        paginator = Paginator(shown.newest_first(), CONVERSATIONS)
        paginator.count = len(subjects)  # known: not counted again
        page = paginator.get_page(request.GET.get("page"))
        for found in page:
            found.subject = subjects[found.pk]
        page.object_list = [
            (found, title_of(found, request.user), line_of(found, request.user)) for found in page.object_list
        ]
        return page

    return render(request, "community/conversations/list.html", {"page_now": page})


@never_cache
@login_required
def conversation_about(request: HttpRequest, label: str, key: str) -> HttpResponse:
    """The conversation about something, which begins with the first message: looking makes none."""
    subject = _subject(request, label, key)
    found = Conversation.objects.on(subject).first()
    if found is None:
        found = Conversation(subject=subject)
    if request.method == "POST":
        return _send(request, found)
    return redirect(found) if found.last_number else _page(request, found, _form(request))


@never_cache
@login_required
def conversation(request: HttpRequest, key: UUID) -> HttpResponse:
    """What was said, the last of it first to be read, and the form for what comes next."""
    found = _visible(request, key)
    if request.method == "POST":
        return _send(request, found)
    return _page(request, found, _form(request))


@never_cache
@login_required
@require_safe
def follow(request: HttpRequest, key: UUID) -> HttpResponse:
    """What was said, edited, deleted or hidden since the version that a page has: a part of the page."""
    found = _visible(request, key)
    news = list(found.messages.with_all().since(number_in(request, "version"))[:FOLLOWING])
    context = {
        "conversation": found,
        "news": told(news, request.user),
        "after": max((message.number for message in news), default=0),
        # Versions are given under the conversation's lock: whoever has seen one has seen all before it.
        "version": news[-1].version if news else found.version,
        "is_all": len(news) < FOLLOWING,
        "client_id": uuid4(),
    }
    return render(request, "community/conversations/follow.html", context)


@login_required
@require_POST
def read(request: HttpRequest, key: UUID) -> HttpResponse:
    """The page shows that message to somebody who looks at it."""
    _visible(request, key).read_by(request.user, number_in(request, "number"))
    return HttpResponse(status=204)


@login_required
@require_POST
def mute(request: HttpRequest, key: UUID) -> HttpResponse:
    found = _visible(request, key)
    is_on = request.POST.get("on") == "1"
    found.mute(request.user, on=is_on)
    if is_on:
        messages.success(request, _("You hear no news of this conversation. It stays in your list."))
    else:
        messages.success(request, _("You hear of new messages again."))
    return redirect(found)


@never_cache
@login_required
def edit(request: HttpRequest, key: UUID, number: int) -> HttpResponse:
    message = _own(request, key, number, "edit")
    form = EditForm(request.POST or None, initial={"text": message.text})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                message.edit(by=request.user, text=form.cleaned_data["text"])
                return redirect(message)
            except NotPossible as error:
                form.add_error(None, str(error))
                status = 409
    context = {"form": form, "message": message, **_whose(message, request.user)}
    return render(request, "community/conversations/edit.html", context, status=status)


@never_cache
@login_required
def delete(request: HttpRequest, key: UUID, number: int) -> HttpResponse:
    message = _own(request, key, number, "delete")
    if request.method == "POST":
        try:
            message.delete_by(request.user)
        except NotPossible as error:
            messages.info(request, str(error))
        return redirect(message)
    context = {"told": told([message], request.user)[0], **_whose(message, request.user)}
    return render(request, "community/conversations/delete.html", context)


# -- what they share ------------------------------------------------------------------------------------------------


def _visible(request: HttpRequest, key: UUID) -> Conversation:
    found = get_object_or_404(Conversation, pk=key)
    if not request.user.has_perm("community.view_conversation", found):
        raise Http404
    return found


def _subject(request: HttpRequest, label: str, key: str) -> models.Model:
    """What a conversation may be begun about: anything that says by its rules that it may be discussed."""
    try:
        kind = apps.get_model(label)
        found = kind._default_manager.filter(pk=key).first()
    except (LookupError, ValueError, ValidationError, OverflowError):
        raise Http404 from None
    if found is None or not may_discuss(request.user, found):
        raise Http404
    return found


def _own(request: HttpRequest, key: UUID, number: int, verb: str) -> Message:
    found = _visible(request, key)
    message = get_object_or_404(found.messages.with_all(), number=number)
    message.conversation = found
    if not request.user.has_perm(f"community.{verb}_message", message) or message.deleted_at:
        raise Http404
    return message


def _whose(message: Message, reader: Any) -> dict[str, Any]:
    """The conversation that the page of one message leads back to."""
    return {"conversation": message.conversation, "about": title_of(message.conversation, reader)}


def _form(request: HttpRequest) -> MessageForm:
    return MessageForm(
        request.POST or None,
        request.FILES or None,
        owner=request.user,
        initial={"client_id": request.GET.get("client_id")},
    )


def _send(request: HttpRequest, found: Conversation) -> HttpResponse:
    form = _form(request)
    if not request.user.has_perm("community.write_conversation", found):
        return _page(request, found, form, status=409)

    def save() -> Message:
        return form.save(Conversation.about(found.subject) if found._state.adding else found)

    mine = Message.objects.filter(author=request.user)
    message, status = send(request, form, save, sent=mine, counted="community.messages", rate=MESSAGES)
    return redirect(message) if message else _page(request, found, form, status=status)


def _page(request: HttpRequest, found: Conversation, form: MessageForm, *, status: int = 200) -> HttpResponse:
    user = request.user
    before = number_in(request, "before")

    def now() -> dict:
        """What changes. Asked for by the template, after it has noted up to where the live topic had come."""
        # Before the messages: what is added in between is asked for once more, and nothing is missed.
        version = found.version
        mark = None if found._state.adding else found.read_marks.filter(person=user).first()
        shown = Message.objects.none() if found._state.adding else found.messages.with_all()
        if before:
            shown = shown.before(before)
        shown = list(shown.order_by("-number")[:PAGE])[::-1]
        last = shown[-1].number if shown else 0
        has_news = mark is None or mark.number < last
        if shown and has_news and not before and not is_prefetched(request):
            found.read_by(user, last)
        return {
            "messages": told(shown, user, read=None if before else mark.number if mark else 0),
            "earlier": shown[0].number if shown and shown[0].number > 1 else None,
            "after": last,
            "version": version,
            "is_muted": bool(mark and mark.is_muted),
        }

    context = {
        "conversation": found,
        "about": title_of(found, user),
        "subject": found.subject,
        "subject_url": _address_of(found.subject),
        "is_new": found._state.adding,
        "is_latest": not before,
        "form": form,
        "draft": f"community.conversation.{found.subject.pk if found._state.adding else found.pk}",
        "action": "" if found._state.adding else found.get_absolute_url(),
        "now": now,
        "is_closed": not user.has_perm("community.write_conversation", found),
        "crumbs": [{"title": _("Conversations"), "url": reverse("community:conversations")}],
    }
    return render(request, "community/conversations/conversation.html", context, status=status)


def _address_of(subject: models.Model) -> str:
    return subject.get_absolute_url() if hasattr(subject, "get_absolute_url") else ""
