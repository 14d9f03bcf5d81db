from urllib.parse import urlsplit

from allauth.account import views as allauth_views
from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from allauth.account.internal.stagekit import clear_login
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from portal.access import has_stepped_up, step_up_and_send_again
from portal.extensions import Role, declared
from portal.tasks.sms import can_send_sms
from portal.ui.offline import forget_this_phone
from portal.ui.search import searched

from .codes import SPENT, tries_left
from .demo_door import persona_groups
from .devices import remember_device
from .forms import AccountForm, RoleForm
from .matrix import WAYS, by_role, permission_matrix
from .models import LastAdministrator, OwnConfidences, User


class StartsOver:
    """Whoever comes back to the door begins again; allauth would hold them at the page that waits for a code."""

    def _redirect_to_pending_stage(self, request, stage):
        clear_login(request)


class SignInView(StartsOver, allauth_views.LoginView):
    def get_context_data(self, **kwargs):
        return super().get_context_data(persona_groups=persona_groups(), by_phone=can_send_sms(), **kwargs)


class RequestCodeView(StartsOver, allauth_views.RequestLoginCodeView):
    def get_context_data(self, **kwargs):
        return super().get_context_data(by_phone=can_send_sms(), **kwargs)


class ConfirmCodeView(allauth_views.ConfirmLoginCodeView):
    """Whoever asked for the code because they forgot their password is told so on the way, and begins again there."""

    def form_invalid(self, form):
        # allauth would say after the last try to wait; but a new code may be asked for at once.
        if form.has_error("code", "spent"):
            self._process.abort()
        elif self._process.record_invalid_attempt():
            tried = self._process.state["failed_attempts"]
            form.add_error("code", tries_left(self._process.max_attempts - tried))
            return self.render_to_response(self.get_context_data(form=form))
        messages.error(self.request, SPENT)
        if self._leads_to_a_password():
            return HttpResponseRedirect(reverse("account_reset_password"))
        return HttpResponseRedirect(self.passthrough_next_url(reverse("account_request_login_code")))

    def get_context_data(self, **kwargs):
        return super().get_context_data(leads_to_a_password=self._leads_to_a_password(), **kwargs)

    def _leads_to_a_password(self) -> bool:
        # In whichever language it was asked for: the reader may have changed it since.
        with translation.override(settings.LANGUAGE_CODE):
            address = reverse("account_change_password")
        return urlsplit(self.get_next_url() or "").path.endswith(address)


class ResetPasswordView(allauth_views.PasswordResetView):
    """By a link in a mail; or by the code to sign in with, as a text message, and then on to a new password inside."""

    def dispatch(self, request, *args, **kwargs):
        # Whoever is in proves who they are by what is theirs. What they type here would use up somebody else's codes.
        if request.user.is_authenticated:
            return redirect("account_change_password")
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form):
        if "phone" not in form.cleaned_data:
            return super().form_valid(form)
        new_password = reverse("account_change_password")
        LoginCodeVerificationProcess.initiate(
            request=self.request, user=form.code_for, phone=form.cleaned_data["phone"]
        )
        waits = reverse("account_confirm_login_code")
        return HttpResponseRedirect(f"{waits}?{urlencode({REDIRECT_FIELD_NAME: new_password})}")

    def get_context_data(self, **kwargs):
        return super().get_context_data(by_phone=can_send_sms(), **kwargs)


class _OwnPassword:
    """The password's change voids what every device was known by; this one is known anew."""

    def get_context_data(self, **kwargs):
        # Its address stands below none of "My account", as allauth names it.
        above = [(_("My account"), "portal:account"), (_("How I sign in"), "portal:sign_in_methods")]
        crumbs = [{"title": title, "url": reverse(name)} for title, name in above]
        return super().get_context_data(crumbs=crumbs, **kwargs)

    def form_valid(self, form):
        response = super().form_valid(form)
        remember_device(self.request, response, self.request.user)
        return response


class ChangePasswordView(_OwnPassword, allauth_views.PasswordChangeView):
    pass


class SetPasswordView(_OwnPassword, allauth_views.PasswordSetView):
    pass


def sign_up(request: HttpRequest) -> HttpResponse:
    """Nobody signs up alone: the page says how one gets in."""
    return render(request, "account/signup_closed.html")


def sign_out(request: HttpRequest) -> HttpResponse:
    """allauth's, and the browser forgets what it held of whoever leaves."""
    was_in = request.user.is_authenticated
    response = allauth_views.logout(request)
    return forget_this_phone(response) if was_in and not request.user.is_authenticated else response


@never_cache
@login_required
def account(request: HttpRequest) -> HttpResponse:
    """My account: the name others see, my language, my password, signing out."""
    form = AccountForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        person = form.save()
        # The page comes back in the language just chosen, and so does its answer; whoever changed their name alone
        # stays in the one they read.
        chosen = person.language if "language" in form.changed_data else translation.get_language()
        with translation.override(chosen):
            messages.success(request, _("Saved."))
            return HttpResponseRedirect(reverse("portal:account"))
    return render(request, "portal/people/account.html", {"form": form})


FOUND_AT_ONCE = 20  # people; whoever has more namesakes writes more of the name


@never_cache
@login_required
def roles(request: HttpRequest) -> HttpResponse:
    """Which role may what, in one table; and the search for somebody to give one to."""
    _must_give_roles(request)
    name = searched(request)
    matrix = permission_matrix()
    context = {"matrix": matrix, "roles": by_role(matrix), "ways": WAYS, "q": name}
    if name:
        found = User.objects.named_like(name).filter(is_active=True).prefetch_related("role_grants")
        context["found"] = [(person, _held(person)) for person in found[:FOUND_AT_ONCE]]
    return render(request, "portal/people/roles.html", context)


@never_cache
@login_required
def roles_of(request: HttpRequest, pk: int) -> HttpResponse:
    """Give somebody a role, or take one away."""
    _must_give_roles(request)
    person = get_object_or_404(User, pk=pk, is_active=True)
    if not has_stepped_up(request):
        return step_up_and_send_again(request)
    if request.method == "POST":
        form = RoleForm(request.POST)
        if form.is_valid():
            role = form.role
            try:
                if form.cleaned_data["action"] == "give":
                    person.give_role(role.key, by=request.user)
                    messages.success(
                        request,
                        _("%(name)s holds the role “%(role)s” now.") % {"name": person, "role": role.label},
                    )
                else:
                    person.take_role(role.key, by=request.user)
                    messages.success(
                        request,
                        _("%(name)s no longer holds the role “%(role)s”.")
                        % {"name": person, "role": role.label},
                    )
            except OwnConfidences:
                return _roles_of(request, person, refused=role.key)
            except LastAdministrator:
                messages.error(
                    request, _("Somebody has to remain administrator: give the role to somebody else first.")
                )
            # Whoever has just taken their own role away may not see this page again.
            return (
                redirect("portal:roles_of", pk=person.pk)
                if _gives_roles(request.user)
                else redirect("portal:casa")
            )
    return _roles_of(request, person)


def _roles_of(request: HttpRequest, person: User, refused: str = "") -> HttpResponse:
    held = {
        grant.role: grant for grant in person.role_grants.filter(taken_at=None).select_related("given_by")
    }
    return render(
        request,
        "portal/people/roles_of.html",
        {
            "person": person,
            "roles": [(role, held.get(role.key)) for role in declared(Role)],
            "refused": refused,
            "may_bring_back": person.last_login and request.user.has_perm("portal.bring_back", person),
        },
        status=422 if refused else 200,
    )


def _held(person: User) -> list[Role]:
    held = {grant.role for grant in person.role_grants.all() if grant.taken_at is None}
    return [role for role in declared(Role) if role.key in held]


def _gives_roles(person) -> bool:
    # Asked anew: the answer may have changed within this very request.
    return User.objects.get(pk=person.pk).has_perm("portal.give_role")


def _must_give_roles(request: HttpRequest) -> None:
    if not request.user.has_perm("portal.give_role"):
        raise Http404
