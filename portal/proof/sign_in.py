"""The second step of signing in, and signing in by a passkey alone."""

from __future__ import annotations

import json
from typing import Any

from allauth.account.internal.decorators import login_stage_required
from allauth.account.models import Login
from allauth.account.utils import get_next_redirect_url
from allauth.mfa.base import views as base
from allauth.mfa.stages import AuthenticateStage
from allauth.mfa.webauthn import views as webauthn
from allauth.mfa.webauthn.internal import flows
from django.http import HttpResponse
from django.utils.decorators import method_decorator

from portal.people.views import StartsOver

from .means import Means


@method_decorator(
    login_stage_required(stage=AuthenticateStage.key, redirect_urlname="account_login"), name="dispatch"
)
class SecondStepView(base.AuthenticateView):
    """allauth's, with the question for the browser where there is a passkey to ask for."""

    template_name = "portal/proof/second_step.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        means = Means.of(self.stage.login.user)
        options = json.dumps(context["js_data"]["request_options"]) if means.passkey else ""
        return {**context, "means": means, "options": options}


class PasskeyAloneView(StartsOver, webauthn.LoginWebAuthnView):
    """GET by our script: the question. POST: the answer, which signs in."""

    def form_valid(self, form: Any) -> HttpResponse:
        authenticator = form.cleaned_data["credential"]
        login = Login(user=authenticator.user, redirect_url=get_next_redirect_url(self.request))
        return flows.perform_passwordless_login(self.request, authenticator, login)
