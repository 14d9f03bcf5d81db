"""By what a person can prove who they are."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from allauth.mfa.models import Authenticator
from cryptography.fernet import InvalidToken
from django.http import HttpRequest

from portal.access import has_stepped_up, needs_second_factor
from portal.access.second_factor import PROVED_BY
from portal.access.step_up import FRESH, stepped_up_until
from portal.people.codes import EMAIL, PHONE
from portal.tasks.sms import can_send_sms

Type = Authenticator.Type


@dataclass(frozen=True)
class Means:
    """What somebody has, and which of it counts when they are asked once more.

    Whoever has a second factor proves themselves by it: a code, by e-mail or as a text message, would come to the very
    phone that may be in somebody else's hands. Their password still counts, unless their role asks for the factor.
    """

    has_password: bool
    email: str
    phone: str = ""  # where text messages can be sent
    passkeys: tuple[Authenticator, ...] = ()
    app: Authenticator | None = None
    recovery: Authenticator | None = None
    must_have_factor: bool = field(default=False)

    @classmethod
    def of(cls, person: Any) -> Means:
        rows = list(Authenticator.objects.filter(user=person).order_by("created_at", "pk"))
        return cls(
            has_password=person.has_usable_password(),
            email=person.email or "",
            phone=(person.phone or "") if can_send_sms() else "",
            passkeys=tuple(row for row in rows if row.type == Type.WEBAUTHN),
            app=next((row for row in rows if row.type == Type.TOTP), None),
            recovery=next((row for row in rows if row.type == Type.RECOVERY_CODES), None),
            must_have_factor=needs_second_factor(person),
        )

    @property
    def factors(self) -> tuple[Authenticator, ...]:
        return (*self.passkeys, self.app) if self.app else self.passkeys

    @property
    def has_factor(self) -> bool:
        return bool(self.factors)

    @property
    def recovery_codes_left(self) -> int:
        try:
            return len(self.recovery.wrap().get_unused_codes()) if self.recovery else 0
        except InvalidToken:
            return 0  # kept under a secret that the installation no longer has

    # -- what counts ----------------------------------------------------------------------------------------------

    @property
    def passkey(self) -> bool:
        return bool(self.passkeys)

    @property
    def typed(self) -> bool:
        """A number of the app, or a recovery code."""
        return self.has_factor and (self.app is not None or self.recovery is not None)

    @property
    def password(self) -> bool:
        return self.has_password and not (self.has_factor and self.must_have_factor)

    @property
    def code_by(self) -> tuple[str, ...]:
        """By what a code can be sent: EMAIL, PHONE, both or neither."""
        if self.has_factor:
            return ()
        return tuple(kind for kind, contact in ((EMAIL, self.email), (PHONE, self.phone)) if contact)

    @property
    def code(self) -> bool:
        return bool(self.code_by)

    @property
    def none(self) -> bool:
        return not (self.passkey or self.typed or self.password or self.code)


def proof_holds(request: HttpRequest, means: Means) -> bool:
    """Whether whoever asks has just proved who they are by something that still counts.

    A code that was sent, entered before there was a second factor, no longer does: it may have been somebody else who
    entered it, with the phone in their hands.
    """
    if not has_stepped_up(request):
        return False
    if not means.has_factor or request.session.get(PROVED_BY) == request.user.pk:
        return True
    if means.must_have_factor:
        return False
    proved_at = stepped_up_until(request) - FRESH
    return proved_at >= min(int(factor.created_at.timestamp()) for factor in means.factors)
