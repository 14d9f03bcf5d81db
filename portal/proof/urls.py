"""The addresses of what one proves oneself by."""

from functools import wraps

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from portal.access import ask_to_step_up
from portal.people.views import ChangePasswordView, SetPasswordView

from . import devices, lost, methods, step_up
from .means import Means, proof_holds
from .sign_in import PasskeyAloneView, SecondStepView

urlpatterns = [
    path("account/conferma/", step_up.confirm, name="step_up"),
    path("account/accesso/", methods.overview, name="sign_in_methods"),
    path("account/accesso/passkey/", methods.passkey_add, name="passkey_add"),
    path("account/accesso/passkey/<int:pk>/", methods.passkey, name="passkey"),
    path("account/accesso/passkey/<int:pk>/togli/", methods.passkey_remove, name="passkey_remove"),
    path("account/accesso/app/", methods.app_add, name="app_add"),
    path("account/accesso/app/togli/", methods.app_remove, name="app_remove"),
    path("account/dispositivi/", devices.devices, name="devices"),
    path("account/accesso/codici/", methods.recovery_codes, name="recovery_codes"),
    path("persone/<int:pk>/accesso/", lost.factors_of, name="factors_of"),
]


def _only_them(view):
    """A password is changed by whoever has just proved who they are, by what still counts: not by whoever holds the
    phone."""

    @never_cache
    @login_required
    @wraps(view)
    def asked_first(request, *args, **kwargs):
        if not proof_holds(request, Means.of(request.user)):
            if request.method == "POST":
                # A password is not carried along in a page, as other things that were typed are.
                messages.info(
                    request,
                    _("The password is not changed yet. Confirm that it is you, then write it again."),
                )
            return ask_to_step_up(request)
        return view(request, *args, **kwargs)

    return asked_first


# Below `account/`; the names are allauth's own, which its code reverses.
account_urls = [
    path("login/passkey/", never_cache(PasskeyAloneView.as_view()), name="mfa_login_webauthn"),
    path("password/change/", _only_them(ChangePasswordView.as_view()), name="account_change_password"),
    path("password/set/", _only_them(SetPasswordView.as_view()), name="account_set_password"),
    path("login/conferma/", never_cache(SecondStepView.as_view()), name="mfa_authenticate"),
]
