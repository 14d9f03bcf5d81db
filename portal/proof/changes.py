"""What changes in how somebody signs in. Each change is a fact that the person is told, wherever it was made.

Recorded without an actor where it is the person themselves, or somebody who passes for them: then it is they who must
hear of it.
"""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from allauth.mfa.webauthn.internal.auth import WebAuthn
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db import transaction

from portal.events import record

from .means import Means

MOST_PASSKEYS = 10


class LastFactor(Exception):
    """The role asks for a second factor, and this is the only one."""


class TooMany(Exception):
    """More passkeys than anybody has devices."""


class HasOne(Exception):
    """There is an app already; another takes its place only once the first has been removed."""


@transaction.atomic
def add_passkey(person: Any, *, name: str, credential: dict[str, Any]) -> Authenticator:
    """Raises TooMany."""
    means = _locked(person)
    if len(means.passkeys) >= MOST_PASSKEYS:
        raise TooMany
    passkey = WebAuthn.add(person, name, credential).instance
    RecoveryCodes.activate(person)
    record("portal.proof.passkey_added", person, by=None)
    return passkey


@transaction.atomic
def rename_passkey(passkey: Authenticator, name: str) -> None:
    """Its name is for its owner alone: no fact."""
    row = Authenticator.objects.select_for_update().get(pk=passkey.pk)
    row.data["name"] = name
    row.save(update_fields=["data"])


@transaction.atomic
def add_app(person: Any, *, secret: str, period: int) -> Authenticator:
    """The app's first number, of that period, has been checked; it does not count again. Raises HasOne."""
    if _locked(person).app:
        raise HasOne
    app = TOTP.activate(person, secret).instance
    app.data["last_period"] = period
    app.save(update_fields=["data"])
    RecoveryCodes.activate(person)
    record("portal.proof.app_added", person, by=None)
    return app


@transaction.atomic
def remove_factor(factor: Authenticator) -> None:
    """With the last one the recovery codes go as well. Raises LastFactor; removing what is gone changes nothing."""
    person = factor.user
    means = _locked(person)
    if factor.pk not in {row.pk for row in means.factors}:
        return
    if means.must_have_factor and len(means.factors) == 1:
        raise LastFactor
    if len(means.factors) == 1 and means.recovery:
        means.recovery.delete()
    kind = "passkey" if factor.type == Authenticator.Type.WEBAUTHN else "app"
    Authenticator.objects.filter(pk=factor.pk).delete()
    record(f"portal.proof.{kind}_removed", person, by=None)


@transaction.atomic
def make_recovery_codes(person: Any) -> None:
    """New ones in the place of the old. Nothing for whoever has no second factor."""
    means = _locked(person)
    if not means.has_factor:
        return
    if means.recovery:
        means.recovery.delete()
    RecoveryCodes.activate(person)
    record("portal.proof.codes_made", person, by=None)


@transaction.atomic
def take_factors(person: Any, *, by: Any) -> bool:
    """Somebody has lost all that they prove themselves by: it is taken away, and they are signed out everywhere.

    Whose role asks for a second factor sets up a new one at the next sign-in, before anything else. False where there
    was nothing to take: then nothing changes, and doing it twice is doing it once. Raises PermissionDenied.
    """
    if not by.has_perm("portal.take_factors", person):
        raise PermissionDenied
    _locked(person)
    if not Authenticator.objects.filter(user=person).delete()[0]:
        return False
    record("portal.proof.factors_taken", person, by=by)
    person.sign_out_everywhere(by=by)
    return True


def _locked(person: Any) -> Means:
    """What the person has, and nothing of it changes until the end of the transaction."""
    get_user_model().objects.select_for_update().only("pk").get(pk=person.pk)
    return Means.of(person)
