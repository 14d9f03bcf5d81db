from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from portal.access import acting_for, acts_in, ask_why, drawn_for_another

from .forms import AskForm
from .models import FOR_SOMEBODY, Key, Loan
from .workflow import LABELS, NotPossible, possible


@login_required
@acts_in(FOR_SOMEBODY)
def key_list(request: HttpRequest) -> HttpResponse:
    """The keys of my building, and what I have borrowed or, at the desk, what everybody has.

    For whoever acts for somebody: that person's keys and loans, and nothing that a role of either would show besides.
    """
    user, principal = request.user, acting_for(request)
    loans = Loan.objects.filter(borrower=principal) if principal else Loan.objects.visible_to(user)
    context = {
        "keys": [(key, AskForm()) for key in Key.objects.for_home_of(principal or user)],
        "loans": loans.open().select_related("key"),
        "at_the_desk": principal is None and user.has_role("keys.desk"),
    }
    return render(request, "keys/list.html", context)


@login_required
@require_POST
@acts_in(FOR_SOMEBODY)
def ask(request: HttpRequest, key_id: int) -> HttpResponse:
    principal = acting_for(request)
    key = get_object_or_404(Key.objects.for_home_of(principal or request.user), pk=key_id)
    form = AskForm(request.POST)
    # In another tab the person may have begun to act for somebody meanwhile, or stopped.
    if drawn_for_another(request) or not form.is_valid():
        messages.error(request, _("We did not recognise this form. Please try again."))
        return redirect("keys:list")
    loan = key.ask(by=request.user, client_id=form.cleaned_data["client_id"], on_behalf_of=principal)
    return redirect("keys:list") if principal else redirect(loan)


@login_required
def loan(request: HttpRequest, pk: int) -> HttpResponse:
    loan = _visible_loan(request, pk)
    # Who had which key is the borrower's own: whoever else looks says why, and the borrower can read it.
    if question := ask_why(request, loan, about=loan.borrower):
        return question
    verbs = [(verb, LABELS[verb]) for verb in possible(loan.state) if _may(request, verb, loan)]
    return render(request, "keys/loan.html", {"loan": loan, "verbs": verbs})


@login_required
@require_POST
def step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    loan = _visible_loan(request, pk)
    if verb not in LABELS or not _may(request, verb, loan):
        raise Http404
    try:
        getattr(loan, verb)(by=request.user)
    except NotPossible as error:
        messages.error(request, str(error))
    return redirect(loan)


def _visible_loan(request: HttpRequest, pk: int) -> Loan:
    """Somebody else's loan and one that does not exist give the same answer."""
    return get_object_or_404(
        Loan.objects.visible_to(request.user).select_related("key__area__building", "borrower"), pk=pk
    )


def _may(request: HttpRequest, verb: str, loan: Loan) -> bool:
    return request.user.has_perm(f"keys.{verb}_loan", loan)
