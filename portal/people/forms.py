"""allauth's forms, with an equal way for known and unknown addresses: one query each, limits by address and client."""

import unicodedata

from allauth.account import forms
from allauth.account.adapter import get_adapter
from allauth.core import context
from django import forms as django_forms
from django.contrib.auth import get_user_model
from django.utils.translation import gettext_lazy as _

from portal.access import client_address, limited
from portal.extensions import Role, find

# A person has five codes in ten minutes to ask for; somebody else who asks for them uses up their own five only.
CODES = "5/10m"
CODE_TRIES = "30/10m"


def _asked_too_often(name: str, email: str) -> bool:
    request = context.request
    return limited(request, name, CODES, by=f"{email.lower()} {client_address(request)}")


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
        return super().clean_code()


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


class RoleForm(django_forms.Form):
    role = django_forms.CharField()
    action = django_forms.ChoiceField(choices=[("give", "give"), ("take", "take")])

    def clean_role(self):
        self.role = find(Role, self.cleaned_data["role"])
        if self.role is None:
            raise django_forms.ValidationError(_("There is no such role."))
        return self.role.key
