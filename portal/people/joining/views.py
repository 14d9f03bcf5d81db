"""Asking to be let in, and deciding about it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from portal.access import client_address, limited, note_read
from portal.access.models import Why
from portal.people.codes import SPENT, WRONG, CodeSpent, TooOften, tries_left
from portal.people.limits import order_to

from .forms import JoinCodeForm, JoinForm
from .models import ONCE_AN_HOUR, AccountExists, AlreadyDecided, JoinRequest, WrongCode

# A person asks once, perhaps again; somebody else who asks in their name uses up their own only.
REQUESTS = "5/h"  # by one client for one address
REQUESTS_OF_A_CLIENT = "30/h"  # for whomever; many live behind one address
TRIES_OF_A_CLIENT = "60/10m"
PENDING = "portal_join_request"  # in the session: the request that waits for its code
PER_PAGE = 25


@never_cache
def join(request: HttpRequest) -> HttpResponse:
    """The request of whoever wants to lend a hand. Whether the address is known here, the answer never tells."""
    form = JoinForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid() and (asked := _asked(request, form)):
            request.session[PENDING] = asked.pk
            return redirect("portal:join_code")
    return render(request, "portal/people/join.html", {"form": form}, status=status)


def _asked(request: HttpRequest, form: JoinForm) -> JoinRequest | None:
    """The request; None, and an error in the form, after too many."""
    client, told = client_address(request), form.cleaned_data
    address = told["email"] or told["phone"]
    # Both are counted, whatever the first says.
    refused = [
        limited(request, "portal.join", REQUESTS, by=f"{address} {client}"),
        limited(request, "portal.join_client", REQUESTS_OF_A_CLIENT, by=client),
    ]
    try:
        if any(refused):
            raise TooOften(ONCE_AN_HOUR)
        # That others have had enough sent there is told to nobody.
        return form.asked(is_sent=order_to(request, address))
    except TooOften as error:
        form.add_error(None, error.said)
    return None


@never_cache
def join_code(request: HttpRequest) -> HttpResponse:
    """The code that went to the address; or another one."""
    asked = JoinRequest.objects.filter(pk=request.session.get(PENDING)).first()
    if asked is None:
        return redirect("portal:join")
    if asked.state != asked.State.UNCONFIRMED:
        return redirect("portal:join_thanks")
    if request.method == "POST" and "again" in request.POST:
        return _again(request, asked)
    form, status = JoinCodeForm(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid() and _confirmed(request, asked, form):
            return redirect("portal:join_thanks")
    context = {"form": form, "asked": asked}
    return render(request, "portal/people/join_code.html", context, status=status)


def _again(request: HttpRequest, asked: JoinRequest) -> HttpResponse:
    client = client_address(request)
    try:
        refused = limited(request, "portal.join", REQUESTS, by=f"{asked.reached_at} {client}")
        if refused:
            raise TooOften(ONCE_AN_HOUR)
        asked.send_code(is_sent=order_to(request, asked.reached_at))
        messages.success(request, _("A new message is on its way. The code before does not work any more."))
    except TooOften as error:
        messages.error(request, error.said)
    return redirect("portal:join_code")


def _confirmed(request: HttpRequest, asked: JoinRequest, form: JoinCodeForm) -> bool:
    if limited(request, "portal.join_tries", TRIES_OF_A_CLIENT, by=client_address(request)):
        form.add_error(None, _("That was too often. Wait some minutes, then try again."))
        return False
    try:
        confirmed = asked.confirm(form.cleaned_data["code"])
    except WrongCode as wrong:
        said = [WRONG, tries_left(wrong.left)] if wrong.left else [SPENT]
        form.add_error("code", ValidationError(said))
        return False
    except CodeSpent:
        form.add_error("code", SPENT)
        return False
    request.session[PENDING] = confirmed.pk
    return True


@never_cache
def join_thanks(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/people/join_thanks.html")


# -- deciding ----------------------------------------------------------------------------------------------------


@never_cache
@login_required
def join_requests(request: HttpRequest) -> HttpResponse:
    """Who asks to be let in, the longest waiting first."""
    _must_decide(request)
    lists = {
        "": (_("to decide"), JoinRequest.objects.waiting()),
        "check": (_("to check"), JoinRequest.objects.to_check()),
        "decided": (_("decided"), JoinRequest.objects.decided().with_checks()),
    }
    show = request.GET.get("show", "")
    show = show if show in lists else ""
    requests = lists[show][1]
    links = [
        {"label": label, "url": f"?show={key}" if key else "?", "is_current": key == show}
        for key, (label, _rows) in lists.items()
    ]
    page = Paginator(requests.with_people(), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "portal/people/join_requests.html", {"links": links, "page": page, "show": show})


@never_cache
@login_required
def join_reach(request: HttpRequest, pk: int) -> HttpResponse:
    """Where to call whom an organization let in, until somebody has checked them: to meet, staff have to reach them."""
    _must_decide(request)
    asked = get_object_or_404(JoinRequest.objects.to_check().with_people(), pk=pk)
    person, back = asked.person, f"{reverse('portal:join_requests')}?show=check"
    # Of the request, not of the person: their entry in the register asks by itself why it is opened.
    note_read(request, asked, about=person, reason=Why.CONTACT)
    context = {
        "person": person,
        # One number that is for both is told once.
        "numbers": list(dict.fromkeys(filter(None, (person.contact_phone, person.phone)))),
        "back": back,
        "crumbs": [{"title": _("Requests to join"), "url": back}],
    }
    return render(request, "portal/people/join_reach.html", context)


@never_cache
@login_required
def join_decide(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Let somebody in, or not: asked once more, then done."""
    _must_decide(request)
    confirmed = JoinRequest.objects.exclude(state=JoinRequest.State.UNCONFIRMED)
    asked = get_object_or_404(confirmed.with_people(), pk=pk)
    if verb not in ("approve", "decline", "close"):
        raise Http404
    if request.method == "POST":
        return _decided(request, asked, verb)
    back = reverse("portal:join_requests")
    if verb == "close":
        question = {
            "title": _("Close the account of %(name)s?") % {"name": asked},
            "text": _("They are signed out at once, do not get in any more, and are no longer a member."),
            "action": _("Close it"),
            "danger": True,
            "url": f"{back}?show=check",
        }
        return render(request, "portal/confirm.html", question)
    if not asked.is_waiting:
        messages.info(request, _("Somebody has decided meanwhile."))
        return redirect(back)
    if verb == "approve":
        question = {
            "title": _("Let %(name)s in?") % {"name": asked},
            "text": _("They get an account and a message that says how to sign in."),
            "action": _("Let them in"),
        }
    else:
        question = {
            "title": _("Not let %(name)s in?") % {"name": asked},
            "text": _("They get a friendly message, without a reason."),
            "action": _("Do not let them in"),
            "danger": True,
        }
    return render(request, "portal/confirm.html", {**question, "url": back})


def _decided(request: HttpRequest, asked: JoinRequest, verb: str) -> HttpResponse:
    name = str(asked)
    try:
        getattr(asked, verb)(by=request.user)
    except AlreadyDecided:
        messages.error(request, _("Somebody has decided meanwhile."))
    except AccountExists:
        messages.error(
            request,
            _(
                "%(name)s cannot be let in: somebody is registered with this address or number already. Look in the "
                "register of people."
            )
            % {"name": name},
        )
    except PermissionDenied:
        # The right was there when the page was asked for.
        raise Http404 from None
    else:
        done = {
            "approve": _("%(name)s is in, and is told."),
            "decline": _("%(name)s is told."),
            "close": _("The account of %(name)s is closed."),
        }[verb]
        messages.success(request, done % {"name": name})
    return redirect("portal:join_requests")


def _must_decide(request: HttpRequest) -> None:
    if not request.user.has_perm("portal.decide_join_request"):
        raise Http404
