"""The addresses of what one proves oneself by."""

from django.urls import path
from django.views.decorators.cache import never_cache

from . import devices, methods, step_up
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
]

# Below `account/`; the names are allauth's own, which its code reverses.
account_urls = [
    path("login/passkey/", never_cache(PasskeyAloneView.as_view()), name="mfa_login_webauthn"),
    path("login/conferma/", never_cache(SecondStepView.as_view()), name="mfa_authenticate"),
]
