"""When they meet: times that are proposed and fit or not, a place or a link, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, models, transaction
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.keys import AlreadySent, ClientIdTaken
from portal.events import record
from portal.sealing import SealedTextField

from .models import Party
from .rooms import Room
from .ties import tied_to
from .words import TALKING, Tie
from .workflow import NotPossible

TIMES = 6  # that are proposed for one meeting, at most
LENGTHS = (30, 45, 60, 90, 120)  # minutes
REMIND_BEFORE = timedelta(hours=26)
# What stands against interpreting for somebody. That both belong to an association of their language does not.
NO_INTERPRETER = (Tie.SELF, Tie.HOUSEHOLD, Tie.BUILDING)


class NoInterpreter(NotPossible):
    """Whoever was to interpret is in the case, or lives with or near somebody in it: `ties` says with whom and how."""

    def __init__(self, ties: list) -> None:
        super().__init__(_("This person does not interpret here. Choose somebody without ties."))
        self.ties = ties


class Unanswered(NotPossible):
    """Somebody has not said yet which times fit: `missing` are those people."""

    def __init__(self, missing: list) -> None:
        super().__init__(_("Not all have answered yet."))
        self.missing = missing


class MeetingState(models.TextChoices):
    PROPOSING = "proposing", gettext_lazy("looking for a time")
    FIXED = "fixed", gettext_lazy("has a time")
    HELD = "held", gettext_lazy("was held")
    MISSED = "missed", gettext_lazy("somebody did not come")
    CANCELLED = "cancelled", gettext_lazy("called off")


class MeetingQuerySet(models.QuerySet):
    def visible_to(self, user) -> MeetingQuerySet:
        """Those of the rooms that somebody may enter: a talk apart is nobody else's business."""
        return self.filter(room__in=Room.objects.visible_to(user))

    def to_come(self) -> MeetingQuerySet:
        return self.filter(state__in=(MeetingState.PROPOSING, MeetingState.FIXED))

    def proposing(self) -> MeetingQuerySet:
        return self.filter(state=MeetingState.PROPOSING)

    def to_note(self) -> MeetingQuerySet:
        """Those that have begun, and of which nobody has said yet what became of them."""
        return self.filter(state=MeetingState.FIXED, starts_at__lte=timezone.now())

    def ripe(self) -> MeetingQuerySet:
        """Those whose time a mediator chooses, or proposes others: every party has answered, or no time is left."""
        to_come = ProposedTime.objects.filter(meeting=OuterRef("pk"), starts_at__gt=timezone.now())
        return self.proposing().filter(~Exists(_silent()) | ~Exists(to_come))

    def with_silent(self) -> MeetingQuerySet:
        """With `silent`, how many parties have not said yet which times fit."""
        count = _silent().order_by().values("case").annotate(count=Count("pk")).values("count")
        return self.annotate(silent=Coalesce(Subquery(count), 0))

    def waiting_for(self, user) -> MeetingQuerySet:
        """Those of which somebody has not said yet which times fit, while there is one to come."""
        answers = TimeAnswer.objects.filter(time__meeting=OuterRef("pk"), person=user)
        to_come = ProposedTime.objects.filter(meeting=OuterRef("pk"), starts_at__gt=timezone.now())
        return self.proposing().filter(~Exists(answers), Exists(to_come))

    def to_remind(self) -> MeetingQuerySet:
        now = timezone.now()
        return self.filter(
            state=MeetingState.FIXED,
            reminded_at=None,
            starts_at__gt=now,
            starts_at__lte=now + REMIND_BEFORE,
            room__case__state__in=TALKING,
        )


def _silent() -> models.QuerySet[Party]:
    """Of a meeting in the question around it, the parties who have not said which times fit: in a private room one is
    asked, otherwise all."""
    answers = TimeAnswer.objects.filter(time__meeting=OuterRef(OuterRef("pk")), person=OuterRef("person"))
    asked = Party.objects.in_it().filter(
        case=OuterRef("room__case"), pk=Coalesce(OuterRef("room__party"), F("pk"))
    )
    return asked.exclude(Exists(answers))


class Meeting(models.Model):
    """A meeting of those who belong into a room: of all, or of one party with the mediators."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    room = models.ForeignKey(Room, models.CASCADE, related_name="meetings", verbose_name=gettext_lazy("room"))
    client_id = models.UUIDField(gettext_lazy("client id of the form"), unique=True, editable=False)
    state = models.CharField(
        gettext_lazy("state"), max_length=9, choices=MeetingState.choices, default=MeetingState.PROPOSING
    )
    minutes = models.PositiveSmallIntegerField(gettext_lazy("length in minutes"))
    starts_at = models.DateTimeField(gettext_lazy("begins"), null=True, editable=False)
    proposed_at = models.DateTimeField(default=timezone.now, editable=False)
    reminded_at = models.DateTimeField(null=True, editable=False)

    place = SealedTextField(gettext_lazy("place"), sealed_by="room.case.key")
    link = SealedTextField(gettext_lazy("link of the video call"), sealed_by="room.case.key")
    interpreter = SealedTextField(gettext_lazy("interpreter"), sealed_by="room.case.key")

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("meeting of a mediation")
        verbose_name_plural = gettext_lazy("meetings of mediations")
        ordering = ["-starts_at", "-proposed_at"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=(MeetingState.FIXED, MeetingState.HELD, MeetingState.MISSED))
                | Q(starts_at__isnull=False),
                name="a_fixed_meeting_has_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.room} · {self.state}"

    def get_absolute_url(self) -> str:
        return reverse("community:meeting", args=[self.pk])

    @classmethod
    @transaction.atomic
    def propose(
        cls,
        room: Room,
        *,
        by: Any,
        client_id: UUID,
        times: Iterable[datetime],
        minutes: int,
        place: str = "",
        link: str = "",
        interpreter: str = "",
        interpreting: Iterable[Any] = (),
    ) -> Meeting:
        """A mediator proposes times; each of those who belong into the room says which fit, for the mediators alone.

        To the mediator who proposes them they fit. `interpreting` are those with an account here whom the words in
        `interpreter` name. Sent twice it is one meeting. Raises NotPossible for times that are past, none or too many,
        NoInterpreter for somebody who lives with or near a party, or is one.
        """
        # In UTC, where each moment equals itself: in Rome an hour exists twice in the night in which clocks go back.
        times = sorted({time.astimezone(UTC) for time in times})
        # Under the case's lock, and asked anew: whoever mediated a moment ago may not any more.
        room.case._locked()
        room = Room.objects.select_related("case").get(pk=room.pk)
        if not by.has_perm("community.call_meeting_in_room", room):
            raise PermissionDenied
        told = {"minutes": minutes, "place": place, "link": link, "interpreter": interpreter}
        if known := cls.objects.filter(client_id=client_id).first():
            return known._sent_again(room, times, told)
        if not 0 < len(times) <= TIMES:
            raise NotPossible(_("Propose between one and %(most)d times.") % {"most": TIMES})
        if times[0] <= timezone.now():
            raise NotPossible(_("Propose times that are still to come."))
        parties = [party.person for party in room.case.parties.still_named().select_related("person")]
        people = [person for person in parties if person is not None]
        ties = [tie for person in interpreting for tie in tied_to(person, people, besides=room.case)]
        if ties := [tie for tie in ties if tie.tie in NO_INTERPRETER]:
            raise NoInterpreter(ties)
        try:
            with transaction.atomic():
                meeting = cls.objects.create(room=room, client_id=client_id, **told)
        except IntegrityError:
            # In another case, at this very moment: this one is locked.
            raise ClientIdTaken from None
        for starts_at in times:
            time = meeting.times.create(starts_at=starts_at)
            time.answers.create(person=by, fits=True)
        meeting._record("meeting_proposed", by=by)
        return meeting

    @transaction.atomic
    def answer(self, *, by: Any, fitting: Iterable[UUID]) -> None:
        """Which of the times fit; said again it replaces what was said."""
        meeting = self._locked(by, "view_room")
        if meeting.state != MeetingState.PROPOSING:
            raise NotPossible(_("The time has been fixed already."))
        chosen = set(fitting)
        for time in meeting.times.all():
            time.answers.update_or_create(person=by, defaults={"fits": time.pk in chosen})
        meeting._record("meeting_answered", by=by)

    @transaction.atomic
    def fix(self, *, by: Any, time: ProposedTime, anyway: bool = False) -> None:
        """A mediator chooses one of the times. Raises NotPossible for one that is past or does not fit somebody, and
        Unanswered where a party has not answered: unless `anyway`, since who never answers would stop all the others.
        """
        meeting = self._locked(by, "call_meeting_in_room")
        if meeting.state != MeetingState.PROPOSING:
            raise NotPossible(_("The time has been fixed already."))
        time = meeting.times.filter(pk=time.pk).first()
        if time is None or time.is_past:
            raise NotPossible(_("This time is past."))
        if time.answers.filter(fits=False, person__in=meeting.room.people()).exists():
            raise NotPossible(_("This time does not fit everybody."))
        if not anyway and (missing := meeting._unanswered()):
            raise Unanswered(missing)
        meeting.state, meeting.starts_at = MeetingState.FIXED, time.starts_at
        meeting.save(update_fields=["state", "starts_at"])
        meeting._record("meeting_fixed", by=by)

    @transaction.atomic
    def note(self, *, by: Any, outcome: str) -> None:
        """What became of it: held or missed, once it has begun; called off, before."""
        meeting = self._locked(by, "call_meeting_in_room")
        allowed = (MeetingState.HELD, MeetingState.MISSED) if meeting.has_begun else (MeetingState.CANCELLED,)
        if meeting.state not in (MeetingState.PROPOSING, MeetingState.FIXED) or outcome not in allowed:
            raise NotPossible(_("This cannot be said of the meeting now."))
        meeting.state = MeetingState(outcome)
        meeting.save(update_fields=["state"])
        if outcome == MeetingState.CANCELLED:
            meeting._record("meeting_cancelled", by=by)

    @transaction.atomic
    def remind(self) -> None:
        """Once, on the day before, and naming nothing; not where it was called off, or all is over, a moment ago."""
        if self.room.case._locked().state not in TALKING:
            return
        now = timezone.now()
        near = Meeting.objects.filter(
            pk=self.pk, state=MeetingState.FIXED, starts_at__gt=now, reminded_at=None
        )
        if near.update(reminded_at=now):
            self._record("meeting_near")

    @property
    def ends_at(self) -> datetime | None:
        return self.starts_at and self.starts_at + timedelta(minutes=self.minutes)

    @property
    def has_begun(self) -> bool:
        return self.starts_at is not None and self.starts_at <= timezone.now()

    def _unanswered(self) -> list[Any]:
        """The parties who are to come and have not said which times fit; see `MeetingQuerySet.ripe`."""
        answered = TimeAnswer.objects.filter(time__meeting=self).values("person")
        asked = self.room.case.parties.in_it().exclude(person__in=answered).select_related("person")
        return [party.person for party in asked if self.room.party_id in (None, party.pk)]

    def _sent_again(self, room: Room, times: list[datetime], told: dict[str, Any]) -> Meeting:
        """What came of a form that was sent before. Raises ClientIdTaken, or AlreadySent for other words in it."""
        if self.room_id != room.pk:
            raise ClientIdTaken
        before = {name: getattr(self, name) for name in told}
        if [time.starts_at for time in self.times.all()] != times or before != told:
            raise AlreadySent(self)
        return self

    def _record(self, name: str, by: Any = None) -> None:
        record(
            f"community.mediation.{name}",
            self.room.case,
            by=by,
            room=str(self.room_id),
            meeting=str(self.pk),
        )

    def _locked(self, by: Any, permission: str) -> Meeting:
        self.room.case._locked()
        meeting = Meeting.objects.select_for_update().get(pk=self.pk)
        meeting.room = Room.objects.select_related("case").get(pk=meeting.room_id)
        if not by.has_perm(f"community.{permission}", meeting.room):
            raise PermissionDenied
        return meeting


class ProposedTime(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="times")
    starts_at = models.DateTimeField(gettext_lazy("begins"))

    class Meta:
        verbose_name = gettext_lazy("proposed time")
        verbose_name_plural = gettext_lazy("proposed times")
        ordering = ["starts_at"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "starts_at"], name="a_time_is_proposed_once")
        ]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M}"

    @property
    def is_past(self) -> bool:
        return self.starts_at <= timezone.now()


class TimeAnswer(models.Model):
    """Whether a proposed time fits somebody. The mediators read it, and nobody else: it is a piece of a calendar."""

    time = models.ForeignKey(ProposedTime, models.CASCADE, related_name="answers")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    fits = models.BooleanField()

    class Meta:
        verbose_name = gettext_lazy("answer to a proposed time")
        verbose_name_plural = gettext_lazy("answers to proposed times")
        constraints = [models.UniqueConstraint(fields=["time", "person"], name="one_answer_to_a_time")]

    def __str__(self) -> str:
        return f"{self.time_id} · {self.fits}"
