"""Who has an account in the time bank, how far it may go, and who asks the common pot."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.events import record
from portal.ledger import LedgerBook

from .querysets import HoursAccountQuerySet, PotRequestQuerySet, kind_of
from .words import BOOK, LONGEST, NEAR, SHORTEST, STEP, Asked, Holder


class NotPossible(Exception):
    """The question to the pot was answered meanwhile, or taken back."""


class HoursLimits(models.Model):
    """How far accounts of a kind may go, in minutes [rule: −10 h and +20 h]. Holds from the next booking on."""

    kind = models.CharField(
        _("whose accounts"),
        max_length=20,
        choices=[choice for choice in Holder.choices if choice[0] != Holder.BANK],
        unique=True,
    )
    lowest = models.IntegerField(
        _("lowest balance"), help_text=_("In minutes, in steps of 30: −600 are ten hours received.")
    )
    highest = models.IntegerField(
        _("highest balance"),
        null=True,
        blank=True,
        help_text=_("In minutes, in steps of 30: 1200 are twenty hours given. Empty: no limit."),
    )

    class Meta:
        verbose_name = _("limits of the time bank")
        verbose_name_plural = _("limits of the time bank")
        ordering = ["kind"]
        constraints = [
            models.CheckConstraint(
                condition=Q(lowest__lte=0) & (Q(highest=None) | Q(highest__gte=0)),
                name="hours_limits_have_zero_between",
                violation_error_message=_("Zero must lie between the lowest and the highest balance."),
            ),
            models.CheckConstraint(
                condition=Q(lowest=F("lowest") / STEP * STEP)
                & (Q(highest=None) | Q(highest=F("highest") / STEP * STEP)),
                name="hours_limits_in_half_hours",
                violation_error_message=_("Limits go in steps of 30 minutes."),
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class HoursAccount(models.Model):
    """An account in the book of hours, and whose it is. The ledger knows a code only; this row forgets the person."""

    kind = models.CharField(max_length=20, choices=Holder.choices, editable=False)
    person = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("person"),
    )
    organization = models.OneToOneField(
        "portal.Organization",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("organization"),
    )
    ledger = models.OneToOneField(
        "portal.LedgerAccount", models.PROTECT, related_name="hours_account", editable=False
    )

    objects = HoursAccountQuerySet.as_manager()

    class Meta:
        verbose_name = _("account in the time bank")
        verbose_name_plural = _("accounts in the time bank")
        constraints = [
            models.CheckConstraint(
                condition=(Q(person=None) | Q(kind=Holder.PERSON))
                & (Q(organization=None) | Q(kind=Holder.ORGANIZATION)),
                name="hours_account_is_of_its_kind",
            ),
            models.UniqueConstraint(
                fields=["kind"],
                condition=Q(kind__in=[Holder.POT, Holder.BANK]),
                name="hours_account_of_the_bank_once",
            ),
        ]

    def __str__(self) -> str:
        return str(self.holder or self.get_kind_display())

    @classmethod
    def of(cls, holder) -> HoursAccount:
        """The account of a person or an organization, opened where there is none yet."""
        kind = kind_of(holder)
        return cls._opened(kind, **{kind.value: holder})

    @classmethod
    def pot(cls) -> HoursAccount:
        return cls._opened(Holder.POT)

    @classmethod
    def bank(cls) -> HoursAccount:
        return cls._opened(Holder.BANK)

    @classmethod
    def _opened(cls, kind: Holder, **whose) -> HoursAccount:
        # The code is drawn: it stays in the journal for ever and must lead to nobody.
        code = f"{kind.value}-{uuid.uuid4().hex}"
        account, _created = cls.objects.select_related("ledger__book").get_or_create(
            kind=kind, **whose, defaults={"ledger": lambda: book_of_hours().account(code)}
        )
        return account

    @property
    def holder(self):
        """The person or the organization; None for the pot, the bank, and whoever was erased."""
        return self.person or self.organization

    @property
    def balance(self) -> int:
        """In minutes: above zero given, below zero received."""
        return self.ledger.balance()

    def keep_limits(self, limits: HoursLimits | None) -> None:
        """What the register says now is what the ledger asks for; the bank has none."""
        lowest, highest = (limits.lowest, limits.highest) if limits else (None, None)
        if (self.ledger.lowest, self.ledger.highest) != (lowest, highest):
            self.ledger.limit(lowest=lowest, highest=highest)

    def tell_if_near(self, before: int, after: int) -> None:
        """Say once, on coming near a limit, that there is not much room left. In minutes."""
        lowest, highest = self.ledger.lowest, self.ledger.highest
        if lowest is not None and after <= lowest + NEAR < before:
            record("community.hours.near_limit", self, edge="lowest")
        if highest is not None and after >= highest - NEAR > before:
            record("community.hours.near_limit", self, edge="highest")


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
        from .accounts import draw_from_pot

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


def book_of_hours() -> LedgerBook:
    return LedgerBook.named(BOOK, unit=LedgerBook.Unit.MINUTES)
