from __future__ import annotations

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Case, F, Q, When
from django.utils import timezone

from portal.access import principals_of

from .roles import REPORTS, operator, reader, worker
from .words import FINISHED, OPEN, State
from .workflow import CONFIRM_WITHIN


class TicketQuerySet(models.QuerySet):
    def visible_to(self, user) -> TicketQuerySet:
        """What somebody may see; agrees with the rule `manutenzione.view_ticket` (rules.py), which is asked for one."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if reader(user):
            return self
        mine = (
            Q(reporter=user) | Q(building__in=homes_of(user)) | Q(reporter__in=principals_of(user, REPORTS))
        )
        if worker(user):
            mine |= Q(assignee=user)
        return self.filter(mine)

    def discussed_by(self, user) -> TicketQuerySet:
        """About what somebody may write to the others; agrees with the rule `manutenzione.discuss_ticket`."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if operator(user):
            return self
        mine = Q(reporter=user) | Q(reporter__in=principals_of(user, REPORTS))
        if worker(user):
            mine |= Q(assignee=user)
        return self.filter(mine)

    def reported_by(self, user) -> TicketQuerySet:
        return self.filter(reporter=user)

    def open(self) -> TicketQuerySet:
        """The agency still has something to do."""
        return self.filter(state__in=OPEN)

    def unfinished(self) -> TicketQuerySet:
        """Open, or waiting for the reporter to say that it is repaired."""
        return self.exclude(state__in=FINISHED)

    def finished(self) -> TicketQuerySet:
        return self.filter(state__in=FINISHED)

    def overdue(self) -> TicketQuerySet:
        """Those that `Ticket.is_overdue` calls late."""
        now = timezone.now()
        unanswered = Q(state=State.SUBMITTED, due_first_answer__lt=now)
        return self.filter(unanswered | Q(state__in=(State.SUBMITTED, State.TRIAGED), due_done__lt=now))

    def with_somebody_else(self, user) -> TicketQuerySet:
        """What this person does not have, and what nobody has."""
        return self.exclude(assignee=user)

    def not_waiting(self) -> TicketQuerySet:
        return self.exclude(state=State.ON_HOLD)

    def unassigned(self) -> TicketQuerySet:
        """Taken on, and nobody has it."""
        return self.filter(state=State.TRIAGED, assignee=None)

    def unanswered(self) -> TicketQuerySet:
        """Repairs that nobody has confirmed or doubted for as long as one may."""
        return self.filter(state=State.RESOLVED, state_since__lt=timezone.now() - CONFIRM_WITHIN)

    def open_like(self, area, category: str) -> TicketQuerySet:
        """What is open at that place and of that kind: perhaps the same fault."""
        return self.open().filter(area=area, category=category)

    def to_confirm_first(self) -> TicketQuerySet:
        """What waits for its reporter's word, then the newest."""
        waits = Case(When(state=State.RESOLVED, then=0), default=1)
        return self.order_by(waits, "-created_at", "-id")

    def most_pressing_first(self) -> TicketQuerySet:
        return self.order_by("urgency", F("due_done").asc(nulls_last=True), "created_at", "id")

    def with_places(self) -> TicketQuerySet:
        """With all that a line of a list shows; `photo_count` are those of the report."""
        ticket = models.functions.Cast(models.OuterRef("pk"), models.CharField())
        photos = (
            apps.get_model("portal", "Photo")
            .objects.filter(content_type=ContentType.objects.get_for_model(self.model), object_id=ticket)
            .order_by()
            .values("object_id")
            .annotate(count=models.Count("pk"))
            .values("count")
        )
        count = models.functions.Coalesce(models.Subquery(photos), 0)
        return self.select_related("building", "area", "assignee").annotate(photo_count=count)

    def with_people(self) -> TicketQuerySet:
        """With all that a ticket's own page shows."""
        return self.select_related("building__municipality", "area", "assignee", "reporter")


class ResponseTargetQuerySet(models.QuerySet):
    def narrowest(self, urgency: str, category: str, building_id: int):
        """The target that counts: the building's own before that of all, then the category's own before that of all."""
        fitting = self.filter(
            Q(building=None) | Q(building_id=building_id), urgency=urgency, category__in=("", category)
        )
        return max(
            fitting, key=lambda target: (target.building_id is not None, target.category != ""), default=None
        )


def homes_of(user) -> models.QuerySet:
    """The buildings where somebody lives now."""
    return apps.get_model("portal", "Building").objects.home_of(user)


def with_open_tickets(buildings: models.QuerySet) -> models.QuerySet:
    """With `open_tickets`, how many there are in each building."""
    tickets = apps.get_model("manutenzione", "Ticket").objects.open().filter(building=models.OuterRef("pk"))
    count = tickets.order_by().values("building").annotate(count=models.Count("pk")).values("count")
    return buildings.annotate(open_tickets=models.functions.Coalesce(models.Subquery(count), 0))
