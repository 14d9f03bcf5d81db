"""The pages where somebody sees and changes how they sign in."""

from __future__ import annotations

from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import generate_totp_secret
from allauth.mfa.utils import decrypt, encrypt
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.access import ask_to_step_up, is_held_back, prove_second_factor
from portal.people.codes import readable
from portal.tasks.sms import can_send_sms
from portal.ui.qr import qr_code

from . import passkeys
from .changes import (
    MOST_PASSKEYS,
    HasOne,
    LastFactor,
    TooMany,
    add_app,
    add_passkey,
    make_recovery_codes,
    remove_factor,
    rename_passkey,
)
from .forms import NewAppForm, NewPasskeyForm, PasskeyNameForm
from .means import Means, proof_holds

_NEW_APP = "portal_new_app"  # in the session, encrypted, until the app has shown its first number


@never_cache
@login_required
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """How I sign in: what there is, and the way to each change."""
    means = Means.of(request.user)
    context = {
        "means": means,
        "by_phone": can_send_sms(),
        "held_back": is_held_back(request.user, request.session),
    }
    return render(request, "portal/proof/methods.html", context)


# -- passkeys --------------------------------------------------------------------------------------------------------


@never_cache
@login_required
def passkey_add(request: HttpRequest) -> HttpResponse:
    means = Means.of(request.user)
    if not proof_holds(request, means):
        return ask_to_step_up(request)
    if passkeys.is_asking(request):
        return passkeys.to_add(request.user)
    form = NewPasskeyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            add_passkey(
                request.user, name=form.cleaned_data["name"], credential=form.cleaned_data["credential"]
            )
        except TooMany:
            form.add_error(
                None,
                _("You have %(most)s already. Remove one that you no longer use.") % {"most": MOST_PASSKEYS},
            )
        else:
            prove_second_factor(request)
            messages.success(request, _("The passkey is saved. Next time you can sign in with it."))
            return _after_adding(means)
    return render(request, "portal/proof/passkey_add.html", {"form": form, "options_url": request.path})


@never_cache
@login_required
def passkey(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a passkey another name."""
    mine = _my_passkey(request, pk)
    if not proof_holds(request, Means.of(request.user)):
        return ask_to_step_up(request)
    form = PasskeyNameForm(request.POST or None, initial={"name": mine.wrap().name})
    if request.method == "POST" and form.is_valid():
        rename_passkey(mine, form.cleaned_data["name"])
        messages.success(request, _("Saved."))
        return redirect("portal:sign_in_methods")
    return render(request, "portal/proof/passkey.html", {"form": form, "passkey": mine})


@never_cache
@login_required
def passkey_remove(request: HttpRequest, pk: int) -> HttpResponse:
    mine = _my_passkey(request, pk)
    return _remove(
        request,
        mine,
        title=_("Remove the passkey “%(name)s”?") % {"name": mine.wrap().name},
        text=_("Nobody can sign in with it any more. You can add it again at any time."),
        done=_("The passkey is removed."),
    )


def _my_passkey(request: HttpRequest, pk: int) -> Authenticator:
    mine = Authenticator.objects.filter(user=request.user, type=Authenticator.Type.WEBAUTHN)
    return get_object_or_404(mine, pk=pk)


# -- the app ---------------------------------------------------------------------------------------------------------


@never_cache
@login_required
def app_add(request: HttpRequest) -> HttpResponse:
    means = Means.of(request.user)
    if means.app:
        return redirect("portal:sign_in_methods")
    if not proof_holds(request, means):
        return ask_to_step_up(request)
    secret = _new_secret(request)
    form = NewAppForm(request.POST or None, secret=secret, request=request)
    if request.method == "POST" and form.is_valid():
        try:
            add_app(request.user, secret=secret, period=form.period)
        except HasOne:
            return redirect("portal:sign_in_methods")
        request.session.pop(_NEW_APP, None)
        prove_second_factor(request)
        messages.success(request, _("The app is set up."))
        return _after_adding(means)
    url = get_adapter().build_totp_url(request.user, secret)
    context = {
        "form": form,
        "url": url,
        "qr_code": qr_code(url),
        "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
    }
    return render(request, "portal/proof/app_add.html", context)


@never_cache
@login_required
def app_remove(request: HttpRequest) -> HttpResponse:
    mine = get_object_or_404(Authenticator, user=request.user, type=Authenticator.Type.TOTP)
    return _remove(
        request,
        mine,
        title=_("Remove the app?"),
        text=_("The numbers that it shows no longer work here. You can delete the entry in the app as well."),
        done=_("The app is removed."),
    )


def _new_secret(request: HttpRequest) -> str:
    """The same until it has been used or the session ends: whoever reloads the page has not scanned in vain."""
    if _NEW_APP not in request.session:
        request.session[_NEW_APP] = encrypt(generate_totp_secret())
    return decrypt(request.session[_NEW_APP])


# -- codes on paper --------------------------------------------------------------------------------------------------


@never_cache
@login_required
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """Shown until the person says that they have kept them, and never again; or made anew."""
    means = Means.of(request.user)
    if not means.has_factor:
        raise Http404
    if not proof_holds(request, means):
        return ask_to_step_up(request)
    if request.method == "POST":
        if request.POST.get("way") == "kept" and means.recovery:
            means.recovery.wrap().mark_as_viewed()
            messages.success(request, _("Well done. Keep the codes where nobody else finds them."))
            return redirect("portal:sign_in_methods")
        if request.POST.get("way") == "make":
            make_recovery_codes(request.user)
        return redirect("portal:recovery_codes")
    new = means.recovery is not None and not means.recovery.wrap().did_view
    codes = [readable(code) for code in means.recovery.wrap().get_unused_codes()] if new else []
    return render(request, "portal/proof/recovery_codes.html", {"codes": codes, "means": means})


# -- what they share -------------------------------------------------------------------------------------------------


def _after_adding(before: Means) -> HttpResponse:
    """With the first factor come the codes on paper, which are to be kept before anything else."""
    return redirect("portal:sign_in_methods" if before.has_factor else "portal:recovery_codes")


def _remove(request: HttpRequest, factor: Authenticator, *, title: str, text: str, done: str) -> HttpResponse:
    means = Means.of(request.user)
    if not proof_holds(request, means):
        return ask_to_step_up(request)
    if request.method == "POST":
        try:
            remove_factor(factor)
        except LastFactor:
            messages.error(
                request,
                _(
                    "With your work here you must have a passkey or an app. "
                    "Add another one first, then remove this one."
                ),
            )
        else:
            messages.success(request, done)
        return redirect("portal:sign_in_methods")
    context: dict[str, Any] = {
        "title": title,
        "text": text,
        "action": _("Yes, remove it"),
        "url": redirect("portal:sign_in_methods").url,
        "danger": True,
    }
    return render(request, "portal/confirm.html", context)
