"""What letters and notices tell of a person, and for how long."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import Q
from django.utils.module_loading import import_string

from portal.extensions import years
from portal.people.models import User

from .first_sign_in import SESSION
from .models import Invitation, NoticeAcceptance

RETENTION = years(1)


def export_invitations(person: User) -> Iterator[dict[str, Any]]:
    for invitation in person.invitations.order_by("issued_at"):
        yield {
            "made_on": invitation.issued_at.isoformat(),
            "good_until": invitation.expires_at.isoformat(),
            **{
                name: at.isoformat() if at else None
                for name, at in (
                    ("printed_on", invitation.printed_at),
                    ("sent_on", invitation.mailed_at),
                    ("document_seen_on", invitation.document_seen_at),
                    ("came_in_on", invitation.accepted_at),
                    ("taken_back_on", invitation.revoked_at),
                )
            },
        }


def erase_invitations(person: User) -> int:
    """Those to the person go; of those that they made for others the name under them does."""
    made = Invitation.objects.filter(issued_by=person).update(issued_by=None)
    made += Invitation.objects.filter(revoked_by=person).update(revoked_by=None)
    _forget_answers(set(person.invitations.values_list("pk", flat=True)))
    return made + person.invitations.all().delete()[0]


def _forget_answers(invitations: set[int]) -> None:
    """A name, an address, a language: what was answered on the way in waits in a session that is nobody's yet."""
    if not invitations:
        return
    store = import_string(f"{settings.SESSION_ENGINE}.SessionStore")
    for session in Session.objects.iterator():
        if (session.get_decoded().get(SESSION) or {}).get("invitation") in invitations:
            store(session.session_key).delete()  # from the cache as well


def expire_invitations(before: datetime) -> int:
    """Of letters that let nobody in any more: used, taken back, or too old."""
    over = Q(accepted_at__lt=before) | Q(revoked_at__lt=before) | Q(expires_at__lt=before)
    return Invitation.objects.filter(over).delete()[0]


def export_notices(person: User) -> Iterator[dict[str, Any]]:
    for acceptance in person.notice_acceptances.order_by("accepted_at"):
        yield {
            "version": acceptance.privacy_notice_version,
            "read_on": acceptance.accepted_at.isoformat(),
        }


def erase_notices(person: User) -> int:
    return NoticeAcceptance.objects.filter(person=person).delete()[0]
