from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from portal.access import ask_why, has_said_why, limited, note_read
from portal.access.models import Why
from portal.housing.models import Building, Tenancy

from .forms import AnswerForm, LetterForm
from .models import AlreadySent, AnsweredMeanwhile, ClientIdTaken, Desk, Letter, Thread
from .words import Told, told

LETTERS_AN_HOUR = "30/h"  # by one person; whoever answers for the agency has no limit
LETTERS, THREADS = 20, 25  # a page


@never_cache
@login_required
def write(request: HttpRequest) -> HttpResponse:
    """My messages with the agency, and the form for the next; beside them, whom to call and when."""
    person = request.user
    may_write = person.has_perm("portal.write_letters")
    if not may_write and not Thread.objects.filter(person=person).exists():
        raise Http404
    form, status = None, 200
    if may_write:
        form = LetterForm(
            request.POST or None,
            request.FILES or None,
            owner=person,
            initial={"client_id": request.GET.get("client_id")},
        )
        if request.method == "POST":
            status = 422
            # Decoding photos takes a second each: the form is validated outside any transaction.
            if form.is_valid() and _sent(request, form):
                messages.success(
                    request, _("Your message has arrived. When we answer, the bell at the top tells you.")
                )
                return redirect("portal:write")
    elif request.method == "POST":
        raise Http404

    def now() -> dict:
        """What changes. Asked for by the template, after it has noted up to where the live topic had come."""
        own = Thread.objects.filter(person=person).select_related("caseworker").first()
        return {"thread": own, "page": own and _letters(request, own)}

    context = {
        "form": form,
        "now": now,
        "desks": _desks(),
        "building": Building.objects.home_of(person).first(),
        "emergency_number": settings.PORTAL_EMERGENCY_NUMBER,
    }
    return render(request, "portal/desk/write.html", context, status=status)


@never_cache
@login_required
def letterbox(request: HttpRequest) -> HttpResponse:
    """Who waits for an answer, the longest first."""
    _must_answer(request)
    show = request.GET.get("show", "")
    threads = Thread.objects.visible_to(request.user)
    chosen: dict[str, QuerySet[Thread]] = {
        "": threads.waiting(),
        "mine": threads.taken_by(request.user),
        "nobody": threads.waiting().taken_by_nobody(),
        "all": threads,
    }
    show = show if show in chosen else ""

    def lists() -> dict:
        """Asked for by the template, after it has noted up to where the live topic had come."""
        count = threads.aggregate(
            waiting=Count("pk", filter=Q(state="waiting")),
            nobody=Count("pk", filter=Q(state="waiting", caseworker=None)),
            mine=Count("pk", filter=Q(caseworker=request.user)),
            all=Count("pk"),
        )
        links = [
            {
                "label": label,
                "url": f"?show={key}" if key else "?",
                "is_current": show == key,
                "count": count[of],
            }
            for key, label, of in (
                ("", _("to answer"), "waiting"),
                ("nobody", _("nobody sees to it"), "nobody"),
                ("mine", _("mine"), "mine"),
                ("all", _("all"), "all"),
            )
        ]
        found = chosen[show].with_people().with_last_word().longest_waiting_first()
        return {"links": links, "page": Paginator(found, THREADS).get_page(request.GET.get("page"))}

    return render(request, "portal/desk/letterbox.html", {"lists": lists, "show": show})


@never_cache
@login_required
def thread(request: HttpRequest, pk: int) -> HttpResponse:
    """One person's letters, for whoever answers them. Each opening is one that the person can read."""
    _must_answer(request)
    threads = Thread.objects.visible_to(request.user).with_people().with_last_letter()
    found = get_object_or_404(threads, pk=pk)
    if not request.user.has_perm("portal.answer_thread", found):
        if request.method == "POST" and "why" not in request.POST:
            raise Http404
        return _asked_first(request, found) or _thread_page(request, found, None)
    form = AnswerForm(
        request.POST or None,
        request.FILES or None,
        owner=request.user,
        thread=found,
        initial={"client_id": request.GET.get("client_id"), "seen": found.last_letter or 0},
    )
    if request.method != "POST":
        return _asked_first(request, found) or _thread_page(request, found, form)
    # Looked at first: photos that came with it are kept, whatever is asked now.
    form.is_valid()
    if question := _asked_first(request, found):
        return question
    try:
        if not form.is_valid():
            return _thread_page(request, found, form, status=422)
        if not _sent(request, form):
            return _thread_page(request, found, form, status=422)
    except AnsweredMeanwhile:
        form.going_on(_last(found))
        form.add_error(
            None,
            _("Something was written meanwhile. Read it below; if your answer still fits, send it again."),
        )
        return _thread_page(request, found, form, status=409)
    except PermissionDenied:
        raise Http404 from None
    messages.success(request, _("Answered. %(name)s is told.") % {"name": found.person})
    return redirect(found)


@never_cache
def step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """“I see to it”, or “no answer is needed”."""
    if not request.user.is_authenticated:
        # Back to the page with the buttons: an address that is only posted to leads nowhere.
        return redirect_to_login(reverse("portal:thread", args=[pk]))
    _must_answer(request)
    found = get_object_or_404(Thread.objects.visible_to(request.user).with_people(), pk=pk)
    done = {"take": _("You see to it now."), "settle": _("Done: it waits no longer.")}.get(verb)
    if done is None:
        raise Http404
    if request.method == "POST":
        if not _is_at_work(request, found) and not has_said_why(request, found):
            return redirect(found)  # which asks: taking a thread is not the way round the question
        try:
            getattr(found, verb)(by=request.user)
        except PermissionDenied:
            raise Http404 from None
        messages.success(request, done)
    return redirect(found)


def _must_answer(request: HttpRequest) -> None:
    if not request.user.has_perm("portal.answer_letters"):
        raise Http404


def _is_at_work(request: HttpRequest, thread: Thread) -> bool:
    """Whether reading the thread is this caseworker's work: it waits for an answer, or they see to it."""
    return thread.is_waiting or thread.caseworker_id == request.user.pk


def _asked_first(request: HttpRequest, thread: Thread) -> HttpResponse | None:
    """The question why, where it has to be asked; None once the reading is written down."""
    if _is_at_work(request, thread):
        note_read(request, thread, about=thread.person, reason=Why.ANSWER)
        # Asked a moment ago, and meanwhile it is their work: there is no answer in what was sent.
        return redirect(thread) if "why" in request.POST and "client_id" not in request.POST else None
    return ask_why(request, thread, about=thread.person, crumbs=_above_a_thread())


def _last(thread: Thread) -> int:
    """The newest letter's id; 0 where there is none."""
    return thread.letters.order_by("-pk").values_list("pk", flat=True).first() or 0


def _sent(request: HttpRequest, form: LetterForm) -> Letter | None:
    """The letter; None, and an error in the form, if it cannot be. Raises AnsweredMeanwhile and PermissionDenied."""
    known = Letter.objects.filter(author=request.user, client_id=form.cleaned_data["client_id"])
    has_limit = not isinstance(form, AnswerForm) and not known.exists()
    if has_limit and limited(request, "portal.letters", LETTERS_AN_HOUR):
        form.add_error(None, _("You have sent many messages in an hour. Wait a little, or call us."))
        return None
    try:
        with transaction.atomic():
            return form.save()
    except ClientIdTaken:
        form.renew_client_id()
        form.add_error(None, _("We did not recognise this form. Check it and send it again."))
    except AlreadySent:
        form.renew_client_id()
        form.add_error(
            None,
            _("This page was sent before, and that message has arrived. If this is another, send it again."),
        )
    return None


def _letters(request: HttpRequest, thread: Thread):
    """A page of letters, the newest first, as this reader is told of them; from now on they have read them."""
    letters = thread.letters.newest_first().select_related("author").prefetch_related("photos")
    pages = Paginator(letters, LETTERS)
    if (count := getattr(thread, "letter_count", None)) is not None:
        pages.count = count  # asked for with the thread
    page = pages.get_page(request.GET.get("page"))
    is_person = thread.person_id == request.user.pk
    page.object_list: list[Told] = [
        told(letter, request.user, is_person=is_person) for letter in page.object_list
    ]
    if any(letter.is_new for letter in page.object_list):
        thread.read_by(request.user)
    return page


def _desks() -> list[tuple[Desk, list]]:
    return [(desk, desk.week()) for desk in Desk.objects.prefetch_related("hours")]


def _above_a_thread() -> list[dict[str, str]]:
    return [{"title": _("Messages"), "url": reverse("portal:letterbox")}]


def _thread_page(
    request: HttpRequest, found: Thread, form: AnswerForm | None, *, status: int = 200
) -> HttpResponse:
    def now() -> dict:
        """What changes. Asked for by the template, after it has noted up to where the live topic had come."""
        current = Thread.objects.with_people().with_last_word().with_last_letter().get(pk=found.pk)
        return {"thread": current, "page": _letters(request, current)}

    tenancy = Tenancy.objects.lived_by(found.person).select_related("dwelling__building").first()
    context = {
        "crumbs": _above_a_thread(),
        "thread": found,
        "tenancy": tenancy,
        "form": form,
        "now": now,
    }
    return render(request, "portal/desk/thread.html", context, status=status)
