from __future__ import annotations

from dataclasses import dataclass

from django.apps import apps
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from community.mutual_aid.menus import count_waiting_anew
from community.mutual_aid.neighbourhood import reach_of
from community.safety.areas import answers_anywhere
from portal.ui.amounts import hours as in_words

from .accounts import KeyTaken, LimitReached, NotEnough, give_to_pot
from .forms import GiftForm, PotForm
from .models import HoursAccount, HoursLimits
from .pot import NotPossible, PotRequest
from .statements import page_of
from .words import NEAR, Holder


@dataclass(frozen=True)
class Standing:
    """Where an account (asked for with_standing) is, in minutes, and how far it may still go. Without one, at zero."""

    account: HoursAccount | None
    limits: HoursLimits

    @property
    def balance(self) -> int:
        return self.account.standing if self.account else 0

    @property
    def debt(self) -> int:
        return -self.balance

    @property
    def may_receive(self) -> int:
        return max(0, self.balance - self.limits.lowest)

    @property
    def may_give(self) -> int | None:
        """None where there is no limit."""
        return None if self.limits.highest is None else max(0, self.limits.highest - self.balance)

    @property
    def picture(self) -> tuple[tuple[str, int], ...]:
        """The rows of a scale_chart; where there is no limit, as far as it has come."""
        highest = self.limits.highest if self.limits.highest is not None else max(self.balance, 0)
        return (
            (_("At the lowest"), self.limits.lowest),
            (_("Now"), self.balance),
            (_("At the highest"), highest),
        )

    @property
    def is_low(self) -> bool:
        return self.may_receive <= NEAR

    @property
    def is_high(self) -> bool:
        return self.may_give is not None and self.may_give <= NEAR


def standing_of(kind: Holder, account: HoursAccount | None) -> Standing:
    return Standing(account, HoursLimits.objects.get(kind=kind))


@never_cache
@login_required
def hours(request: HttpRequest) -> HttpResponse:
    """My balance, how far it may go, what was booked; to give to the common pot, or to ask it."""
    return _hours(request)


@never_cache
@login_required
def gift(request: HttpRequest) -> HttpResponse:
    """A refusal shows the page with all that was typed; its address looked at again leads back to the page."""
    _mine(request)
    if request.method != "POST":
        return redirect("community:hours")
    form = GiftForm(request.POST)
    if not form.is_valid():
        return _hours(request, gift=form, status=422)
    told = form.cleaned_data
    try:
        give_to_pot(request.user, told["minutes"], key=f"gift:{told['client_id']}:{request.user.pk}")
    except NotEnough as reached:
        form.add_error("minutes", _not_enough(reached))
        return _hours(request, gift=form, status=422)
    except LimitReached:
        form.add_error(None, _("The common pot is full. Thank you all the same."))
        return _hours(request, gift=form, status=422)
    except KeyTaken:
        form.add_error(None, _("This gift was sent already, with other hours. Look at the list below first."))
        form.renew_client_id()
        return _hours(request, gift=form, status=409)
    given = in_words(told["minutes"])
    messages.success(request, _("Thank you. You gave %(hours)s to the common pot.") % {"hours": given})
    return redirect("community:hours")


def _not_enough(reached: NotEnough) -> str:
    if reached.balance <= 0:
        return _("You have no hours to give now. Give a hand to somebody first.")
    return _("You have %(hours)s. You can give this much, or less.") % {"hours": in_words(reached.balance)}


@never_cache
@login_required
def ask_pot(request: HttpRequest) -> HttpResponse:
    _mine(request)
    if request.method != "POST":
        return redirect("community:hours")
    form = PotForm(request.POST)
    town = _town_of(request.user)
    if not form.is_valid():
        return _hours(request, pot=form, status=422)
    if town is None:
        raise Http404
    told = form.cleaned_data
    PotRequest.ask(
        by=request.user, minutes=told["minutes"], client_id=told["client_id"], municipality_id=town
    )
    messages.success(request, _("We have passed your question on. You will hear from us."))
    return redirect("community:hours")


@never_cache
@login_required
def pot_requests(request: HttpRequest) -> HttpResponse:
    """For whoever answers for an area: who asks the common pot."""
    if not answers_anywhere(request.user):
        raise Http404
    asking = PotRequest.objects.to_decide_by(request.user).select_related("person", "municipality")
    context = {"asking": asking, "pot": HoursAccount.pot().balance}
    return render(request, "community/time_bank/pot_requests.html", context)


_ANSWERED = {
    "grant": gettext_lazy(
        "%(name)s has %(hours)s more, and hears of it now. There are %(left)s left in the pot."
    ),
    "decline": gettext_lazy(
        "%(name)s hears that the pot cannot give hours now, and may ask again. There are still %(left)s in it."
    ),
    "withdraw": gettext_lazy("You have taken your question back."),
}


@login_required
@require_POST
def pot_request_step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    asked = get_object_or_404(PotRequest.objects.select_related("person"), pk=pk)
    allowed = "withdraw" if verb == "withdraw" else "decide"
    if verb not in ("grant", "decline", "withdraw") or not request.user.has_perm(
        f"community.{allowed}_pot_request", asked
    ):
        raise Http404
    try:
        getattr(asked, verb)(by=request.user)
    except PermissionDenied:
        raise Http404 from None
    except NotPossible:
        messages.error(request, _("This question was answered already."))
    except LimitReached:
        messages.error(
            request, _("There are not enough hours in the common pot, or the person has many already.")
        )
    else:
        count_waiting_anew(request.user)
        told = {"name": asked.person, "hours": in_words(asked.minutes)}
        told["left"] = in_words(HoursAccount.pot().balance)
        messages.success(request, _ANSWERED[verb] % told)
    return redirect("community:hours" if verb == "withdraw" else "community:pot_requests")


@never_cache
@login_required
def hours_of_organization(request: HttpRequest, pk: int) -> HttpResponse:
    """For its coordinators: where the organization's account stands. It says nothing of people's."""
    Organization = apps.get_model("portal", "Organization")
    organization = get_object_or_404(Organization, pk=pk)
    if not organization.is_coordinated_by(request.user):
        raise Http404
    account = HoursAccount.objects.of(organization).select_related("ledger").with_standing().first()
    context = {
        "organization": organization,
        "standing": standing_of(Holder.ORGANIZATION, account),
        "lines": page_of(account, request.GET.get("page")),
    }
    return render(request, "community/time_bank/organization.html", context)


def _mine(request: HttpRequest) -> HoursAccount | None:
    """One's account, if it has been opened. Whoever takes no part and never did gets a 404."""
    account = HoursAccount.objects.of(request.user).select_related("ledger").with_standing().first()
    if account is None and not request.user.has_perm("community.use_time_bank"):
        raise Http404
    return account


def _hours(request: HttpRequest, gift=None, pot=None, status: int = 200) -> HttpResponse:
    account = _mine(request)
    memberships = request.user.organization_memberships.filter(until=None, is_coordinator=True)
    coordinates = [member.organization for member in memberships.select_related("organization")]
    decides = answers_anywhere(request.user)
    context = {
        "standing": standing_of(Holder.PERSON, account),
        "lines": page_of(account, request.GET.get("page"), reader=request.user),
        "gift": gift or GiftForm(),
        "pot": pot or PotForm(),
        "may_ask": _town_of(request.user) is not None,
        "asked": PotRequest.objects.waiting().filter(person=request.user).first(),
        "coordinates": coordinates,
        "decides": decides,
        "waiting": PotRequest.objects.to_decide_by(request.user).count() if decides else 0,
    }
    return render(request, "community/time_bank/hours.html", context, status=status)


def _town_of(user) -> int | None:
    """The municipality whose coordinators answer somebody: where they live, otherwise where their organization is."""
    return min(reach_of(user).municipalities, default=None)
