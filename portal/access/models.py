from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.extensions import Role, find, years

from .append_only import AppendOnly
from .querysets import ConfidentialReadQuerySet

# The database lets a row go after ten years and not before; a day later it is time (no clock is exact).
KEPT_DAYS = years(10).days
KEPT = timedelta(days=KEPT_DAYS + 1)


def called(model: type[models.Model] | None) -> str:
    """What is opened, in a word. Of a person's own entry that is what stands in it: "person" would say nothing."""
    if model is None:
        return "?"
    if model._meta.label == settings.AUTH_USER_MODEL:
        return gettext("name, addresses and phone numbers")
    return str(model._meta.verbose_name)


class Why(models.TextChoices):
    """Why somebody opens what is confidential. A short list and no free text: what is never to be changed must not hold
    what somebody may ask to be forgotten (docs/adr/0019)."""

    SUPPORT = "support", _("I accompany this person or household")
    ASKED = "asked", _("The person asked me to")
    CONTACT = "contact", _("I have to reach the person")
    CONTRACT = "contract", _("Contract, home or payments")
    CORRECT = "correct", _("Something is wrong in it, I put it right")
    DANGER = "danger", _("Somebody is in danger")
    CONTROL = "control", _("A control, a complaint, or a request of the law")
    # What the portal writes down by itself where something of the person's waits; nobody can choose it.
    ANSWER = "answer", _("The person wrote to us or asked for something, I see to it")


class ConfidentialRead(models.Model):
    """That somebody on the staff opened something confidential about a person, when and why. Rows are only added.

    They hold ids and codes only. Once a person is erased, theirs stay, and lead to an entry without a name.
    """

    at = models.DateTimeField(_("opened on"), default=timezone.now, editable=False, db_index=True)
    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("opened by")
    )
    # Role keys, because a role may be taken away and the person asks as what somebody looked.
    roles = models.CharField(_("in the role of"), max_length=300, blank=True)
    about = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("whose data")
    )
    content_type = models.ForeignKey(ContentType, models.PROTECT, related_name="+")
    object_id = models.CharField(max_length=36)
    reason = models.CharField(_("why"), max_length=20, choices=Why.choices)

    objects = ConfidentialReadQuerySet.as_manager()
    append_only = AppendOnly(table="portal_confidentialread", at="at", days=KEPT_DAYS)

    class Meta:
        verbose_name = _("reading of confidential data")
        verbose_name_plural = _("readings of confidential data")
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["about", "-at"], name="read_about")]
        constraints = [
            models.CheckConstraint(condition=models.Q(reason__in=Why.values), name="read_reason_is_known")
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def what(self) -> str:
        """What was opened, as its app calls it; "?" of an app that is gone."""
        return called(self.content_type.model_class())

    @property
    def role_labels(self) -> list[str]:
        """The roles that the reader held then, in words."""
        roles = ((key, find(Role, key)) for key in self.roles.split())
        return [str(role.label) if role else key for key, role in roles]
