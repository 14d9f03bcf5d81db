"""What a browser brings when it wants to be told: where its messages go, and its keys."""

from __future__ import annotations

import base64
import binascii

from cryptography.hazmat.primitives.asymmetric import ec
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from . import hosts

NOT_A_KEY = _("Your browser did not say how to reach it. Try again.")


class SubscribeForm(forms.Form):
    """Filled in by the page's script; whatever is wrong with it is said above the form."""

    endpoint = forms.CharField(
        max_length=hosts.LONGEST, widget=forms.HiddenInput, error_messages={"required": NOT_A_KEY}
    )
    p256dh = forms.CharField(max_length=100, widget=forms.HiddenInput, error_messages={"required": NOT_A_KEY})
    auth = forms.CharField(max_length=40, widget=forms.HiddenInput, error_messages={"required": NOT_A_KEY})

    def clean_endpoint(self) -> str:
        endpoint = self.cleaned_data["endpoint"]
        try:
            hosts.public_addresses(hosts.checked(endpoint))
        except hosts.Refused as refusal:
            raise ValidationError(refusal.args[0], code="refused") from None
        except OSError:
            # No name server, or no such name: before each message it is looked up again.
            pass
        return endpoint

    def clean_p256dh(self) -> str:
        """A point on the curve, uncompressed: whatever else it was would fail at every message."""
        key = self.cleaned_data["p256dh"]
        try:
            point = _raw(key, 65)
            ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        except ValueError:
            raise ValidationError(NOT_A_KEY, code="key") from None
        return key

    def clean_auth(self) -> str:
        try:
            _raw(self.cleaned_data["auth"], 16)
        except ValueError:
            raise ValidationError(NOT_A_KEY, code="key") from None
        return self.cleaned_data["auth"]


def _raw(text: str, length: int) -> bytes:
    """The bytes of base64url without padding. Raises ValueError unless they are so many."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise ValueError(text) from None
    if len(raw) != length:
        raise ValueError(text)
    return raw
