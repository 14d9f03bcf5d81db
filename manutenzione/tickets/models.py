from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.fields import GenericRelation
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from portal.access import may_act_for
from portal.events import record
from portal.extensions import EventKind, find

from . import workflow
from .calendar import later, now
from .querysets import ResponseTargetQuerySet, TicketQuerySet
from .roles import OPERATOR, REPORTS, agency, worker
from .words import FINISHED, OPEN, Category, State, Urgency

TEXT_LIMIT = 2000  # characters
_STARTS_AGAIN = ("reopen", "reconsider")  # verbs after which the time for the repair is counted anew
SENT_TWICE_WITHIN = timedelta(hours=1)


class ClientIdTaken(Exception):
    """Somebody else's report carries this client id: the form was forged."""


class AlreadyReported(Exception):
    """The person has sent this form before, with another fault in it: `ticket` is what came of it then."""

    def __init__(self, ticket: Ticket) -> None:
        super().__init__(ticket)
        self.ticket = ticket


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
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="ticket_state_is_known"),
            models.CheckConstraint(condition=Q(urgency__in=Urgency.values), name="ticket_urgency_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.number} · {self.get_category_display()}"

    def get_absolute_url(self) -> str:
        return reverse("manutenzione:ticket", args=[self.number])

    def clean(self) -> None:
        if self.area_id and self.area.building_id != self.building_id:
            raise ValidationError({"area": _("This place is not in that building.")})

    # -- what it says of itself -------------------------------------------------------------------------------------

    @property
    def icon(self) -> str:
        return Category(self.category).icon

    @property
    def place_names_it(self) -> bool:
        """Whether the place says already what it is about: “Lift, stairs A” is not called a lift twice."""
        return str(self.area).casefold().startswith(self.get_category_display().casefold())

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def is_finished(self) -> bool:
        return self.state in FINISHED

    @property
    def is_overdue(self) -> bool:
        """The agency is late: with its first answer, or with the repair. What waits for something is not late."""
        now = timezone.now()
        if self.state == State.SUBMITTED and self.due_first_answer and self.due_first_answer < now:
            return True
        return self.state in (State.SUBMITTED, State.TRIAGED) and bool(self.due_done and self.due_done < now)

    @property
    def is_answered_today(self) -> bool:
        """Whether the first answer is promised for the day of the report: only then does its hour say anything."""
        due = self.due_first_answer
        return due is not None and timezone.localdate(due) == timezone.localdate(self.created_at)

    @property
    def confirm_by(self) -> datetime | None:
        """Until when a repair may be doubted before it counts as confirmed; None while there is none to confirm."""
        return self.state_since + workflow.CONFIRM_WITHIN if self.state == State.RESOLVED else None

    def steps_for(self, user: Any, on_behalf_of: Any = None) -> list[workflow.Transition]:
        """What this person may do now, first what mostly comes next; while nobody has it, giving it to somebody."""
        steps = [s for s in workflow.possible(self.state) if self.may(s.verb, user, on_behalf_of)]
        is_nobodys = self.state == State.TRIAGED and self.assignee_id is None
        return sorted(steps, key=lambda step: not (is_nobodys and step.verb == "assign"))

    def names_known_to(self, user: Any) -> bool:
        """Whether what is noted in the conversation about it says who did it: as its history does."""
        return user.has_perm("manutenzione.see_names", self)

    facts_in_conversation = frozenset(
        f"manutenzione.ticket.{fact}"
        for fact in (
            "assigned",
            "held",
            "resumed",
            "resolved",
            "confirmed",
            "reopened",
            "rejected",
            "cancelled",
        )
    )

    def people_in_conversation(self) -> list[Any]:
        """Whom a message about it concerns: the reporter, and whoever has it; while nobody has, the operators."""
        if self.assignee_id:
            return [self.reporter, self.assignee]
        return [self.reporter, *get_user_model().objects.with_role(OPERATOR).knowing_roles()]

    def may(self, verb: str, user: Any, on_behalf_of: Any = None) -> bool:
        """Whether somebody may take that step at some time: for themselves, or for the reporter who granted it."""
        if on_behalf_of is None:
            return user.has_perm(f"manutenzione.{verb}_ticket", self)
        is_theirs = self.reporter_id == on_behalf_of.pk and verb in workflow.OF_REPORTER
        return is_theirs and user.has_perm("manutenzione.act_for_reporter", self)

    # -- the verbs --------------------------------------------------------------------------------------------------

    @classmethod
    def report(
        cls,
        *,
        by: Any,
        client_id: Any,
        area: Any,
        category: str,
        urgency: str,
        text: str,
        on_behalf_of: Any = None,
    ) -> Ticket:
        """Take a report in; however often the phone sends it, it is one.

        Sent on behalf of somebody who granted it, it is that person's report, and its history says who sent it.

        A form that was reached with “Back” carries a new client id and the old words: within SENT_TWICE_WITHIN that is
        the same report too, as long as it is open.

        Raises PermissionDenied where the person may not report, ClientIdTaken for the client id of somebody else's
        report, AlreadyReported for that of an own one about another place or in other words.
        """
        moment = now()
        reporter = on_behalf_of or by
        for _attempt in range(50):
            if known := cls.objects.filter(client_id=client_id).first():
                if known.reporter_id != reporter.pk:
                    raise ClientIdTaken
                # What never changes afterwards; category and urgency may have been put right meanwhile.
                if (known.area_id, known.text) != (area.pk, text):
                    raise AlreadyReported(known)
                return known
            if on_behalf_of is None:
                may = by.has_perm("manutenzione.report_ticket", area.building)
            else:
                lives_there = on_behalf_of.has_perm("manutenzione.report_ticket_as_resident", area.building)
                may = lives_there and may_act_for(by, on_behalf_of, REPORTS)
            if not may:
                raise PermissionDenied
            ticket = cls(
                client_id=client_id,
                building_id=area.building_id,
                area=area,
                category=category,
                urgency=urgency,
                text=text,
                reporter=reporter,
                created_at=moment,
                state_since=moment,
            )
            try:
                with transaction.atomic():
                    ticket.number = (cls.objects.aggregate(last=models.Max("number"))["last"] or 0) + 1
                    # After the number: a twin stored from here on takes it, and the next attempt finds the twin.
                    if twin := ticket._twin():
                        return twin
                    ticket._set_targets()
                    ticket.save(force_insert=True)
                    ticket._note_change("report", "", by=by, on_behalf_of=on_behalf_of)
            except IntegrityError:
                # Somebody took the number, or the same phone the client id, a moment ago: look again.
                if cls.objects.filter(Q(number=ticket.number) | Q(client_id=client_id)).exists():
                    continue
                raise
            return ticket
        raise RuntimeError("no free number for a ticket")

    @transaction.atomic
    def triage(
        self,
        *,
        by: Any,
        category: str | None = None,
        urgency: str | None = None,
        assignee: Any = None,
        note: str = "",
        seen: int | None = None,
    ) -> TicketChange:
        """Take it on, or put its category and urgency right (the targets follow); give it to somebody in one go.

        Raises ValidationError for an assignee who does no repairs.
        """
        if assignee:
            _refuse_unless_worker(assignee)
        given = {"category": category, "urgency": urgency}
        change = self._step("triage", by=by, seen=seen, note=note, **{k: v for k, v in given.items() if v})
        if assignee and assignee.pk != self.assignee_id:
            self.assign(assignee, by=by)
        return change

    def assign(self, person: Any, *, by: Any, note: str = "", seen: int | None = None) -> TicketChange:
        """Give it to an operator or a contractor. Raises ValidationError for anybody else."""
        _refuse_unless_worker(person)
        return self._step("assign", by=by, seen=seen, note=note, assignee=person)

    def hold(self, *, by: Any, note: str, seen: int | None = None) -> TicketChange:
        """It has to wait, for the reason in `note`."""
        return self._step("hold", by=by, seen=seen, note=note)

    def resume(self, *, by: Any, note: str = "", seen: int | None = None) -> TicketChange:
        return self._step("resume", by=by, seen=seen, note=note)

    def resolve(self, *, by: Any, note: str = "", seen: int | None = None) -> TicketChange:
        """It is repaired, says whoever did it; whoever reported it will say whether that is so."""
        return self._step("resolve", by=by, seen=seen, note=note)

    def confirm(
        self, *, by: Any, note: str = "", seen: int | None = None, on_behalf_of: Any = None
    ) -> TicketChange:
        """It is repaired, says whoever reported it; or the portal (`by` None), after CONFIRM_WITHIN of silence."""
        return self._step("confirm", by=by, seen=seen, note=note, on_behalf_of=on_behalf_of)

    def reopen(
        self, *, by: Any, note: str, seen: int | None = None, on_behalf_of: Any = None
    ) -> TicketChange:
        """It is not repaired after all; the time for the repair starts again."""
        return self._step("reopen", by=by, seen=seen, note=note, on_behalf_of=on_behalf_of)

    def reject(self, *, by: Any, note: str, seen: int | None = None) -> TicketChange:
        return self._step("reject", by=by, seen=seen, note=note)

    def reconsider(self, *, by: Any, note: str = "", seen: int | None = None) -> TicketChange:
        """It is accepted after all; the time for the repair starts again."""
        return self._step("reconsider", by=by, seen=seen, note=note)

    def cancel(
        self, *, by: Any, note: str, seen: int | None = None, on_behalf_of: Any = None
    ) -> TicketChange:
        """Whoever reported it takes it back."""
        return self._step("cancel", by=by, seen=seen, note=note, on_behalf_of=on_behalf_of)

    @transaction.atomic
    def _step(
        self, verb: str, *, by: Any, seen: int | None, note: str, on_behalf_of: Any = None, **fields: Any
    ) -> TicketChange:
        """One way for every change: lock, ask the workflow and the rules, save, state the fact.

        `by` None is the portal itself. `seen` is the version that the person's page showed; None does not compare.
        Raises TransitionError (Overtaken, NotNow, ReasonMissing) or PermissionDenied, and then nothing has changed.
        """
        note = note.strip()
        self.refresh_from_db(from_queryset=Ticket.objects.select_for_update())
        if seen is not None and seen != self.version:
            since = self._changes_since(seen)
            if self._repeats(since, verb, by=by, note=note, **fields):
                return since[0]
            raise workflow.Overtaken(
                gettext("Somebody was quicker: %(what)s. Look at where it stands now, then decide again.")
                % {"what": since[-1].sentence_for(by)}
            )
        step = workflow.transition(self.state, verb)
        if by is not None and not self.may(verb, by, on_behalf_of):
            raise PermissionDenied
        if step.needs_reason and not note:
            raise workflow.ReasonMissing(gettext("Write the reason: others want to know why."))

        moment = now()
        for name, value in fields.items():
            setattr(self, name, value)
        if self.state == State.SUBMITTED and verb != "cancel":
            self.answered_at = moment
        if step.target != step.source:
            self.state, self.state_since = step.target, moment
        if verb == "triage":
            self._set_targets(since=self._opened_at())
        if verb in _STARTS_AGAIN:
            self._set_targets(since=moment)
        self.version += 1
        self.save()
        return self._note_change(verb, step.source, by=by, note=note, on_behalf_of=on_behalf_of, **fields)

    def _twin(self) -> Ticket | None:
        """The same report, sent a moment ago. Whoever says only now that it is dangerous is heard."""
        same = Ticket.objects.reported_by(self.reporter).open()
        same = same.filter(area=self.area, category=self.category, text=self.text)
        if self.urgency == Urgency.DANGER:
            same = same.filter(urgency=Urgency.DANGER)
        return same.filter(created_at__gt=self.created_at - SENT_TWICE_WITHIN).order_by("id").first()

    def _changes_since(self, version: int) -> list[TicketChange]:
        """What happened after the page with that version was drawn, oldest first; at least the last step."""
        newest_first = self.changes.select_related("by", "on_behalf_of").order_by("-id")
        return list(newest_first[: max(1, self.version - version)])[::-1]

    def _repeats(self, since: list[TicketChange], verb: str, *, by: Any, note: str, **fields: Any) -> bool:
        """Whether the phone sends a step again that it has taken already, and nobody else has done anything since."""
        return (
            by is not None
            and (since[0].verb, since[0].note) == (verb, note)
            and all(change.by_id == by.pk for change in since)
            and all(getattr(self, name) == value for name, value in fields.items())
        )

    def _note_change(
        self,
        verb: str,
        from_state: str,
        *,
        by: Any,
        note: str = "",
        assignee: Any = None,
        on_behalf_of: Any = None,
        **_fields: Any,
    ) -> TicketChange:
        event = record(
            workflow.fact(verb, from_state),
            self,
            by=by,
            on_behalf_of=on_behalf_of,
            at=now(),
            building=self.building_id,
            **({"person": assignee.pk} if assignee else {}),
            **({"scope": REPORTS} if on_behalf_of else {}),
        )
        return self.changes.create(
            verb=verb,
            from_state=from_state,
            to_state=self.state,
            by=by,
            on_behalf_of=on_behalf_of,
            for_agency=by is None or (on_behalf_of is None and agency(by)),
            assignee=assignee,
            at=event.at,
            note=note,
            event=event,
        )

    def _opened_at(self) -> datetime:
        """Since when the time for the repair runs: the report, or the last time that it was opened again."""
        reopened = (
            self.changes.filter(verb__in=_STARTS_AGAIN).order_by("-id").values_list("at", flat=True).first()
        )
        return reopened or self.created_at

    def _set_targets(self, since: datetime | None = None) -> None:
        target = ResponseTarget.objects.narrowest(self.urgency, self.category, self.building_id)
        self.due_first_answer = target and target.answer_due(self.created_at)
        self.due_done = target and target.done_due(since or self.created_at)


def _refuse_unless_worker(person: Any) -> None:
    if not worker(person):
        raise ValidationError(_("%(name)s does no repairs for the agency."), params={"name": person})


class TicketChange(models.Model):
    """One step of a ticket. Rows are only ever added; the words in `note` stand here because an event holds none."""

    ticket = models.ForeignKey(
        Ticket, models.CASCADE, related_name="changes", verbose_name=_("report of a fault")
    )
    verb = models.CharField(_("what was done"), max_length=20)
    from_state = models.CharField(
        pgettext_lazy("of a state", "from"), max_length=20, choices=State.choices, blank=True
    )
    to_state = models.CharField(_("to"), max_length=20, choices=State.choices)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by"),
    )
    # For whom, where it was not for themselves: the ticket's reporter.
    on_behalf_of = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("on behalf of"),
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
        constraints = [
            models.CheckConstraint(
                condition=Q(to_state__in=State.values), name="ticket_change_state_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} · {self.verb}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk:
            raise TypeError("a step that was taken is never changed: take another")
        super().save(*args, **kwargs)

    @property
    def kind(self) -> EventKind:
        return find(EventKind, workflow.fact(self.verb, self.from_state))

    def actor_shown_to(self, viewer: Any, *, names: bool | None = None) -> str:
        """Who did it: a name for staff and for oneself, otherwise only on which side they stood.

        `names` says whether the viewer sees names, where that is known already.
        """
        if names is None:
            names = viewer is not None and viewer.has_perm("manutenzione.see_names", self.ticket)
        me = viewer.pk if viewer is not None else None
        if me and self.on_behalf_of_id == me:
            # Whoever is acted for reads who did it, always.
            return gettext("%(name)s, for you,") % {"name": self.by or gettext("Somebody")}
        if me and self.by_id == me:
            actor = gettext("%(name)s (you)") % {"name": viewer}
            return self._with_principal(actor) if self.on_behalf_of else actor
        if names and self.by:
            return self._with_principal(str(self.by)) if self.on_behalf_of else str(self.by)
        return gettext("The agency") if self.for_agency else gettext("A neighbour")

    def _with_principal(self, actor: str) -> str:
        return gettext("%(actor)s for %(principal)s") % {"actor": actor, "principal": self.on_behalf_of}

    def sentence_for(self, viewer: Any, *, names: bool | None = None) -> str:
        return str(self.kind.sentence) % {"actor": self.actor_shown_to(viewer, names=names)}


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
                condition=Q(building=None),
                name="response_target_of_all_buildings_once",
            ),
        ]

    def __str__(self) -> str:
        parts = (self.get_urgency_display(), self.category and self.get_category_display(), self.building)
        return " · ".join(str(part) for part in parts if part)

    def answer_due(self, start: datetime) -> datetime | None:
        """When the first answer is due for what was reported at `start`; None without a target."""
        return later(start, self.first_answer, self.first_answer_unit) if self.first_answer else None

    def done_due(self, start: datetime) -> datetime | None:
        """When what was reported, or opened again, at `start` is to be repaired; None without a target."""
        return later(start, self.done, self.done_unit) if self.done else None
