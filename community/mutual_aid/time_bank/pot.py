"""Questions to the common pot: who asks, and who answers."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.events import record

from .accounts import draw_from_pot
from .querysets import PotRequestQuerySet
from .words import LONGEST, SHORTEST, STEP, Asked


class NotPossible(Exception):
    """The question to the pot was answered meanwhile, or taken back."""


class PotRequest(models.Model):
    """Somebody who cannot give asks the common pot for hours; whoever coordinates nearby answers."""

    client_id = models.UUIDField(editable=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("who asks")
    )
    municipality = models.ForeignKey(
        "portal.Municipality", models.PROTECT, related_name="+", verbose_name=_("municipality")
    )
    minutes = models.PositiveIntegerField(_("minutes"))
    state = models.CharField(_("state"), max_length=20, choices=Asked.choices, default=Asked.WAITING)
    asked_at = models.DateTimeField(_("asked on"), default=timezone.now, editable=False)
    decided_at = models.DateTimeField(_("answered on"), null=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("answered by")
    )

    objects = PotRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("question to the common pot")
        verbose_name_plural = _("questions to the common pot")
        ordering = ["asked_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["person", "client_id"], name="pot_request_sent_once"),
            models.UniqueConstraint(
                fields=["person"], condition=Q(state=Asked.WAITING), name="pot_request_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(minutes__gte=SHORTEST, minutes__lte=LONGEST)
                & Q(minutes=F("minutes") / STEP * STEP),
                name="pot_request_in_half_hours",
            ),
        ]

    def __str__(self) -> str:
        return str(self.person)

    @classmethod
    @transaction.atomic
    def ask(cls, *, by, minutes: int, client_id: uuid.UUID, municipality_id: int) -> PotRequest:
        """The same `client_id` again is the same question, and so is whatever is asked while one waits."""
        if known := cls.objects.filter(person=by, client_id=client_id).first():
            return known
        told = {"minutes": minutes, "client_id": client_id, "municipality_id": municipality_id}
        asked, created = cls.objects.get_or_create(person=by, state=Asked.WAITING, defaults=told)
        if created:
            record("community.pot_request.asked", asked, by=by, minutes=minutes)
        return asked

    def grant(self, *, by) -> None:
        """Book it. Raises LimitReached, of the pot's account when it holds too little."""
        with transaction.atomic():
            self._decide(Asked.GRANTED, by=by)
            draw_from_pot(self.person, self.minutes, key=f"pot:{self.pk}", about=self)

    def decline(self, *, by) -> None:
        self._decide(Asked.DECLINED, by=by)

    def withdraw(self, *, by) -> None:
        self._decide(Asked.WITHDRAWN, by=by)

    @transaction.atomic
    def _decide(self, state: Asked, *, by) -> None:
        """Raises NotPossible where somebody was quicker, PermissionDenied for whoever may not."""
        asked = PotRequest.objects.select_for_update().get(pk=self.pk)
        verb = "withdraw" if state == Asked.WITHDRAWN else "decide"
        if not by.has_perm(f"community.{verb}_pot_request", asked):
            raise PermissionDenied
        if asked.state != Asked.WAITING:
            raise NotPossible
        self.state, self.decided_at, self.decided_by = state, timezone.now(), by
        self.save(update_fields=["state", "decided_at", "decided_by"])
        record(f"community.pot_request.{state.value}", self, by=by)
