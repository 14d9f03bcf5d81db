from __future__ import annotations

import uuid
from datetime import timedelta

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.events import record
from portal.people.codes import DIGITS, new_code, readable
from portal.people.codes import digest as code_digest

VALID = timedelta(days=14)
CODES = 4  # of a sheet, each good for one sign-in


class HoldsARole(Exception):
    """Whoever works for the agency signs in with more than a paper."""


class PrintedAlready(Exception):
    """This very order to print has been carried out. Its codes were shown once and are shown no more."""


def _digits() -> str:
    """The number of a sheet, as long as a code: by this name a migration knows it."""
    return new_code()


class SheetQuerySet(models.QuerySet):
    def live(self) -> SheetQuerySet:
        """Those that may still open something."""
        return self.filter(revoked_at=None, valid_until__gt=timezone.now(), person__is_active=True)

    def numbered(self, number: str) -> SignInSheet | None:
        """The live sheet of that number; always one query."""
        return self.live().select_related("person").filter(number=number).first()


class SignInSheet(models.Model):
    """A paper that the desk has printed for somebody, with codes to sign in, each good once.

    The number finds the sheet and a code opens it, each of eight digits drawn at random: 26.6 bits each. Whoever knows
    neither would need one of 2^53; whoever has seen the number alone, without the codes that stand beneath it, has ten
    tries a day (portal/people/limits.py), so that in the sheet's two weeks they meet one of four codes once in 170,000
    times. In the database stands a code's HMAC, keyed with the installation's secret, which is not in the database:
    whoever has a copy of that has nothing to try at their leisure.

    One sheet of a person is good at a time.
    """

    client_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    number = models.CharField(_("number"), max_length=DIGITS, unique=True, default=_digits)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="sign_in_sheets", verbose_name=_("person")
    )
    printed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("printed by")
    )
    printed_at = models.DateTimeField(_("printed on"), default=timezone.now)
    valid_until = models.DateTimeField(_("valid until"))
    revoked_at = models.DateTimeField(_("revoked on"), null=True, blank=True)

    objects = SheetQuerySet.as_manager()

    class Meta:
        verbose_name = _("paper to sign in")
        verbose_name_plural = _("papers to sign in")
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=models.Q(revoked_at=None), name="one_sheet_a_person"
            )
        ]

    def __str__(self) -> str:
        return readable(self.number)

    @classmethod
    @transaction.atomic
    def print_for(cls, person, *, by, client_id: uuid.UUID) -> tuple[SignInSheet, list[str]]:
        """A new sheet and its codes, which nobody can read again; an earlier one is worth nothing from now on.

        Raises HoldsARole, and PrintedAlready for an order that comes a second time.
        """
        # Locked: two desks that print at once print one after the other, and a role is given before or after.
        person = type(person).objects.select_for_update().get(pk=person.pk)
        if cls.objects.filter(client_id=client_id).exists():
            raise PrintedAlready
        if not may_have_a_paper(person):
            raise HoldsARole
        now = timezone.now()
        person.sign_in_sheets.filter(revoked_at=None).update(revoked_at=now)
        sheet = cls.objects.create(
            client_id=client_id, person=person, printed_by=by, printed_at=now, valid_until=now + VALID
        )
        codes: list[str] = []
        while len(codes) < CODES:
            if (code := new_code()) not in codes:
                codes.append(code)
        SignInCode.objects.bulk_create(SignInCode(sheet=sheet, digest=digest(sheet.number, c)) for c in codes)
        record("portal.person.paper_printed", person, by=by, sheet=sheet.pk)
        return sheet, codes

    @transaction.atomic
    def revoke(self, *, by) -> None:
        """The paper is lost, or not needed any more. Doing it twice is doing it once."""
        if SignInSheet.objects.filter(pk=self.pk, revoked_at=None).update(revoked_at=timezone.now()):
            record("portal.person.paper_revoked", self.person, by=by, sheet=self.pk)
        self.refresh_from_db(fields=["revoked_at"])

    @transaction.atomic
    def open_with(self, code: str) -> bool:
        """Use a code up. True for one that is good, and for that once; False for whatever else."""
        used = self.codes.filter(digest=digest(self.number, code), used_at=None)
        if not may_have_a_paper(self.person) or not used.update(used_at=timezone.now()):
            return False
        record("portal.person.paper_used", self.person, by=self.person, sheet=self.pk)
        return True

    @property
    def is_live(self) -> bool:
        return self.revoked_at is None and self.valid_until > timezone.now()

    def codes_left(self) -> int:
        return self.codes.filter(used_at=None).count()


class SignInCode(models.Model):
    sheet = models.ForeignKey(
        SignInSheet, models.CASCADE, related_name="codes", verbose_name=_("paper to sign in")
    )
    digest = models.CharField(_("digest"), max_length=64)
    used_at = models.DateTimeField(_("used on"), null=True, blank=True)

    class Meta:
        verbose_name = _("code of a paper")
        verbose_name_plural = _("codes of papers")
        constraints = [models.UniqueConstraint(fields=["sheet", "digest"], name="sheet_code_once")]

    def __str__(self) -> str:
        return f"{self.sheet}, {self.pk}"


def may_have_a_paper(person) -> bool:
    """Never for who holds a role: what they see of others needs more than a paper that lies about."""
    return person.is_active and not person.is_superuser and not person.role_keys


def digest(number: str, code: str) -> str:
    """What is kept of a code of the sheet with that number."""
    return code_digest("paper", number, "", code)
