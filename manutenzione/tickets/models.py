from __future__ import annotations

from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .querysets import ResponseTargetQuerySet, TicketQuerySet
from .words import Category, State, Urgency

TEXT_LIMIT = 2000  # characters


class ClientIdTaken(Exception):
    """Somebody else's report carries this client id: the form was forged, or two phones drew the same number."""


class Ticket(models.Model):
    """A fault in a common area, on its way from whoever saw it to its repair.

    `workflow.py` holds what may happen to it. `version` counts what has happened: a form carries the one it was drawn
    with, so that of two operators who act at once the second learns what the first did.
    """

    number = models.PositiveIntegerField(_("number"), unique=True, editable=False)
    client_id = models.UUIDField(_("client id of the form"), unique=True, editable=False)
    building = models.ForeignKey(
        "portal.Building", models.PROTECT, related_name="+", verbose_name=_("building")
    )
    area = models.ForeignKey("portal.CommonArea", models.PROTECT, related_name="+", verbose_name=_("place"))
    category = models.CharField(_("what it is about"), max_length=20, choices=Category.choices)
    urgency = models.CharField(_("urgency"), max_length=2, choices=Urgency.choices)
    text = models.TextField(_("what happens"), max_length=TEXT_LIMIT, blank=True)
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("reported by"),
    )
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("assigned to"),
    )
    state = models.CharField(
        _("state"), max_length=20, choices=State.choices, default=State.SUBMITTED, editable=False
    )
    state_since = models.DateTimeField(_("in this state since"), default=timezone.now, editable=False)
    created_at = models.DateTimeField(_("reported on"), default=timezone.now, editable=False)
    answered_at = models.DateTimeField(_("first answered on"), null=True, editable=False)
    due_first_answer = models.DateTimeField(_("first answer by"), null=True, editable=False)
    due_done = models.DateTimeField(_("repaired by"), null=True, editable=False)
    version = models.PositiveIntegerField(default=0, editable=False)

    photos = GenericRelation("portal.Photo")

    objects = TicketQuerySet.as_manager()

    class Meta:
        verbose_name = _("report of a fault")
        verbose_name_plural = _("reports of faults")
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(fields=["building", "state"], name="ticket_building_state"),
            models.Index(fields=["state", "urgency", "created_at"], name="ticket_work_list"),
        ]

    def __str__(self) -> str:
        return f"{self.number} · {self.get_category_display()}"


class TicketChange(models.Model):
    """One step of a ticket. Rows are only ever added; the words in `note` stand here because an event holds none."""

    ticket = models.ForeignKey(
        Ticket, models.CASCADE, related_name="changes", verbose_name=_("report of a fault")
    )
    verb = models.CharField(_("what was done"), max_length=20)
    from_state = models.CharField(_("from"), max_length=20, choices=State.choices, blank=True)
    to_state = models.CharField(_("to"), max_length=20, choices=State.choices)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by"),
    )
    # What neighbours are shown instead of a name; kept, because roles come and go and people may be erased.
    for_agency = models.BooleanField(_("on the agency's behalf"))
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("assigned to"),
    )
    at = models.DateTimeField(_("at"), default=timezone.now)
    note = models.TextField(_("note"), max_length=TEXT_LIMIT, blank=True)
    event = models.OneToOneField("portal.Event", models.SET_NULL, null=True, editable=False, related_name="+")

    photos = GenericRelation("portal.Photo")

    class Meta:
        verbose_name = _("step of a report")
        verbose_name_plural = _("steps of reports")
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.ticket_id} · {self.verb}"


class ResponseTarget(models.Model):
    """How soon the agency wants to answer and to repair. The narrowest row that fits a ticket counts."""

    class Unit(models.TextChoices):
        HOURS = "hours", _("hours")
        DAYS = "days", _("days")
        WORKING_DAYS = "working_days", _("working days")

    urgency = models.CharField(_("urgency"), max_length=2, choices=Urgency.choices)
    category = models.CharField(
        _("what it is about"), max_length=20, choices=Category.choices, blank=True, help_text=_("Empty: all.")
    )
    building = models.ForeignKey(
        "portal.Building",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("building"),
        help_text=_("Empty: all."),
    )
    first_answer = models.PositiveSmallIntegerField(_("first answer within"), null=True, blank=True)
    first_answer_unit = models.CharField(
        _("unit"), max_length=12, choices=Unit.choices, default=Unit.WORKING_DAYS
    )
    done = models.PositiveSmallIntegerField(_("repaired within"), null=True, blank=True)
    done_unit = models.CharField(_("unit"), max_length=12, choices=Unit.choices, default=Unit.WORKING_DAYS)

    objects = ResponseTargetQuerySet.as_manager()

    class Meta:
        verbose_name = _("response target")
        verbose_name_plural = _("response targets")
        ordering = ["urgency", "category", "building"]
        constraints = [
            models.UniqueConstraint(
                fields=["urgency", "category", "building"], name="response_target_of_building_once"
            ),
            models.UniqueConstraint(
                fields=["urgency", "category"],
                condition=models.Q(building=None),
                name="response_target_of_all_buildings_once",
            ),
        ]

    def __str__(self) -> str:
        return " · ".join(
            str(part)
            for part in (self.urgency, self.category and self.get_category_display(), self.building)
            if part
        )
