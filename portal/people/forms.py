"""allauth's forms, with an equal way for known and unknown addresses: one query each, limits by address and client."""

import unicodedata

from allauth.account import forms
from allauth.account.adapter import get_adapter
from allauth.core import context
from django import forms as django_forms
from django.conf import settings
from django.contrib.auth import get_user_model
from django.utils.crypto import constant_time_compare
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from portal.access import client_address, limited
from portal.extensions import Role, find

# A person has five codes in ten minutes to ask for; somebody else who asks for them uses up their own five only.
CODES = "5/10m"
CODES_OF_A_CLIENT = "60/10m"  # for whomever; many live behind one address
CODE_TRIES = "30/10m"
# In the session: what the person's own sessions are held against, at the moment when they asked for the code.
ASKED_AS = "portal_code_asked_as"


def _asked_too_often(name: str, email: str) -> bool:
    request = context.request
    client = client_address(request)
    # Both are counted, whatever the first says.
    return any(
        [
            limited(request, name, CODES, by=f"{email.lower()} {client}"),
            limited(request, f"{name}_client", CODES_OF_A_CLIENT, by=client),
        ]
    )


class SignInForm(forms.LoginForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _plain(self.fields["login"], _("E-mail address"))
        _plain(self.fields["password"], _("Password"))
        self.fields["password"].help_text = ""


class RequestCodeForm(forms.RequestLoginCodeForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _plain(self.fields["email"], _("E-mail address"))

    def clean_email(self):
        email = self.cleaned_data["email"].lower()
        if _asked_too_often("portal.sign_in_code", email):
            raise get_adapter().validation_error("too_many_login_attempts")
        self._user = get_user_model().objects.signing_in_as(email)
        # allauth does not tell the adapter for whom the message with the code is.
        context.request.asks_for_code = self._user
        asks = self._user or get_user_model()()
        context.request.session[ASKED_AS] = asks.get_session_auth_hash()
        return email


class ConfirmCodeForm(forms.ConfirmLoginCodeForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _plain(self.fields["code"], _("Code"))
        self.fields["code"].widget.attrs |= {
            "inputmode": "numeric",
            "autocomplete": "one-time-code",
            "dir": "ltr",
        }
        self._person = context.request._login_stage.login.user
        if self._person is None:
            # For somebody known allauth has asked the database who it is.
            get_user_model().objects.filter(pk=0).first()

    def clean_code(self):
        # allauth counts in the session, where requests that come at once do not see each other.
        if limited(context.request, "portal.sign_in_code_tries", CODE_TRIES):
            raise get_adapter().validation_error("too_many_login_attempts")
        # Whoever writes Arabic types ٤٢ for 42.
        code = self.cleaned_data["code"]
        self.cleaned_data["code"] = "".join(
            str(digit) if (digit := unicodedata.digit(character, None)) is not None else character
            for character in code
        )
        code = super().clean_code()
        # A new address, a new password, a session ended from elsewhere: whatever was on its way then is worth nothing.
        asked_as = context.request.session.get(ASKED_AS, "")
        if not constant_time_compare(asked_as, self._person.get_session_auth_hash()):
            raise get_adapter().validation_error("incorrect_code")
        return code


class RequestResetForm(forms.ResetPasswordForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _plain(self.fields["email"], _("E-mail address"))

    def clean_email(self):
        email = self.cleaned_data["email"].lower()
        if _asked_too_often("portal.password_reset", email):
            raise get_adapter().validation_error("too_many_login_attempts")
        person = get_user_model().objects.signing_in_as(email)
        self.users = [person] if person else []
        return email


class NewPasswordForm(forms.ResetPasswordKeyForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _new_password(self)


class ChangePasswordForm(forms.ChangePasswordForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _plain(self.fields["oldpassword"], _("Your password now"))
        self.fields["oldpassword"].help_text = ""
        _new_password(self)


class SetPasswordForm(forms.SetPasswordForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _new_password(self)


def _new_password(form) -> None:
    _plain(form.fields["password1"], _("New password"))
    _plain(form.fields["password2"], _("New password, once more"))
    form.fields["password1"].help_text = _(
        "At least 10 characters. Three or four words in a row are easy to remember."
    )


def _plain(field, label) -> None:
    field.label = label
    field.widget.attrs.pop("placeholder", None)


class AccountForm(django_forms.ModelForm):
    class Meta:
        model = get_user_model()
        fields = ("display_name", "language")
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
