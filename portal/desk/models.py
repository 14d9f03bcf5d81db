from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel

from portal.access import reads_on
from portal.events import record
from portal.ui.main_desk import forget_main_desk
from portal.ui.week import Line, from_to

from .querysets import LetterQuerySet, ThreadQuerySet

TEXT_LIMIT = 4000  # characters


class ClientIdTaken(Exception):
    """A letter of somebody else's, or in another thread, carries this client id: the form was forged."""


class AlreadySent(Exception):
    """This form was sent before, with other words in it: `letter` is what came of it then."""

    def __init__(self, letter: Letter) -> None:
        super().__init__(letter)
        self.letter = letter


class AnsweredMeanwhile(Exception):
    """Something was written in the thread that whoever answers has not seen."""


class Thread(models.Model):
    """What one person and the agency write to each other. It waits, or it is answered."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waits for an answer")
        ANSWERED = "answered", _("answered")

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("person")
    )
    caseworker = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who sees to it"),
    )
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.ANSWERED, editable=False
    )
    # Of a thread that waits: since the first letter that is not answered.
    state_since = models.DateTimeField(_("in this state since"), default=timezone.now, editable=False)
    created_at = models.DateTimeField(_("begun on"), default=timezone.now, editable=False)

    objects = ThreadQuerySet.as_manager()

    class Meta:
        verbose_name = _("thread of letters")
        verbose_name_plural = _("threads of letters")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "answered"]), name="thread_state_is_known"
            )
        ]
        indexes = [models.Index(fields=["state", "state_since"], name="thread_letterbox")]

    def __str__(self) -> str:
        return str(self.person)

    def get_absolute_url(self) -> str:
        """Where the agency reads it; the person reads it at `portal:write`."""
        return reverse("portal:thread", args=[self.pk])

    @property
    def is_waiting(self) -> bool:
        return self.state == self.State.WAITING

    @property
    def said_state(self) -> str:
        """Its state in words: that nobody answered what was settled without an answer is not told as one."""
        if not self.is_waiting and self._last_is_from_agency() is False:
            return gettext("settled")
        return self.get_state_display()

    def _last_is_from_agency(self) -> bool | None:
        """None of a thread without letters. `ThreadQuerySet.with_last_word` brings it along."""
        if hasattr(self, "last_is_from_agency"):
            return self.last_is_from_agency
        return self.letters.newest_first().values_list("from_agency", flat=True).first()

    # -- the verbs --------------------------------------------------------------------------------------------------

    @classmethod
    @transaction.atomic
    def write(cls, *, by: Any, client_id: UUID, text: str) -> Letter:
        """Somebody writes to the agency; however often the phone sends it, it is one letter.

        Raises PermissionDenied for who may not write, ClientIdTaken or AlreadySent for a client id that is used.
        """
        if not by.has_perm("portal.write_letters"):
            raise PermissionDenied
        thread, _created = cls.objects.get_or_create(person=by)
        thread = cls.objects.select_for_update().get(pk=thread.pk)
        if known := thread._known(client_id, by=by, text=text):
            return known
        letter = thread._add(client_id, by=by, text=text, from_agency=False)
        fact = "continued" if thread.is_waiting else "written"
        if not thread.is_waiting:
            thread._now_is(cls.State.WAITING, letter.sent_at)
        record(f"portal.thread.{fact}", thread, by=by, letter=letter.pk)
        return letter

    @transaction.atomic
    def answer(self, *, by: Any, client_id: UUID, text: str, seen: int | None = None) -> Letter:
        """The agency answers; whoever does has the thread, unless somebody has it already.

        `seen` is the last letter that the answering page showed; None does not compare. Raises AnsweredMeanwhile where
        there is a newer one, and what `write` raises.
        """
        thread = Thread.objects.select_for_update().select_related("person").get(pk=self.pk)
        if not by.has_perm("portal.answer_thread", thread):
            raise PermissionDenied
        if known := thread._known(client_id, by=by, text=text):
            return known
        if seen is not None and thread.letters.filter(pk__gt=seen).exists():
            raise AnsweredMeanwhile
        letter = thread._add(client_id, by=by, text=text, from_agency=True)
        if thread.caseworker_id is None:
            thread.caseworker = by
        thread._now_is(self.State.ANSWERED, letter.sent_at)
        record("portal.thread.answered", thread, by=by, letter=letter.pk)
        return letter

    @transaction.atomic
    def take(self, *, by: Any) -> None:
        """“I see to it”: the others know, and may answer all the same. Taking it twice is taking it once."""
        if not by.has_perm("portal.answer_thread", self):
            raise PermissionDenied
        if Thread.objects.filter(pk=self.pk).exclude(caseworker=by).update(caseworker=by):
            record("portal.thread.taken", self, by=by)

    @transaction.atomic
    def settle(self, *, by: Any) -> None:
        """No answer is needed: it was a thank-you, or the answer was given on the telephone."""
        if not by.has_perm("portal.answer_letters") or self.person_id == by.pk:
            raise PermissionDenied
        settled = Thread.objects.filter(pk=self.pk, state=self.State.WAITING)
        if settled.update(state=self.State.ANSWERED, state_since=timezone.now()):
            record("portal.thread.settled", self, by=by)

    def read_by(self, reader: Any) -> None:
        """The reader has what the other side wrote before them."""
        is_person = reader.pk == self.person_id
        self.letters.unread().filter(from_agency=is_person).update(read_at=timezone.now())

    def _known(self, client_id: UUID, *, by: Any, text: str) -> Letter | None:
        known = Letter.objects.filter(client_id=client_id).first()
        if known is None:
            return None
        if (known.author_id, known.thread_id) != (by.pk, self.pk):
            raise ClientIdTaken
        if known.text != text:
            raise AlreadySent(known)
        return known

    def _add(self, client_id: UUID, *, by: Any, text: str, from_agency: bool) -> Letter:
        return self.letters.create(client_id=client_id, author=by, text=text, from_agency=from_agency)

    def _now_is(self, state: str, since: Any) -> None:
        self.state, self.state_since = state, since
        self.save(update_fields=["state", "state_since", "caseworker"])


class Letter(models.Model):
    """What somebody wrote, once, with the photos that came with it."""

    thread = models.ForeignKey(
        Thread, models.CASCADE, related_name="letters", verbose_name=_("thread of letters")
    )
    client_id = models.UUIDField(_("client id of the form"), unique=True, editable=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("written by"),
    )
    # Kept, because roles come and go and people may be erased.
    from_agency = models.BooleanField(_("on the agency's behalf"))
    text = models.TextField(_("text"), max_length=TEXT_LIMIT, blank=True)
    sent_at = models.DateTimeField(_("sent at"), default=timezone.now, editable=False)
    read_at = models.DateTimeField(_("read at"), null=True, editable=False)

    photos = GenericRelation("portal.Photo")

    objects = LetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        ordering = ["sent_at", "pk"]
        indexes = [
            models.Index(fields=["thread", "-sent_at", "-id"], name="letter_newest_first"),
            models.Index(fields=["thread", "from_agency"], condition=Q(read_at=None), name="letter_unread"),
        ]

    def __str__(self) -> str:
        return f"{self.thread_id} · {self.pk}"

    def is_open_to(self, request: HttpRequest) -> bool:
        """Whether what came with it is shown now: to its person, and to staff who have opened the thread."""
        thread = self.thread
        return thread.person_id == request.user.pk or reads_on(request, thread, about=lambda: thread.person)


@dataclass(frozen=True)
class Day:
    """A day of a desk's week: its name, and the times (from, to) at which it is open; none when it is closed."""

    name: str
    times: list[tuple[time, time]]
    is_today: bool

    @property
    def lines(self) -> list[Line]:
        return [Line(from_to(opens, closes)) for opens, closes in self.times]


class Desk(ClusterableModel):
    """Where the agency can be met and called; the first is named on every page and letter."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    address = models.CharField(_("address"), max_length=160, blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    note = models.CharField(
        _("note"),
        max_length=200,
        blank=True,
        help_text=_(
            "What else one should know, in plain words: the way in, holidays, who speaks which language."
        ),
    )
    position = models.PositiveSmallIntegerField(
        _("position"), default=0, help_text=_("The lowest stands first.")
    )
    municipality = models.ForeignKey(
        "portal.Municipality",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("municipality"),
    )
    notice_hours = models.PositiveSmallIntegerField(
        _("hours of notice"), default=2, help_text=_("So long before the time a citizen can still book it.")
    )
    interpreter_days = models.PositiveSmallIntegerField(
        _("days of notice for an interpreter"), default=3, help_text=_("So long it takes to find one.")
    )
    horizon_weeks = models.PositiveSmallIntegerField(
        _("weeks ahead"), default=6, help_text=_("So far ahead one can book.")
    )

    class Meta:
        verbose_name = _("desk")
        verbose_name_plural = _("desks")
        ordering = ["position", "name"]
        constraints = [
            models.CheckConstraint(condition=Q(horizon_weeks__lte=52), name="desk_books_within_a_year"),
        ]

    def __str__(self) -> str:
        return self.name

    # Pages remember for a minute what the register says; whoever has just changed it sees it at once.
    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        transaction.on_commit(forget_main_desk)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        deleted = super().delete(*args, **kwargs)
        transaction.on_commit(forget_main_desk)
        return deleted

    @property
    def note_language(self) -> str:
        """Staff write the note once, in the language of the portal."""
        return settings.LANGUAGE_CODE

    def week(self, today: date | None = None) -> list[Day]:
        """From Monday to Sunday; of Saturday and Sunday only the days on which it opens."""
        today = today or timezone.localdate()
        times: dict[int, list[tuple[time, time]]] = {}
        for hours in sorted(self.hours.all(), key=lambda hours: (hours.weekday, hours.opens)):
            times.setdefault(hours.weekday, []).append((hours.opens, hours.closes))
        return [
            Day(str(name), times.get(number, []), number == today.weekday())
            for number, name in WEEKDAYS.items()
            if number < 5 or number in times or number == today.weekday()
        ]


class OpeningHours(models.Model):
    """From when to when a desk is open on a day of the week."""

    desk = ParentalKey(Desk, on_delete=models.CASCADE, related_name="hours", verbose_name=_("desk"))
    weekday = models.PositiveSmallIntegerField(_("day"), choices=list(WEEKDAYS.items()))
    opens = models.TimeField(_("opens at"))
    closes = models.TimeField(_("closes at"))

    class Meta:
        verbose_name = _("opening hours")
        verbose_name_plural = _("opening hours")
        ordering = ["weekday", "opens"]
        constraints = [
            models.CheckConstraint(condition=Q(closes__gt=F("opens")), name="desk_closes_after_it_opens"),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="desk_hours_on_a_weekday"),
            models.UniqueConstraint(fields=["desk", "weekday", "opens"], name="desk_opens_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.opens:%H:%M}–{self.closes:%H:%M}"

    def clean(self) -> None:
        if self.opens and self.closes and self.closes <= self.opens:
            raise ValidationError({"closes": _("It cannot close before it opens.")})
