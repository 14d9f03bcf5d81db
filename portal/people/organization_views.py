"""An organization's own page: for its members to read, for its coordinators to keep."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from .addresses import is_our_own
from .joining.forms import OrganizationForm
from .joining.models import AccountExists, AlreadyDecided, JoinRequest, VouchedEnough
from .models import Organization, OrganizationMember, User

# What may be done with a member, and what is said afterwards.
_DONE = {
    "vouch": gettext_lazy("You vouch for %(name)s."),
    "unvouch": gettext_lazy("You do not vouch for %(name)s any more."),
    "mark_checked": gettext_lazy("%(name)s is checked."),
    "unmark_checked": gettext_lazy("%(name)s is not checked any more."),
    "end": gettext_lazy("%(name)s is no longer a member."),
}


@never_cache
@login_required
def organizations(request: HttpRequest) -> HttpResponse:
    """My organizations; whoever has one only sees it at once. Staff who are in none get those that they may see."""
    mine = list(Organization.objects.of(request.user))
    if len(mine) == 1:
        return organization(request, mine[0].pk)
    sees_all = not mine and request.user.has_perm("portal.decide_join_request")
    context = {
        "organizations": Organization.objects.visible_to(request.user).order_by("name") if sees_all else mine,
        "sees_all": sees_all,
        "is_staff": bool(request.user.role_keys),
    }
    return render(request, "portal/people/organizations.html", context)


@never_cache
@login_required
def organization(request: HttpRequest, pk: int) -> HttpResponse:
    """What it does and who coordinates it; for coordinators and staff also its members and who asks to join."""
    found = _visible(request, pk)
    person = request.user
    is_coordinator = person.has_perm("portal.coordinate_organization", found)
    may_check = person.has_perm("portal.check_volunteers")
    members = list(
        found.members.current()
        .select_related("person", "vouched_by", "checked_by")
        .order_by("-is_coordinator", "person__display_name")
    )
    keeps = is_coordinator or may_check
    for member in members:  # for the reader's own word
        asked = (is_coordinator and not member.vouched_at) or (may_check and not member.checked_at)
        member.waits = asked and member.person_id != person.pk
    context = {
        "organization": found,
        "areas": found.areas.order_by("name"),
        "coordinators": [member.person for member in members if member.is_coordinator],
        "members": sorted(members, key=lambda member: not member.waits) if keeps else [],
        "requests": found.join_requests.waiting().select_related("vouched_by") if keeps else [],
        "is_coordinator": is_coordinator,
        "may_check": may_check,
        "keeps": keeps,
    }
    return render(request, "portal/people/organization.html", context)


@never_cache
@login_required
def organization_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """What others read of it, kept true by its coordinators."""
    found = _coordinated(request, pk)
    form, status = OrganizationForm(request.POST or None, instance=found), 200
    if request.method == "POST":
        if form.is_valid():
            form.save()
            messages.success(request, _("Saved."))
            return redirect(found)
        status = 422
    return render(
        request, "portal/people/organization_edit.html", {"organization": found, "form": form}, status=status
    )


@never_cache
@login_required
def organization_member(request: HttpRequest, pk: int, member_pk: int, verb: str) -> HttpResponse:
    """Vouch for a member, check them, or end the membership: the last is asked once more."""
    found = _visible(request, pk)
    members = found.members.current().select_related("person", "organization")
    member: OrganizationMember = get_object_or_404(members, pk=member_pk)
    if verb not in _DONE or not _may(request.user, verb, member):
        raise Http404
    if request.method != "POST":
        if verb != "end":
            return redirect(found)
        return render(request, "portal/confirm.html", _before_it_ends(member, by=request.user))
    try:
        getattr(member, verb)(by=request.user)
    except PermissionDenied:
        # The right was there when the page was asked for.
        raise Http404 from None
    own = verb == "end" and member.person_id == request.user.pk
    said = _("You are no longer a member of “%(organization)s”.") if own else _DONE[verb]
    messages.success(request, said % {"name": member.person, "organization": found})
    back = request.POST.get("next", "")
    if back and is_our_own(request, back):
        return HttpResponseRedirect(back)
    # Whoever has ended their own membership does not see this page any more.
    still = Organization.objects.visible_to(request.user).filter(pk=found.pk).exists()
    return redirect(found) if still else redirect("portal:casa")


def _before_it_ends(member: OrganizationMember, *, by: User) -> dict:
    """The question whether a membership shall end: what follows, and whether nobody coordinates any more then."""
    own = member.person_id == by.pk
    told = {"name": member.person, "organization": member.organization}
    title = _("Leave “%(organization)s”?") if own else _("End the membership of %(name)s?")
    text = (
        _("From now on you help no more for “%(organization)s”. This holds at once.")
        if own
        else _("From now on they help no more for “%(organization)s”. This holds at once.")
    )
    others = member.organization.members.current().filter(is_coordinator=True).exclude(pk=member.pk)
    if member.is_coordinator and not others.exists():
        alone = (
            _("You alone coordinate it: then nobody does. Tell the agency first who comes after you.")
            if own
            else _("%(name)s alone coordinates it: then nobody does.")
        )
        text = f"{alone} {text}"
    return {
        "title": title % told,
        "text": text % told,
        "action": _("Leave") if own else _("End it"),
        "danger": True,
        "url": member.organization.get_absolute_url(),
    }


@never_cache
@login_required
def organization_request(request: HttpRequest, pk: int, request_pk: int, verb: str) -> HttpResponse:
    """A coordinator says whether they know somebody who asks to join."""
    found = _coordinated(request, pk)
    asked = get_object_or_404(found.join_requests.exclude(state=JoinRequest.State.UNCONFIRMED), pk=request_pk)
    if verb not in ("vouch", "refuse"):
        raise Http404
    if request.method == "POST":
        name = str(asked)
        try:
            asked.vouch(by=request.user, yes=verb == "vouch")
        except AlreadyDecided:
            messages.error(request, _("The agency has decided meanwhile."))
        except AccountExists:
            messages.error(
                request, _("%(name)s cannot be let in like this. The agency sees to it.") % {"name": asked}
            )
        except VouchedEnough:
            messages.error(request, _("You have let in many people today. Come back tomorrow."))
        except PermissionDenied:
            raise Http404 from None
        else:
            said = (
                _("%(name)s is in, and is told. The agency checks them before sensitive help.")
                if verb == "vouch"
                else _("You do not vouch for %(name)s.")
            )
            messages.success(request, said % {"name": name})
    return redirect(found)


def _visible(request: HttpRequest, pk: int) -> Organization:
    """A foreign one is as missing as a missing one."""
    return get_object_or_404(Organization.objects.visible_to(request.user), pk=pk)


def _coordinated(request: HttpRequest, pk: int) -> Organization:
    found = _visible(request, pk)
    if not request.user.has_perm("portal.coordinate_organization", found):
        raise Http404
    return found


def _may(user, verb: str, member: OrganizationMember) -> bool:
    if verb == "end":
        return member.person_id == user.pk or user.has_perm("portal.end_membership", member.organization)
    if verb.endswith("checked"):
        right = user.has_perm("portal.check_volunteers")
    else:
        right = user.has_perm("portal.coordinate_organization", member.organization)
    return right and (verb.startswith("un") or member.person_id != user.pk)
