from __future__ import annotations

import hashlib
import secrets

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.events import record


class CalendarLink(models.Model):
    """The secret address under which a calendar follows what somebody has said yes to. The table keeps its digest only:
    whoever has lost the address makes another, and the old one is dead."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("person")
    )
    digest = models.CharField(max_length=64, unique=True, editable=False)
    made_at = models.DateTimeField(_("made on"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("calendar link")
        verbose_name_plural = _("calendar links")

    def __str__(self) -> str:
        return str(self.person)

    @classmethod
    @transaction.atomic
    def renew(cls, person) -> str:
        """A new secret, 256 bits in letters that an address takes; shown once."""
        token = secrets.token_urlsafe(32)
        link, _created = cls.objects.update_or_create(
            person=person, defaults={"digest": _digest(token), "made_at": timezone.now()}
        )
        record("community.calendar_link.made", link, by=person)
        return token

    @classmethod
    def end(cls, person) -> None:
        """No calendar follows any more."""
        cls.objects.filter(person=person).delete()

    @classmethod
    def opened_by(cls, token: str) -> CalendarLink | None:
        """The link of that secret, while the person may come in."""
        found = cls.objects.select_related("person").filter(digest=_digest(token)).first()
        return found if found and found.person.is_active else None


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
