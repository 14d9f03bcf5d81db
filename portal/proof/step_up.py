"""The page that asks once more who one is, before money, mediation and how one signs in."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache

from portal.access import prove_second_factor, step_up
from portal.people.addresses import is_our_own
from portal.people.codes import TooOften

from . import passkeys
from .codes import code_on_its_way, send_code
from .forms import CodeProof, FactorCodeProof, PasskeyProof, PasswordProof, ProofForm
from .means import Means, proof_holds


@never_cache
@login_required
def confirm(request: HttpRequest) -> HttpResponse:
    """Prove once more who one is, by a means of one's own; then back to where one wanted to go."""
    back = _back(request)
    means = Means.of(request.user)
    if proof_holds(request, means):
        return HttpResponseRedirect(back)
    if means.passkey and passkeys.is_asking(request):
        return passkeys.to_prove(request.user)
    sent = code_on_its_way(request)
    offered = {form.way: form(request=request, means=means) for form in _ways(means, sent is not None)}
    way = request.POST.get("way", "")
    said: Any = ""
    if request.method == "POST" and way == "send" and means.code:
        wanted = request.POST.get("to")
        try:
            send_code(request, wanted if wanted in means.code_by else means.code_by[0])
            return HttpResponseRedirect(f"{request.path}?{urlencode({'next': back})}")
        except TooOften as error:
            said = error.said
    elif request.method == "POST" and way in offered:
        form = offered[way] = type(offered[way])(request.POST, request=request, means=means)
        if form.is_valid():
            step_up(request)
            if form.factor:
                prove_second_factor(request)
            return HttpResponseRedirect(back)
    context = {
        "means": means,
        "forms": offered,
        "options_url": request.path,
        "back": back,
        "said": said,
        "sent": sent,
    }
    return render(request, "portal/proof/confirm.html", context)


def _ways(means: Means, code_was_sent: bool) -> list[type[ProofForm]]:
    ways: list[tuple[bool, type[ProofForm]]] = [
        (means.passkey, PasskeyProof),
        (means.typed, FactorCodeProof),
        (means.code and code_was_sent, CodeProof),
        (means.password, PasswordProof),
    ]
    return [form for open_to_them, form in ways if open_to_them]


def _back(request: HttpRequest) -> str:
    """Where to go on to: an address of ours, or the account."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    if wanted and is_our_own(request, wanted):
        return wanted
    return reverse("portal:account")
