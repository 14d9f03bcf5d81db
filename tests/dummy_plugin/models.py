from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.access import may_act_for
from portal.events import record

from .querysets import KeyQuerySet, LoanQuerySet
from .workflow import FACTS, State, target_of

MAY_KEEP = timedelta(days=3)
FOR_SOMEBODY = "keys.loans"  # the scope in which somebody may ask for another person


class Key(models.Model):
    """A key on the board at the desk; it opens a common area, and whoever lives in the building may borrow it."""

    area = models.ForeignKey("portal.CommonArea", models.CASCADE, related_name="+", verbose_name=_("opens"))
    name = models.CharField(_("name"), max_length=80)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("added by"),
    )
    times_lent = models.PositiveIntegerField(_("times lent"), default=0, editable=False)

    objects = KeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("key")
        verbose_name_plural = _("keys")
        ordering = ["area__building__name", "name"]

    def __str__(self) -> str:
        return self.name

    @transaction.atomic
    def ask(self, *, by, client_id, on_behalf_of=None) -> Loan:
        """Somebody wants to borrow it. The same `client_id` again is the same loan: a phone may send twice.

        Asked on behalf of somebody who granted it, it is that person's loan, and its history says who asked.
        """
        if on_behalf_of is not None and not may_act_for(by, on_behalf_of, FOR_SOMEBODY):
            raise PermissionDenied
        loan, created = Loan.objects.get_or_create(
            borrower=on_behalf_of or by, client_id=client_id, defaults={"key": self}
        )
        if created and on_behalf_of is not None:
            record("keys.loan.asked", loan, by=by, on_behalf_of=on_behalf_of, scope=FOR_SOMEBODY)
        elif created:
            record("keys.loan.asked", loan, by=by)
        return loan


class Loan(models.Model):
    """That somebody asked for a key, and what became of it. `workflow.py` holds what may happen."""

    client_id = models.UUIDField(editable=False)
    key = models.ForeignKey(Key, models.CASCADE, related_name="loans", verbose_name=_("key"))
    borrower = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("borrowed by")
    )
    state = models.CharField(
        _("state"), max_length=20, choices=State.choices, default=State.ASKED, editable=False
    )
    asked_at = models.DateTimeField(_("asked on"), default=timezone.now, editable=False)
    lent_at = models.DateTimeField(_("lent on"), null=True, editable=False)
    due_on = models.DateField(_("due on"), null=True, editable=False)
    reminded_at = models.DateTimeField(null=True, editable=False)

    objects = LoanQuerySet.as_manager()

    class Meta:
        verbose_name = _("loan of a key")
        verbose_name_plural = _("loans of keys")
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["borrower", "client_id"], name="loan_sent_once"),
            models.UniqueConstraint(fields=["key"], condition=models.Q(state="lent"), name="key_lent_once"),
        ]

    def __str__(self) -> str:
        return str(self.key)

    def get_absolute_url(self) -> str:
        return reverse("keys:loan", args=[self.pk])

    def lend(self, *, by) -> None:
        """The desk hands the key over, for three days."""
        today = timezone.localdate()
        self._step("lend", by=by, lent_at=timezone.now(), due_on=today + MAY_KEEP)

    def take_back(self, *, by) -> None:
        self._step("take_back", by=by)

    def withdraw(self, *, by) -> None:
        """Whoever asked does not need it any more."""
        self._step("withdraw", by=by)

    @transaction.atomic
    def remind(self) -> None:
        """Say once that the key is due."""
        if Loan.objects.filter(pk=self.pk, reminded_at=None).update(reminded_at=timezone.now()):
            record("keys.loan.overdue", self)

    @transaction.atomic
    def _step(self, verb: str, *, by, **changes) -> None:
        """Raises NotPossible when the loan's state forbids the verb. The lock makes the second of two clerks wait."""
        state = Loan.objects.select_for_update().values_list("state", flat=True).get(pk=self.pk)
        for name, value in {"state": target_of(state, verb), **changes}.items():
            setattr(self, name, value)
        self.save(update_fields=["state", *changes])
        record(FACTS[verb], self, by=by)
