from __future__ import annotations

import uuid

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from portal.access import ask_to_step_up, has_stepped_up
from portal.people.addresses import after_sign_in
from portal.people.codes import readable
from portal.people.models import HouseholdMember, User
from portal.ui.qr import qr_code
from portal.ui.search import searched

from .cards import without_a_paper
from .forms import PaperForm
from .models import HoldsARole, PrintedAlready, SignInSheet

FOUND_AT_ONCE = 20  # people
PER_PAGE = 25


@sensitive_post_parameters()
def sign_in_with_paper(request: HttpRequest) -> HttpResponse:
    """The door for whoever has neither an e-mail address nor a phone."""
    wanted = request.POST.get("next") or request.GET.get("next")
    if request.user.is_authenticated:
        return HttpResponseRedirect(after_sign_in(request, request.user, wanted))
    form = PaperForm(request.POST or None, request=request)
    if request.method == "POST" and form.is_valid():
        record_authentication(request, form.person, method="paper")
        return perform_login(request, Login(user=form.person, redirect_url=wanted))
    return render(request, "portal/people/papers/sign_in.html", {"form": form, "next": wanted})


# -- the desk ------------------------------------------------------------------------------------------------------


@never_cache
@login_required
def papers(request: HttpRequest) -> HttpResponse:
    """Look for whoever stands at the desk."""
    _must_print(request)
    name = searched(request)
    context: dict = {"q": name}
    if not name:
        waiting = without_a_paper().exclude(pk=request.user.pk).prefetch_related(_current_household())
        context["page"] = Paginator(waiting, PER_PAGE).get_page(request.GET.get("page"))
    if name:
        found = User.objects.without_role().named_like(name).exclude(pk=request.user.pk)
        context["found"] = found.prefetch_related(_current_household())[:FOUND_AT_ONCE]
    return render(request, "portal/people/papers/papers.html", context)


@never_cache
@login_required
def paper_of(request: HttpRequest, pk: int) -> HttpResponse:
    """What somebody has in hand, and a new one: printed from the answer, because its codes are shown once."""
    _must_print(request)
    people = User.objects.without_role().prefetch_related(_current_household())
    person = get_object_or_404(people, pk=pk)
    if not request.user.has_perm("portal.print_sign_in_code", person):
        raise Http404
    if not has_stepped_up(request):
        return ask_to_step_up(request)
    if request.method == "POST":
        return _print(request, person)
    return _show(request, person)


@never_cache
@login_required
@require_POST
def revoke_paper(request: HttpRequest, pk: int) -> HttpResponse:
    _must_print(request)
    person = get_object_or_404(User.objects.without_role(), pk=pk)
    if not request.user.has_perm("portal.print_sign_in_code", person):
        raise Http404
    if not has_stepped_up(request):
        return ask_to_step_up(request)
    for sheet in person.sign_in_sheets.filter(revoked_at=None):
        sheet.revoke(by=request.user)
    messages.success(request, _("The paper is worth nothing any more."))
    return redirect("portal:paper_of", pk=person.pk)


def _show(request: HttpRequest, person: User) -> HttpResponse:
    sheet = person.sign_in_sheets.select_related("printed_by").filter(revoked_at=None).first()
    context = {
        "person": person,
        "sheet": sheet if sheet and sheet.is_live else None,
        "left": sheet.codes_left() if sheet else 0,
        "client_id": uuid.uuid4(),
        "may_bring_back": person.last_login and request.user.has_perm("portal.bring_back", person),
    }
    return render(request, "portal/people/papers/paper_of.html", context)


def _print(request: HttpRequest, person: User) -> HttpResponse:
    try:
        client_id = uuid.UUID(request.POST.get("client_id", ""))
        sheet, codes = SignInSheet.print_for(person, by=request.user, client_id=client_id)
    except (ValueError, HoldsARole):
        return _show(request, person)
    except PrintedAlready:
        messages.warning(
            request,
            _(
                "This paper has been made already, and its codes are shown once only. "
                "If it did not come out, make a new one."
            ),
        )
        return redirect("portal:paper_of", pk=person.pk)
    with translation.override(person.language):
        address = f"{settings.WAGTAILADMIN_BASE_URL}{reverse('account_paper')}"
    context = {
        "person": person,
        "sheet": sheet,
        "number": readable(sheet.number),
        "codes": [readable(code) for code in codes],
        "address": address,
        # The way to the door, without number or code: a photo of it opens nothing.
        "qr": qr_code(address),
        "direction": "rtl" if translation.get_language_info(person.language)["bidi"] else "ltr",
    }
    return render(request, "portal/people/papers/printed.html", context)


def _must_print(request: HttpRequest) -> None:
    if not (
        request.user.has_perm("portal.view_household") and request.user.has_perm("portal.print_sign_in_code")
    ):
        raise Http404


def _current_household() -> Prefetch:
    memberships = HouseholdMember.objects.current().select_related("household")
    return Prefetch("household_memberships", memberships, to_attr="lives_in")
