"""The numbers of an authenticator app: right for half a minute, a little longer for clocks that go wrong, and once."""

from __future__ import annotations

import time

from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.mfa.utils import decrypt, encrypt
from django.db import transaction
from django.utils.crypto import constant_time_compare

TOLERANCE = 1  # periods of 30 seconds before and after


def period_of(secret: str, code: str) -> int | None:
    """The period that the number belongs to, or None for a wrong one."""
    now = int(time.time()) // app_settings.TOTP_PERIOD
    right = None
    for period in range(now - TOLERANCE, now + TOLERANCE + 1):
        if constant_time_compare(format_hotp_value(hotp_value(secret, period)), code):
            right = period
    return right


@transaction.atomic
def accepts(authenticator: Authenticator, code: str) -> bool:
    """Whether the number is right and newer than the last one: allauth remembers in the cache, and not long enough."""
    row = Authenticator.objects.select_for_update().get(pk=authenticator.pk)
    secret = decrypt(row.data["secret"])
    period = period_of(secret, code)
    if period is None or period <= row.data.get("last_period", 0):
        return False
    # Encrypted anew: so it comes under the installation's newest secret.
    row.data |= {"last_period": period, "secret": encrypt(secret)}
    row.save(update_fields=["data"])
    return True
