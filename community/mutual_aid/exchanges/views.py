"""A post and an exchange: their pages, and what is done there."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Case, Q, When
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from community.keys import AlreadySent, ClientIdTaken
from community.mutual_aid.sent_once import (
    already_published,
    form_id_of,
    to_form_of_its_own,
    to_what_was_published,
)
from community.safety.names import first_name, name_for
from portal.access import limited
from portal.events import history_of
from portal.ui.amounts import hours as hours_in_words

from .appointing import days_in, standing
from .forms import STEP_FORMS, AskForm, PostForm, StepForm
from .hours import NoRoom
from .matching import fit_of, matches_of
from .milestones import milestones
from .models import Exchange, FiguresDiffer, Post
from .statements import what_was_said
from .telling import told_to
from .terms import POSTS_A_DAY, QUESTIONS_A_DAY
from .vetting import what_is_known
from .ways_on import own_post_after, ways_on
from .words import AGREED, AHEAD, Category, Kind, State
from .workflow import OF_STEWARD, TRANSITIONS, Overtaken, Transition, TransitionError, transition

_POST_VERBS = {
    "pause": ("pause", gettext_lazy("Paused: nobody sees it until you put it back.")),
    "resume": ("resume", gettext_lazy("It is on the board again.")),
    "renew": ("renew", gettext_lazy("Renewed: it stays on the board.")),
    "take-back": ("take_back", gettext_lazy("Taken back: nobody sees it any more.")),
}


def _crumbs() -> list[dict[str, str]]:
    return [{"title": _("Mutual aid"), "url": reverse("community:board")}]


# -- posts ------------------------------------------------------------------------------------------------------------


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def post_new(request: HttpRequest) -> HttpResponse:
    if not request.user.has_perm("community.take_part"):
        raise Http404
    if request.method == "POST":
        form = PostForm(request.POST, request.FILES, user=request.user)
        return _published(request, form) or _post_form(request, form, status=422)
    asked = request.GET
    if not (form_id := form_id_of(request)):
        return to_form_of_its_own(request)
    if published := Post.objects.filter(author=request.user, client_id=form_id).first():
        return to_what_was_published(request, published)
    initial: dict[str, Any] = {}
    if asked.get("kind") in Kind.values:
        initial["kind"] = asked["kind"]
    if asked.get("category") in Category.values:
        initial["category"] = asked["category"]
    form = PostForm(user=request.user, initial={**initial, "client_id": form_id})
    form.initial["client_id"] = form_id  # also where no photo is kept under it
    return _post_form(request, form)


def _published(request: HttpRequest, form: PostForm) -> HttpResponse | None:
    """Where to go once it is on the board; None where the form has to be shown again."""
    if not form.is_valid():
        return None
    try:
        published = form.sent_before
    except AlreadySent as sent:
        form.renew_client_id()
        form.add_error(None, already_published(sent.row))
        return None
    if published:
        return to_what_was_published(request, published)
    if form.post is None and limited(request, "community.posts", POSTS_A_DAY):
        form.add_error(
            None, _("You have published a lot today. Go on tomorrow, so that others are read as well.")
        )
        return None
    try:
        with transaction.atomic():
            post = form.save()
    except ClientIdTaken:
        form.renew_client_id()
        form.add_error(None, _("We did not recognise this form. Check it and send it again."))
        return None
    except TransitionError as refusal:
        form.add_error(None, str(refusal))
        return None
    except PermissionDenied:
        raise Http404 from None
    messages.success(
        request,
        _("Saved.") if form.post else _("It is on the board. We tell you as soon as somebody answers."),
    )
    return redirect(post)


def _post_form(request: HttpRequest, form: PostForm, *, status: int = 200) -> HttpResponse:
    draft = (
        form["client_id"].value()
        if form.is_bound
        else form.initial.get("client_id") or form["client_id"].value()
    )
    context = {
        "form": form,
        "post": form.post,
        "draft": f"community.post.{form.post.pk if form.post else draft}",
    }
    return render(
        request, "community/exchanges/post_form.html", {**context, "crumbs": _crumbs()}, status=status
    )


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def post_edit(request: HttpRequest, pk: int) -> HttpResponse:
    post = _post(request, pk)
    if not request.user.has_perm("community.change_post", post):
        raise Http404
    if request.method == "POST":
        form = PostForm(request.POST, request.FILES, user=request.user, post=post)
        return _published(request, form) or _post_form(request, form, status=422)
    return _post_form(request, PostForm(user=request.user, post=post))


def _post(request: HttpRequest, pk: int) -> Post:
    """The post, if this person may see it; a foreign one is as missing as a missing one."""
    post = Post.objects.with_people().filter(pk=pk).first()
    if post is None or not request.user.has_perm("community.view_post", post):
        raise Http404
    return post


@never_cache
@login_required
def post(request: HttpRequest, pk: int) -> HttpResponse:
    return _post_page(request, _post(request, pk))


def _post_page(
    request: HttpRequest, post: Post, *, form: AskForm | None = None, status: int = 200
) -> HttpResponse:
    user = request.user
    is_mine = user.has_perm("community.change_post", post)
    may_answer = user.has_perm("community.answer_post", post)
    if may_answer and form is None:
        form = AskForm(post=post, user=user, initial={"client_id": uuid4()})
    exchanges, met = _exchanges_about(post, user, is_mine=is_mine)
    context = {
        "crumbs": _crumbs(),
        "post": post,
        "photos": post.photos.all(),
        "is_mine": is_mine,
        "may_take_back": not is_mine and user.has_perm("community.take_back_post", post),
        "form": form if may_answer else None,
        "is_first_contact": may_answer and not met and not post.on_behalf_of,
        "reasons": fit_of(user).reasons(post) if may_answer else [],
        "matches": matches_of(user, [post]) if is_mine else [],
        "lines": [{"exchange": one, "other": one.shown_to(user)} for one in exchanges],
        "live_exchange": next((one for one in exchanges if one.is_live and one.asked_by_id == user.pk), None),
    }
    return render(request, "community/exchanges/post.html", context, status=status)


def _exchanges_about(post: Post, user: Any, *, is_mine: bool) -> tuple[list[Exchange], bool]:
    """This person's exchanges that came of it, and whether they and its author have agreed on one before. One query."""
    about = Q(post=post) if is_mine else Q(post=post) | Q(giver=post.author_id) | Q(receiver=post.author_id)
    this_first = Case(When(post=post, then=0), default=1)
    found = (
        Exchange.objects.of(user).filter(about).with_people().order_by(this_first, "-created_at", "-pk")[:20]
    )
    agreed = (one for one in found if one.state in (*AGREED, State.SETTLED))
    met = any(user.pk in (one.giver_id, one.receiver_id) for one in agreed)
    return [one for one in found if one.post_id == post.pk], met


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def post_step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    page = reverse("community:post", args=[pk])
    if not request.user.is_authenticated:
        return redirect_to_login(page)
    post = _post(request, pk)
    if verb not in _POST_VERBS:
        raise Http404
    name, said = _POST_VERBS[verb]
    right = "take_back" if name == "take_back" else "change"
    if not request.user.has_perm(f"community.{right}_post", post):
        raise Http404
    if request.method != "POST":
        return redirect(page)
    try:
        getattr(post, name)(by=request.user)
    except TransitionError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said)
    return (
        redirect(page) if request.user.has_perm("community.view_post", post) else redirect("community:board")
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer a post: the second of two taps."""
    page = reverse("community:post", args=[pk])
    if not request.user.is_authenticated:
        return redirect_to_login(page)
    post = _post(request, pk)
    if request.method != "POST":
        return redirect(page)
    if not request.user.has_perm("community.answer_post", post):
        # Asked already, and accepted meanwhile: the phone sends again.
        if waiting := post.exchanges.filter(asked_by=request.user).first():
            return redirect(waiting)
        raise Http404
    form = AskForm(request.POST, post=post, user=request.user)
    if form.is_valid():
        if limited(request, "community.questions", QUESTIONS_A_DAY):
            form.add_error(None, _("You have asked a lot today. Wait for the answers, and go on tomorrow."))
        else:
            try:
                exchange = form.save()
            except ClientIdTaken:
                form.add_error(None, _("We did not recognise this form. Open the page again, then send it."))
            except TransitionError as refusal:
                form.add_error(None, str(refusal))
            except NoRoom as refusal:
                form.add_error("minutes", str(refusal))
            except PermissionDenied:
                raise Http404 from None
            else:
                messages.success(request, _("Sent. %(name)s hears of it now.") % {"name": post.author_shown})
                return redirect(exchange)
    return _post_page(request, post, form=form, status=422)


# -- exchanges --------------------------------------------------------------------------------------------------------


def _exchange(request: HttpRequest, pk: int) -> Exchange:
    exchange = Exchange.objects.with_people().filter(pk=pk).first()
    if exchange is None or not request.user.has_perm("community.view_exchange", exchange):
        raise Http404
    return exchange


@never_cache
@login_required
def exchange(request: HttpRequest, pk: int) -> HttpResponse:
    found = Exchange.objects.with_people().filter(pk=pk).first()
    if request.user.has_perm("community.view_exchange", found):
        return _exchange_page(request, found)
    if request.user.has_perm("community.view_exchange_decision", found):
        context = {"crumbs": _crumbs(), "exchange": found, "decisions": [found.decision_of(request.user)]}
        return render(request, "community/exchanges/decided.html", context)
    raise Http404


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def exchange_step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    page = reverse("community:exchange", args=[pk])
    if not request.user.is_authenticated:
        return redirect_to_login(page)
    exchange = _exchange(request, pk)
    # Whether the state allows it is asked when the step is taken: a phone may be sending again what it has done.
    may_one_day = verb not in OF_STEWARD and exchange.side_of(request.user)
    if verb not in STEP_FORMS or not (may_one_day or exchange.may(verb, request.user)):
        raise Http404
    if request.method != "POST":
        return redirect(page)
    return _take(request, exchange, verb)


def _take(request: HttpRequest, exchange: Exchange, verb: str) -> HttpResponse:
    """One step: the form for the words, the model for the rest. A refusal shows the page with all that was typed."""
    row = _row_of(exchange.state, verb)
    form = STEP_FORMS[verb](request.POST, exchange=exchange, step=row, user=request.user)
    try:
        if not form.is_valid():
            transition(exchange.state, verb)  # what is forbidden is refused for that, not for its words
            return _exchange_page(request, exchange, bound=form, status=422)
        with transaction.atomic():
            form.take()
    except TransitionError as refusal:
        return _exchange_page(request, exchange, refusal=refusal, bound=form, status=409)
    except FiguresDiffer as differ:
        words = _("The other has written %(time)s. Look at it, then confirm it or say what is not right.")
        form.add_error(None, words % {"time": hours_in_words(differ.minutes)})
        return _exchange_page(request, exchange, bound=form, status=422)
    except NoRoom as refusal:
        asked = {field.name for field in form.visible_fields()}
        form.add_error("minutes" if "minutes" in asked else None, str(refusal))
        return _exchange_page(request, exchange, bound=form, status=422)
    except PermissionDenied:
        # The state allows it to the other only, or the right went while the step waited for its turn.
        raise Http404 from None
    messages.success(request, form.done)
    fresh = Exchange.objects.get(pk=exchange.pk)
    may_look = any(
        request.user.has_perm(f"community.{right}", fresh)
        for right in ("view_exchange", "view_exchange_decision")
    )
    return redirect(fresh) if may_look else redirect("community:exchange_care")


def _row_of(state: str, verb: str) -> Transition:
    """The verb in this state; where the state forbids it, in another: a form is read before it is refused."""
    other = next(step for step in TRANSITIONS.values() if step.verb == verb)
    return TRANSITIONS.get((State(state), verb), other)


def _exchange_page(
    request: HttpRequest,
    exchange: Exchange,
    *,
    bound: StepForm | None = None,
    refusal: Exception | None = None,
    status: int = 200,
) -> HttpResponse:
    user = request.user

    def form_for(step: Transition, exchange: Exchange) -> StepForm:
        if bound and bound.step.verb == step.verb:
            return bound.going_on(exchange, step) if isinstance(refusal, Overtaken) else bound
        return STEP_FORMS[step.verb](exchange=exchange, step=step, user=user)

    def now() -> dict[str, Any]:
        """What changes. Asked for by the template, after it has noted up to where the live topic had come."""
        exchange_now = Exchange.objects.with_people().get(pk=exchange.pk)
        side = exchange_now.side_of(user)
        history = list(history_of(exchange_now).select_related("actor"))
        names = {event.actor_id: name_for(event.actor, user) for event in history if event.actor}
        written = standing(exchange_now, history)
        return {
            "exchange": exchange_now,
            "side": side,
            "title": exchange_now.title_for(user),
            "told": told_to(exchange_now, user),
            "forms": [form_for(step, exchange_now) for step in exchange_now.steps_for(user)],
            "milestones": milestones(exchange_now),
            "history": history,
            "names": names,
            "days": days_in(history),
            "appointed": written,
            "appointed_by": written and written.told_to(user, names.get(written.by_id, first_name(None))),
            "said": what_was_said(exchange_now, user),
            "known": what_is_known(exchange_now) if exchange_now.may("approve", user) else [],
            "warns": exchange_now.state in AHEAD and side and exchange_now.is_first_contact(),
            "is_left": side == "receiver" and exchange_now.was_left_late,
            "own_post": own_post_after(exchange_now, user),
            "ways_on": ways_on(exchange_now, user),
        }

    context = {
        "crumbs": _crumbs(),
        "exchange": exchange,
        "title_now": exchange.title_for(user),
        "now": now,
        "refusal": refusal,
    }
    return render(request, "community/exchanges/exchange.html", context, status=status)
