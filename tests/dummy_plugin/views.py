from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from portal.access import ask_why

from .forms import AskForm
from .models import Key, Loan
from .workflow import LABELS, NotPossible, possible


@login_required
def key_list(request: HttpRequest) -> HttpResponse:
    """The keys of my building, and what I have borrowed or, at the desk, what everybody has."""
    user = request.user
    context = {
        "keys": [(key, AskForm()) for key in Key.objects.for_home_of(user)],
        "loans": Loan.objects.visible_to(user).open().select_related("key"),
        "at_the_desk": user.has_role("keys.desk"),
    }
    return render(request, "keys/list.html", context)


@login_required
@require_POST
def ask(request: HttpRequest, key_id: int) -> HttpResponse:
    key = get_object_or_404(Key.objects.for_home_of(request.user), pk=key_id)
    form = AskForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("We did not recognise this form. Please try again."))
        return redirect("keys:list")
    return redirect(key.ask(by=request.user, client_id=form.cleaned_data["client_id"]))


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
