from allauth.account import views as allauth_views
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from .demo_door import persona_groups
from .forms import AccountForm


class SignInView(allauth_views.LoginView):
    def get_context_data(self, **kwargs):
        return super().get_context_data(persona_groups=persona_groups(), **kwargs)


@never_cache
def sign_up(request: HttpRequest) -> HttpResponse:
    """Nobody signs up alone: the page says how one gets in."""
    return render(request, "account/signup_closed.html")


@never_cache
@login_required
def account(request: HttpRequest) -> HttpResponse:
    """My account: the name others see, my language, my password, signing out."""
    form = AccountForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        person = form.save()
        # The page comes back in the language just chosen, and so does its answer.
        with translation.override(person.language):
            messages.success(request, _("Saved."))
            return HttpResponseRedirect(reverse("portal:account"))
    return render(request, "portal/people/account.html", {"form": form})
