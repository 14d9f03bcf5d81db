"""The page that asks once more who one is, before money, mediation and how one signs in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from portal.access import forgive, has_stepped_up, limited, step_up
from portal.people.addresses import is_our_own

from .codes import is_on_its_way, is_the_code, send_code
from .means import Means

# By person, however many devices ask: neither a password nor a code of eight digits is guessed at this rate.
TRIES = ("portal.step_up", "10/10m")
CODES = ("portal.step_up_codes", "5/10m")


class ProofForm(forms.Form):
    """One thing to type that proves who one is."""

    way: str  # how the page's forms are told apart

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        field = next(iter(self.fields))
        if field in cleaned:
            if limited(self.request, *TRIES):
                self.add_error(field, _("That was too often. Wait some minutes, then try again."))
            elif self.proves(cleaned[field]):
                forgive(self.request, *TRIES)
            else:
                self.add_error(field, self.wrong)
        return cleaned

    wrong: Any

    def proves(self, typed: str) -> bool:
        raise NotImplementedError


class PasswordForm(ProofForm):
    way = "password"
    wrong = gettext_lazy("This is not your password. Try again.")
    password = forms.CharField(
        label=gettext_lazy("Your password"),
        strip=False,
        max_length=4096,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def proves(self, typed: str) -> bool:
        return self.request.user.check_password(typed)


class CodeForm(ProofForm):
    """The code that was sent by e-mail a moment ago."""

    way = "code"
    wrong = gettext_lazy("This code is not right. Look at the message again.")
    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "dir": "ltr"}),
    )

    def proves(self, typed: str) -> bool:
        return is_the_code(self.request, typed)


@never_cache
@login_required
def confirm(request: HttpRequest) -> HttpResponse:
    """Prove once more who one is, by a means of one's own; then back to where one wanted to go."""
    back = _back(request)
    if has_stepped_up(request):
        return HttpResponseRedirect(back)
    means = Means.of(request.user)
    offered = _forms(request, means)
    way = request.POST.get("way", "")
    said = ""
    if request.method == "POST" and way == "send" and means.email:
        if not limited(request, *CODES):
            send_code(request)
            return HttpResponseRedirect(f"{request.path}?{urlencode({'next': back})}")
        said = _("That was too often. Wait some minutes, then try again.")
    elif request.method == "POST" and way in offered:
        form = offered[way] = type(offered[way])(request.POST, request=request, auto_id=f"id_{way}_%s")
        if form.is_valid():
            step_up(request)
            return HttpResponseRedirect(back)
    context = {"means": means, "forms": offered, "back": back, "said": said}
    return render(request, "portal/proof/confirm.html", context)


def _forms(request: HttpRequest, means: Means) -> dict[str, ProofForm]:
    classes: list[type[ProofForm]] = []
    if means.email and is_on_its_way(request):
        classes.append(CodeForm)
    if means.password:
        classes.append(PasswordForm)
    # Several forms on a page: each field has an id of its own.
    return {form.way: form(request=request, auto_id=f"id_{form.way}_%s") for form in classes}


def _back(request: HttpRequest) -> str:
    """Where to go on to: an address of ours, or the account."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    if wanted and is_our_own(request, wanted):
        return wanted
    return reverse("portal:account")
