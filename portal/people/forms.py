"""allauth's forms, with an equal way for known and unknown: one query each, limits by place and device."""

import secrets

from allauth.account import forms
from allauth.account.adapter import get_adapter
from allauth.core import context
from django import forms as django_forms
from django.conf import settings
from django.contrib.auth import get_user_model
from django.utils.crypto import constant_time_compare
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext_lazy as _

from portal.extensions import Role, find
from portal.tasks.sms import can_send_sms

from .asked import ASKED_AS, ASKED_COUNTED, ASKED_NUMBER
from .codes import SPENT, TRIES, CodeField, TooOften, tries_of
from .fields import NameField
from .limits import CODE_MAILS, CODE_TEXTS, CODES, RESET_MAILS, RESETS, give_back, too_often
from .logins import PHONE, LoginField
from .passwords import what_a_password_is


def _may_be_written_to(allowance, messages, login: str):
    """(the person whose login it is, what was counted for the place); None: nobody, or written to enough today.

    Raises ValidationError where whoever asks has asked too often, whoever it was about. Known or not, it costs one
    query, and the same is counted.
    """
    request = context.request
    people = get_user_model()
    found = people.objects.signing_in_as(login)
    asks = found or people()
    counters = allowance.counters(request, login, asks)
    if too_often(request, counters):
        raise get_adapter().validation_error("too_many_codes")
    try:
        to_be_sent, ordered = messages.order(request, login, asks)
    except TooOften as refused:
        raise django_forms.ValidationError(refused.said) from None
    of_the_place = [counter for counter in counters if "_place" in counter[0]]
    return (found if to_be_sent else None), [*of_the_place, *ordered]


def nobody(email: str):
    """Somebody who is not there, for whom the same is done as for a person and nothing is sent: without a number."""
    return get_user_model()(pk=0, email=email, language=get_language())


class SignInForm(forms.LoginForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["login"] = LoginField()
        self.order_fields(["login", "password"])
        _plain(self.fields["password"], _("Password"))
        self.fields["password"].help_text = ""

    def clean_login(self):
        method, login = self.cleaned_data["login"]
        self._method = method
        return login

    def user_credentials(self):
        return {
            self._method: self.cleaned_data["login"],
            "password": self.cleaned_data.get("password"),
        }


def _asks_for_a_code(method: str, login: str):
    """Whom a code to sign in with is to be sent to, or None; the session remembers that it was asked for."""
    request = context.request
    messages = CODE_TEXTS if method == PHONE else CODE_MAILS
    person, request.session[ASKED_COUNTED] = _may_be_written_to(CODES, messages, login)
    # allauth does not tell the adapter for whom the message with the code is.
    request.asks_for_code = person
    asks = person or get_user_model()()
    request.session[ASKED_AS] = asks.get_session_auth_hash()
    request.session[ASKED_NUMBER] = secrets.token_hex(8)
    return person


class RequestCodeForm(forms.RequestLoginCodeForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields = {"login": LoginField(phones=can_send_sms())}

    def clean_login(self):
        method, login = self.cleaned_data["login"]
        self._user = _asks_for_a_code(method, login)
        # Under the name by which allauth knows where to send it.
        self.cleaned_data[method] = login
        return login


class ConfirmCodeForm(forms.ConfirmLoginCodeForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["code"] = CodeField()
        self._person = context.request._login_stage.login.user
        if self._person is None:
            # For somebody known allauth has asked the database who it is.
            get_user_model().objects.filter(pk=0).first()

    def clean_code(self):
        request = context.request
        # allauth counts in the session, where requests that come at once do not see each other. By the code, not by
        # the place: whoever else lives there tries their own.
        if tries_of(request.session.get(ASKED_NUMBER, "")) > TRIES:
            raise django_forms.ValidationError(SPENT, code="spent")
        code = super().clean_code()
        # A new address or number, a new password, a session ended from elsewhere: whatever was on its way then is worth
        # nothing.
        asked_as = request.session.get(ASKED_AS, "")
        if not constant_time_compare(asked_as, self._person.get_session_auth_hash()):
            raise get_adapter().validation_error("incorrect_code")
        give_back(request, request.session.pop(ASKED_COUNTED, ()))
        return code


class RequestResetForm(forms.ResetPasswordForm):
    """A link goes to an address. To a number goes a code to sign in with: nobody is to follow links in text messages.

    It is the very code of the page for codes, with its limits: who asks here is nobody's second chance.
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields = {"login": LoginField(phones=can_send_sms())}

    def clean_login(self):
        method, login = self.cleaned_data["login"]
        # Under the name by which allauth knows where to send it.
        self.cleaned_data[method] = login
        if method == PHONE:
            self.code_for = _asks_for_a_code(method, login)
        else:
            person, _counted = _may_be_written_to(RESETS, RESET_MAILS, login)
            # For somebody unknown a link is made as well, for nobody: it takes time, and so would tell who is known.
            self.users = [person or nobody(login)]
        return login


class NewPasswordForm(forms.ResetPasswordKeyForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _new_password(self)


class ChangePasswordForm(forms.ChangePasswordForm):
    """Without the password of now: whoever comes here has just proved who they are, perhaps because they forgot it."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        del self.fields["oldpassword"]
        _new_password(self)


class SetPasswordForm(forms.SetPasswordForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _new_password(self)


def _new_password(form) -> None:
    _plain(form.fields["password1"], _("New password"))
    _plain(form.fields["password2"], _("New password, once more"))
    form.fields["password1"].help_text = what_a_password_is()


def _plain(field, label) -> None:
    field.label = label
    field.widget.attrs.pop("placeholder", None)


class AccountForm(django_forms.ModelForm):
    class Meta:
        model = get_user_model()
        fields = ("display_name", "language")
        field_classes = {"display_name": NameField}
        help_texts = {"display_name": _("This is the name that others in the portal see.")}

    def save(self, commit=True):
        # Of the row only what was typed here: a whole row would bring back sessions that ended meanwhile.
        self.instance.save(update_fields=self._meta.fields)
        return self.instance

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # Each by its own name: whoever landed in a language they cannot read still finds theirs.
        self.fields["language"].choices = [
            (code, get_language_info(code)["name_local"].capitalize()) for code, _name in settings.LANGUAGES
        ]


class RoleForm(django_forms.Form):
    role = django_forms.CharField()
    action = django_forms.ChoiceField(choices=[("give", "give"), ("take", "take")])

    def clean_role(self):
        self.role = find(Role, self.cleaned_data["role"])
        if self.role is None:
            raise django_forms.ValidationError(_("There is no such role."))
        return self.role.key
