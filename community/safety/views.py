from __future__ import annotations

from typing import Any

from django.apps import apps
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from community.keys import ClientIdTaken
from portal.access import limited, note_read

from .forms import AbuseReportForm, DecisionForm
from .minors import minors_with
from .models import AbuseReport, Block, Mute, ParentalApproval
from .names import author_shown
from .querysets import AbuseReportQuerySet
from .reporting import author_of, find_reportable, may_see, text_of
from .workflow import FACTS, NotPossible

PER_PAGE = 25
REPORTS_A_DAY = "20/d"
BARRIERS = {"blocca": Block, "silenzia": Mute}  # by their word in an address


def _crumbs() -> list[dict]:
    """The way down to what lies below "My safety among neighbours"."""
    return [
        {"title": _("My account"), "url": reverse("portal:account")},
        {"title": _("My safety among neighbours"), "url": reverse("community:safety")},
    ]


# -- keeping somebody at a distance -------------------------------------------------------------------------------


@never_cache
@login_required
def safety(request: HttpRequest) -> HttpResponse:
    """Whom I keep at a distance, what I reported, and what moderation has taken away of mine."""
    me = request.user
    context = {
        "barriers": [
            (word, kind.objects.filter(person=me).select_related("other")) for word, kind in BARRIERS.items()
        ],
        "made": _recent(AbuseReport.objects.made_by(me)),
        "against": _recent(AbuseReport.objects.against(me)),
        "crumbs": _crumbs()[:1],
        "is_parent": minors_with(me).exists(),
    }
    return render(request, "community/safety/safety.html", context)


def _recent(reports: AbuseReportQuerySet) -> AbuseReportQuerySet:
    return reports.select_related("content_type")[:PER_PAGE]


@never_cache
@login_required
def put_up(request: HttpRequest, what: str, model: str, key: str) -> HttpResponse:
    """Block or mute whoever answers for something that I see: people have no address of their own here."""
    target = find_reportable(request.user, model, key)
    if what not in BARRIERS or target is None:
        raise Http404
    author, name = author_of(target, request.user), author_shown(target, request.user)
    if request.method == "POST":
        BARRIERS[what].put_up(by=request.user, against=author)
        said = {"blocca": _("You and %(name)s see nothing of each other any more.")}
        messages.success(
            request, said.get(what, _("You hear nothing of %(name)s any more.")) % {"name": name}
        )
        return redirect("community:safety")
    return render(request, "portal/confirm.html", _question(what, name, target))


def _question(what: str, name: str, target) -> dict:
    if what == "blocca":
        words = {
            "title": _("Block %(name)s?"),
            "text": _(
                "You see nothing of each other any more: no offers, no messages. Nobody tells them. "
                "You can undo it at any time."
            ),
            "action": _("Block"),
        }
    else:
        words = {
            "title": _("Hear nothing of %(name)s?"),
            "text": _(
                "What they write does not reach you any more. They notice nothing. You can undo it at any time."
            ),
            "action": _("Yes, keep quiet"),
        }
    return {**words, "title": words["title"] % {"name": name}, "url": target.get_absolute_url()}


@login_required
@require_POST
def take_down(request: HttpRequest, what: str, pk: int) -> HttpResponse:
    if what not in BARRIERS:
        raise Http404
    barrier = get_object_or_404(BARRIERS[what].objects.filter(person=request.user), pk=pk)
    name = barrier.name
    barrier.delete()
    messages.success(
        request, _("Undone: you and %(name)s can see and hear each other again.") % {"name": name}
    )
    return redirect("community:safety")


# -- reporting ------------------------------------------------------------------------------------------------------


@never_cache
@login_required
def report(request: HttpRequest, model: str, key: str) -> HttpResponse:
    target = find_reportable(request.user, model, key)
    if target is None:
        raise Http404
    known = AbuseReport.objects.about(target).made_by(request.user).first()
    form, status = AbuseReportForm(request.POST or None), 200
    if request.method == "POST" and known is None:
        if form.is_valid() and _send(request, form, target):
            # Back to where it stands, which whoever has just blocked its author sees no more.
            goes_back = not form.cleaned_data["block"] and may_see(request.user, target)
            return redirect(target if goes_back else "community:safety")
        status = 422
    words = text_of(target, request.user)
    context = {
        "form": form,
        "target": target,
        "words": words,
        "author": author_shown(target, request.user),
        "known": known,
    }
    context["crumbs"] = [_crumb_of(target)]
    return render(request, "community/safety/report.html", context, status=status)


def _crumb_of(target) -> dict:
    return {"title": getattr(target, "reportable_name", target), "url": target.get_absolute_url()}


def _send(request: HttpRequest, form: AbuseReportForm, target) -> bool:
    told = form.cleaned_data
    if limited(request, "community.abuse_reports", REPORTS_A_DAY, by=request.user):
        form.add_error(None, _("You have reported a lot today. Please go on tomorrow, or call the desk."))
        return False
    try:
        AbuseReport.make(
            by=request.user,
            target=target,
            client_id=told["client_id"],
            reason=told["reason"],
            text=told["text"],
        )
    except ClientIdTaken:
        form.add_error(None, _("We did not recognise this form. Check it and send it again."))
        form.data = form.data.copy()
        form.data["client_id"] = ""
        return False
    if told["block"]:
        Block.put_up(by=request.user, against=author_of(target, request.user))
    messages.success(request, _("Thank you. Somebody looks at it, and you hear what they decide."))
    return True


# -- deciding -------------------------------------------------------------------------------------------------------


# By whether it can be taken away: of each verb its words and its look.
_BUTTONS = {
    True: {
        "uphold": (gettext_lazy("Take it away"), "button--danger"),
        "dismiss": (gettext_lazy("It stays"), ""),
        "reverse": (gettext_lazy("Bring it back"), ""),
    },
    False: {
        "uphold": (gettext_lazy("The report is right"), "button--danger"),
        "dismiss": (gettext_lazy("There is nothing wrong"), ""),
        "reverse": (gettext_lazy("There was nothing wrong"), ""),
    },
}


def _ways_of_work() -> list[dict]:
    return [
        {"title": _("Mutual aid"), "url": reverse("community:board")},
        {"title": _("What people report"), "url": reverse("community:abuse_reports")},
    ]


def _moderator(request: HttpRequest) -> None:
    if not request.user.has_perm("community.moderate"):
        raise Http404


@never_cache
@login_required
def reports(request: HttpRequest) -> HttpResponse:
    """What waits for a decision, the oldest first; or what was decided."""
    _moderator(request)
    mine = AbuseReport.objects.moderated_by(request.user)
    shows_decided = request.GET.get("show") == "decided"
    if shows_decided:
        chosen = mine.exclude(pk__in=mine.open()).order_by("-decided_at", "-id")
    else:
        chosen = mine.open().order_by("made_at", "id")
    lines = chosen.select_related("content_type", "municipality")
    shows = [
        {"label": _("To decide"), "url": "?", "is_current": not shows_decided},
        {"label": _("Decided"), "url": "?show=decided", "is_current": shows_decided},
    ]
    context = {
        "page": Paginator(lines, PER_PAGE).get_page(request.GET.get("page")),
        "shows": shows,
        "shows_decided": shows_decided,
        "crumbs": _ways_of_work()[:1],
    }
    return render(request, "community/safety/reports.html", context)


@never_cache
@login_required
def abuse_report(request: HttpRequest, pk: int) -> HttpResponse:
    found = _moderated(request, pk)
    return _report_page(request, found, DecisionForm())


def _moderated(request: HttpRequest, pk: int) -> AbuseReport:
    lines = AbuseReport.objects.moderated_by(request.user).select_related(
        "content_type", "municipality", "reported", "reporter", "decided_by"
    )
    return get_object_or_404(lines, pk=pk)


def _report_page(
    request: HttpRequest, found: AbuseReport, form: DecisionForm, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    target = found.target
    now = text_of(target, found.reporter)
    if found.reporter:  # whose words stand there
        note_read(request, found, about=found.reporter, reason="answer")
    context = {
        "report": found,
        "reporter": found.reporter if request.user.has_perm("community.view_reporter", found) else None,
        "target": target,
        "url": target.get_absolute_url() if target and may_see(request.user, target) else "",
        "said_at": getattr(target, "sent_at", None),
        "photos": found.copies_of("photos"),
        "voice_notes": found.copies_of("voice_notes"),
        "is_changed": now is not None and found.reported_text != now,
        "now": now,
        "is_of_ones_own": _is_of_ones_own(found, request.user),
        "others": AbuseReport.objects.alike(found).exclude(pk=found.pk).count(),
        "form": form,
        "refusal": refusal,
        "crumbs": _ways_of_work(),
        "buttons": [(verb, *_BUTTONS[found.takes_away][verb]) for verb in found.verbs()],
    }
    return render(request, "community/safety/abuse_report.html", context, status=status)


def _is_of_ones_own(report: AbuseReport, moderator: Any) -> bool:
    """Whether it is about a member of the organization in whose name somebody decides."""
    members = apps.get_model("portal", "OrganizationMember").objects.filter(until=None)
    coordinated = members.filter(person=moderator, is_coordinator=True).values("organization")
    return members.filter(person=report.reported_id, organization__in=coordinated).exists()


@login_required
def decide(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    found = _moderated(request, pk)
    if verb not in FACTS:
        raise Http404
    if request.method != "POST":
        return redirect(found)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _report_page(request, found, form, status=422)
    try:
        getattr(found, verb)(by=request.user, note=form.cleaned_data["note"])
    except NotPossible as refusal:
        return _report_page(request, found, form, refusal=str(refusal), status=409)
    except ValidationError as error:
        form.add_error("note", error.message_dict["note"])
        return _report_page(request, found, form, status=422)
    except PermissionDenied:
        raise Http404 from None
    messages.success(request, _("Decided. Whoever is concerned hears of it."))
    return redirect("community:abuse_reports")


# -- minors ---------------------------------------------------------------------------------------------------------


@never_cache
@login_required
def minors(request: HttpRequest) -> HttpResponse:
    """Whom of my household I let take part; for a minor, whom to ask."""
    me = request.user
    people = list(minors_with(me).order_by("display_name", "pk"))
    approvals = ParentalApproval.objects.in_force().filter(minor__in=people).select_related("given_by")
    by_minor = {approval.minor_id: approval for approval in approvals}
    context = {
        "lines": [(person, by_minor.get(person.pk)) for person in people],
        "may_ask": me.has_perm("community.ask_parent"),
        "crumbs": _crumbs() if people else [],
    }
    return render(request, "community/safety/minors.html", context)


@login_required
@require_POST
def ask_parent(request: HttpRequest) -> HttpResponse:
    if not request.user.has_perm("community.ask_parent"):
        raise Http404
    ParentalApproval.ask(by=request.user)
    messages.success(request, _("The adults of your home have been told. You hear as soon as one says yes."))
    back = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        return redirect(back)  # where they wanted to take part
    return redirect("community:minors")


@login_required
@require_POST
def approve(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    minor = get_object_or_404(minors_with(request.user), pk=pk)
    if verb == "give":
        ParentalApproval.give(minor, by=request.user)
        messages.success(
            request, _("%(name)s can take part now. You can withdraw it here.") % {"name": minor}
        )
    elif verb == "withdraw":
        ParentalApproval.withdraw(minor, by=request.user)
        messages.success(request, _("%(name)s does not take part any more, from now on.") % {"name": minor})
    else:
        raise Http404
    return redirect("community:minors")
