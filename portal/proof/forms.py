"""What one types or touches to prove who one is, at the door and when asked once more."""

from __future__ import annotations

import logging
import unicodedata
from typing import Any

from allauth.core import context
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.models import Authenticator
from cryptography.fernet import InvalidToken
from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from portal.access import client_address, forgive, limited
from portal.people.codes import SPENT, WRONG, CodeField, CodeSpent

from . import passkeys, totp
from .codes import STEP_UP, code_on_its_way
from .means import Means

log = logging.getLogger(__name__)

# At the door: whoever types here knows the person's password or reads their mail already. By person and client, so that
# they do not shut the person out at once; and by person, because a number of six digits must stand many clients.
DOOR_TRIES = ("portal.factor", "10/10m")
DOOR_TRIES_OF_ALL = ("portal.factor_of_all", "40/h")
# Asked once more: by person, however many devices ask.
TRIES = ("portal.step_up", "10/10m")

WRONG_FACTOR = _("This code is not right. Look at your app again, or take the next code on your list.")
TOO_OFTEN = _("That was too often. Wait some minutes, then try again.")


class CredentialField(forms.JSONField):
    """What a browser says of a passkey, filled in by our script: an object, and not a large one."""

    def __init__(self) -> None:
        wrong = _("This did not work. Try again, or take another way.")
        super().__init__(widget=forms.HiddenInput, error_messages={"required": wrong, "invalid": wrong})

    def to_python(self, value: Any) -> dict[str, Any] | None:
        if isinstance(value, str) and len(value) > passkeys.LONGEST:
            raise ValidationError(self.error_messages["invalid"])
        try:
            credential = super().to_python(value)
        except RecursionError as error:
            raise ValidationError(self.error_messages["invalid"]) from error
        if credential is not None and not isinstance(credential, dict):
            raise ValidationError(self.error_messages["invalid"])
        return credential


def factor_of(means: Means, digits: str) -> Authenticator | None:
    """The app or the recovery codes that this number belongs to; it is used up by that."""
    for row, accepts in ((means.app, _shown), (means.recovery, _listed)):
        try:
            if row and accepts(row, digits):
                return row
        except InvalidToken:
            # Kept under a secret that the installation no longer has: this row opens nothing any more.
            log.error("the secret of the authenticator %s cannot be read: see PORTAL_OLD_SECRET_KEYS", row.pk)
    return None


def _shown(app: Authenticator, digits: str) -> bool:
    return totp.accepts(app, digits)


def _listed(codes: Authenticator, digits: str) -> bool:
    return bool(digits) and codes.wrap().validate_code(digits)


# -- at the door, after the password or the code by e-mail: allauth's views make these -------------------------------


class SignInCodeForm(forms.Form):
    code = CodeField(length=None)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_code(self) -> str:
        request = context.request
        counted = (
            (*DOOR_TRIES, f"{self.user.pk} {client_address(request)}"),
            (*DOOR_TRIES_OF_ALL, self.user),
        )
        # Both are counted, whatever the first says.
        refused = [limited(request, name, rate, by=whom) for name, rate, whom in counted]
        if any(refused):
            raise ValidationError(TOO_OFTEN)
        self.authenticator = factor_of(Means.of(self.user), self.cleaned_data["code"])
        if self.authenticator is None:
            # No message was sent that one could look at again.
            raise ValidationError(WRONG_FACTOR)
        for name, rate, whom in counted:
            forgive(request, name, rate, by=whom)
        return self.cleaned_data["code"]

    def save(self) -> None:
        self.authenticator.user = self.user
        post_authentication(context.request, self.authenticator)


class SignInPasskeyForm(forms.Form):
    credential = CredentialField()

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_credential(self) -> Authenticator:
        return passkeys.proved(self.user, self.cleaned_data["credential"])

    def save(self) -> None:
        post_authentication(context.request, self.cleaned_data["credential"])


class PasskeyAloneForm(SignInPasskeyForm):
    """Nobody is known yet: the passkey says who it is."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, user=None, **kwargs)


# -- asked once more -------------------------------------------------------------------------------------------------


class ProofForm(forms.Form):
    """One thing that proves who is signed in. `way` tells the page's forms apart; `factor`: it is a second factor."""

    way: str
    wrong: Any = _("This did not work. Try again, or take another way.")
    factor = False

    def __init__(self, *args: Any, request: HttpRequest, means: Means, **kwargs: Any) -> None:
        # Several forms on a page: each field has an id of its own.
        super().__init__(*args, auto_id=f"id_{self.way}_%s", **kwargs)
        self.request, self.means = request, means

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        field = next(iter(self.fields))
        if field in cleaned:
            if limited(self.request, *TRIES):
                self.add_error(field, TOO_OFTEN)
            elif self.proves(cleaned[field]):
                forgive(self.request, *TRIES)
            else:
                self.add_error(field, self.wrong)
        return cleaned

    def proves(self, given: Any) -> bool:
        raise NotImplementedError

    def _used(self, authenticator: Authenticator) -> bool:
        authenticator.record_usage()
        return True


class PasskeyProof(ProofForm):
    way = "passkey"
    factor = True
    credential = CredentialField()

    def proves(self, given: Any) -> bool:
        try:
            return self._used(passkeys.proved(self.request.user, given))
        except ValidationError:
            return False


class FactorCodeProof(ProofForm):
    """A number of the app, or one of the codes on paper."""

    way = "factor"
    wrong = WRONG_FACTOR
    factor = True
    code = CodeField(length=None)

    def proves(self, given: str) -> bool:
        authenticator = factor_of(self.means, given)
        return authenticator is not None and self._used(authenticator)


class PasswordProof(ProofForm):
    way = "password"
    wrong = _("This is not your password. Try again.")
    password = forms.CharField(
        label=_("Your password"),
        strip=False,
        max_length=4096,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def proves(self, given: str) -> bool:
        return self.request.user.check_password(given)


class CodeProof(ProofForm):
    """The code that was sent a moment ago."""

    way = "code"
    wrong = WRONG
    code = CodeField()

    def proves(self, given: str) -> bool:
        try:
            return code_on_its_way(self.request) is not None and STEP_UP.is_right(self.request, given)
        except CodeSpent:
            self.wrong = SPENT
            return False


# -- what one adds ---------------------------------------------------------------------------------------------------


def plain_name(name: str) -> str:
    """A name for a device as it may be shown: normal form, one line, nothing that turns the writing round."""
    name = unicodedata.normalize("NFC", name)
    return " ".join("".join(c for c in name if c.isprintable() or c.isspace()).split())


class PasskeyNameForm(forms.Form):
    name = forms.CharField(
        label=_("What do you call this device?"),
        max_length=40,
        help_text=_("So that you know it again: my phone, the computer at home."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
    )

    def clean_name(self) -> str:
        name = plain_name(self.cleaned_data["name"])
        if not name:
            raise ValidationError(self.fields["name"].error_messages["required"], code="required")
        return name


class NewPasskeyForm(PasskeyNameForm):
    credential = CredentialField()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "credential" in cleaned and "name" in cleaned:
            try:
                passkeys.added(cleaned["credential"])
            except ValidationError as error:
                self.add_error("credential", error)
        return cleaned


class NewAppForm(forms.Form):
    """The first number that the app shows: so the secret has arrived."""

    code = CodeField(length=None)

    def __init__(self, *args: Any, secret: str, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.secret, self.request = secret, request
        self.period: int | None = None

    def clean_code(self) -> str:
        if limited(self.request, *TRIES):
            raise ValidationError(TOO_OFTEN)
        self.period = totp.period_of(self.secret, self.cleaned_data["code"])
        if self.period is None:
            raise ValidationError(
                _(
                    "This code is not right. Wait until the app shows the next one, "
                    "and check that your phone's clock is right."
                )
            )
        forgive(self.request, *TRIES)
        return self.cleaned_data["code"]
