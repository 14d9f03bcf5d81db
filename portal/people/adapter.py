from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.access import client_address, limited

from . import codes
from .addresses import after_sign_in, home_of, in_language_of, is_our_own
from .asked import forget_asked
from .devices import remember_device
from .limits import PASSWORDS, give_back, too_often
from .mail import deliver, deliver_text
from .phones import PhoneField
from .tokens import new_token

_MISMATCH = _("What you wrote and the password do not belong together. Try again, or ask for a code.")


class AccountAdapter(DefaultAccountAdapter):
    """How allauth behaves in this portal; what it does otherwise and why that will not do stands at each method."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _MISMATCH,
        "phone_password_mismatch": _MISMATCH,
        "incorrect_code": codes.WRONG,
        "invalid_password_reset": _("This link does not work any more. Ask for a new one."),
        "rate_limited": _("That was too often. Wait some minutes, then try again."),
        "too_many_login_attempts": _("That was too often. Wait some minutes, then try again."),
        "too_many_codes": _(
            "That was too often, by you or by others who share your connection. Wait ten minutes, use another "
            "connection, or sign in with a password or a paper from the desk."
        ),
    }

    def is_open_for_signup(self, request):
        """People come in by the agency's hand only."""
        return False

    def get_client_ip(self, request):
        return client_address(request)

    # -- limits: allauth counts failures by address alone, so that anybody can lock anybody out -----------------------

    def pre_authenticate(self, request, **credentials):
        login = credentials.get("email") or credentials.get("phone") or ""
        people = get_user_model()
        asks = people.objects.signing_in_as(login) or people()
        request.password_tries = PASSWORDS.counters(request, login, asks)
        if too_often(request, request.password_tries):
            raise self.validation_error("too_many_login_attempts")

    def authenticate(self, request, **credentials):
        person = super().authenticate(request, **credentials)
        if person is not None:
            give_back(request, request.password_tries)
        return person

    def _rollback_login_failed_rl_usage(self):
        """Nothing: `authenticate` gives back."""

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
        remember_device(request, response, user)
        forget_asked(request)
        return response

    def get_logout_redirect_url(self, request):
        return reverse("wagtail_serve", args=[""])

    def get_password_change_redirect_url(self, request):
        return reverse("portal:sign_in_methods")

    # -- passwords and mail -------------------------------------------------------------------------------------------

    def set_password(self, user, password):
        user.change_password(password, by=user)

    def format_email_subject(self, subject):
        return subject

    def send_notification_mail(self, template_prefix, user, context=None, email=None):
        super().send_notification_mail(
            template_prefix, user, {**(context or {}), "user": user}, email or user.email
        )
        if user.phone and not user.email:
            # allauth's notes of what was changed have one subject: the password.
            with translation.override(user.language):
                text = gettext(
                    "Your password was changed just now. Was it not you? Call or visit the desk at once."
                )
            deliver_text.enqueue(user.pk, text, new_token())

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
            if template_prefix == "account/email/login_code":
                subject, text = codes.mail_with(context["code"])
            else:
                message = self.render_mail(template_prefix, email, {**context, "email": email})
                subject, text = message.subject, message.body
        # `nobody()` has no number, and nothing is sent to them.
        deliver.enqueue(person.pk or None if person else None, subject, text)

    # -- phones: allauth asks its adapter for all of it ---------------------------------------------------------------

    def phone_form_field(self, **kwargs):
        return PhoneField(**kwargs)

    def get_user_by_phone(self, phone):
        return get_user_model().objects.signing_in_as(phone)

    def get_phone(self, user):
        # Nobody has one that was not verified when it was entered.
        return (user.phone, True) if user.phone else None

    def set_phone(self, user, phone, verified):
        """Nothing: a number is entered by `User.change_phone` only."""

    def set_phone_verified(self, user, phone):
        """Nothing: it was before."""

    def generate_login_code(self):
        return codes.new_code()

    def generate_phone_verification_code(self, *, user, phone):
        return self.generate_login_code()

    def send_verification_code_sms(self, user, phone, code, **kwargs):
        self._text_a_code(user, code)

    def send_unknown_account_sms(self, phone, **kwargs):
        self._text_a_code(None, self.generate_login_code())

    def _text_a_code(self, person, code):
        """As `send_mail`: for somebody unknown the same is done for nobody."""
        with translation.override(person.language if person else translation.get_language()):
            text = codes.text_with(code)
        deliver_text.enqueue(person.pk if person else None, text, new_token())
