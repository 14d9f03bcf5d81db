from allauth.account.adapter import DefaultAccountAdapter
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from portal.access import client_address, forgive, limited

from .addresses import after_sign_in, home_of, in_language_of, is_our_own
from .mail import deliver

FAILURES_OF_A_CLIENT_AT_AN_ADDRESS = "5/5m"
FAILURES_OF_A_CLIENT = "60/10m"


class AccountAdapter(DefaultAccountAdapter):
    """How allauth behaves in this portal; what it does otherwise and why that will not do stands at each method."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _(
            "The e-mail address or the password is not right. Try again, or ask for a code."
        ),
        "enter_current_password": _("This is not your password now. Try again."),
        "incorrect_code": _("This code is not right. Look at the message again."),
        "invalid_password_reset": _("This link does not work any more. Ask for a new one."),
        "rate_limited": _("That was too often. Wait some minutes, then try again."),
        "too_many_login_attempts": _("That was too often. Wait some minutes, then try again."),
    }

    def is_open_for_signup(self, request):
        """People come in by the agency's hand only."""
        return False

    def get_client_ip(self, request):
        return client_address(request)

    # -- limits: allauth counts failures by address alone, so that anybody can lock anybody out -----------------------

    def pre_authenticate(self, request, **credentials):
        # Both are counted, whatever the first says: an attempt costs the same every time.
        refused = [
            limited(request, *limit[:2], by=limit[2]) for limit in self._failure_limits(request, credentials)
        ]
        if any(refused):
            raise self.validation_error("too_many_login_attempts")

    def authenticate(self, request, **credentials):
        person = super().authenticate(request, **credentials)
        if person is not None:
            for name, rate, whom in self._failure_limits(request, credentials):
                forgive(request, name, rate, by=whom)
        return person

    def _rollback_login_failed_rl_usage(self):
        """Nothing: `authenticate` forgives."""

    def _failure_limits(self, request, credentials):
        client = client_address(request)
        address = str(credentials.get("email", "")).strip().lower()
        return (
            ("portal.sign_in_failed", FAILURES_OF_A_CLIENT_AT_AN_ADDRESS, f"{address} {client}"),
            ("portal.sign_in_failed_client", FAILURES_OF_A_CLIENT, client),
        )

    def reauthenticate(self, user, password):
        if limited(self.request, "portal.reauthenticate", "10/10m", by=user):
            raise self.validation_error("too_many_login_attempts")
        return user.check_password(password)

    # -- where to go --------------------------------------------------------------------------------------------------

    def is_safe_url(self, url):
        return is_our_own(self.request, url)

    def get_login_redirect_url(self, request):
        return home_of(request.user)

    def post_login(self, request, user, **kwargs):
        response = super().post_login(request, user, **kwargs)
        response["Location"] = after_sign_in(request, user, response["Location"])
        return response

    def get_logout_redirect_url(self, request):
        return reverse("wagtail_serve", args=[""])

    def get_password_change_redirect_url(self, request):
        return reverse("portal:account")

    # -- passwords and mail -------------------------------------------------------------------------------------------

    def set_password(self, user, password):
        user.set_password(password)
        user.save(update_fields=["password"])
        user.rights_changed()

    def format_email_subject(self, subject):
        return subject

    def send_notification_mail(self, template_prefix, user, context=None, email=None):
        super().send_notification_mail(
            template_prefix, user, {**(context or {}), "user": user}, email or user.email
        )

    def send_mail(self, template_prefix, email, context):
        """Written now, sent in the background: a mail server that takes its time must not tell who is known here.

        For somebody unknown the same is done for nobody; allauth would write to them that they have no account, and
        so would send mail to whomever a stranger names.
        """
        if template_prefix == "account/email/unknown_account":
            template_prefix, context = (
                "account/email/login_code",
                {**context, "code": self.generate_login_code()},
            )
        person = context.get("user") or getattr(self.request, "asks_for_code", None)
        if person and "password_reset_url" in context:
            context = {**context, "password_reset_url": in_language_of(person, context["password_reset_url"])}
        with translation.override(person.language if person else translation.get_language()):
            message = self.render_mail(template_prefix, email, {**context, "email": email})
        deliver.enqueue(person.pk if person else None, message.subject, message.body)
