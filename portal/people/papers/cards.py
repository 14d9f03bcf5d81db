"""For whom the desk has to print: who has no other way in, and whose paper has run out."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest

from portal.people.models import User

from .models import SignInCode, SignInSheet

SHOWN = 5  # on the day


def without_a_paper() -> QuerySet[User]:
    """Those who have been in, have neither an address nor a phone nor a passkey, and no code left that is good."""
    live = SignInSheet.objects.live().filter(person=OuterRef("pk"))
    good = live.filter(Exists(SignInCode.objects.filter(sheet=OuterRef("pk"), used_at=None)))
    passkeys = Authenticator.objects.filter(user=OuterRef("pk"), type=Authenticator.Type.WEBAUTHN)
    return (
        User.objects.without_role()
        .filter(Q(email=None) | Q(email=""), Q(phone=None) | Q(phone=""), last_login__isnull=False)
        .filter(~Exists(good), ~Exists(passkeys))
        .order_by("display_name", "pk")
    )


def papers_to_print(request: HttpRequest) -> dict | None:
    """For those who print; hidden while everybody has what they need."""
    if not request.user.has_perm("portal.print_sign_in_code"):
        return None
    waiting = without_a_paper().exclude(pk=request.user.pk)
    people = list(waiting[:SHOWN])
    return {"people": people, "total": waiting.count()} if people else None
