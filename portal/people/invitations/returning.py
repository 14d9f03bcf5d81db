"""Back in for somebody who has lost phone and address: at the desk, with their document."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from portal.access import has_stepped_up, step_up_and_send_again
from portal.people.contacts import masked
from portal.people.models import User
from portal.ui.pdf import can_print_pdf

from .forms import ReturnForm
from .letters import Letter
from .models import Invitation, NeverIn, NotOpen
from .querysets import been_in


@never_cache
@login_required
def come_back(request: HttpRequest, pk: int) -> HttpResponse:
    """What such a letter does, and the desk's word that it has seen the person; then the letter, shown once."""
    if not request.user.has_perm("portal.bring_back"):
        raise Http404
    person = get_object_or_404(been_in(User.objects.filter(is_active=True)), pk=pk)
    if not request.user.has_perm("portal.bring_back", person):
        raise Http404
    if not has_stepped_up(request):
        return step_up_and_send_again(request)
    form, status = ReturnForm(request.POST if request.method == "POST" else None), 200
    if request.method == "POST":
        if form.is_valid():
            return _made(request, person, form)
        status = 422
    told = [masked(contact) for contact in (person.email, person.phone) if contact]
    context = {"person": person, "form": form, "told": told}
    return render(request, "portal/people/invitations/come_back.html", context, status=status)


def _made(request: HttpRequest, person: User, form: ReturnForm) -> HttpResponse:
    try:
        made, code = Invitation.issue_to_return(person, by=request.user, **form.cleaned_data)
    except (PermissionDenied, NeverIn, NotOpen):
        # It was otherwise when the page was asked for.
        raise Http404 from None
    if code is None:
        messages.warning(
            request,
            _(
                "This letter has been made already, and is shown once only. If it did not come out, make a new one."
            ),
        )
        return redirect("portal:come_back", pk=person.pk)
    context = {"letters": [Letter(made, code)], "can_print_pdf": can_print_pdf()}
    return render(request, "portal/people/invitations/letters.html", context)
