"""What a desk is made of: counters, who sits there on which day and speaks what, closures, topics."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel

from portal.desk.models import Desk
from portal.ui.languages import language_name

HOUSE_LANGUAGE = "it"  # spoken at every counter
# Those that people of the district speak (DOMAIN.md), by the codes that Django has names for.
SPOKEN = ("it", "en", "es", "fr", "ro", "ar", "uk", "sq", "zh-hans", "ur", "bn")
LONGEST = 12  # quarter-hours
LONGEST_CLOSURE = timedelta(days=366)


def work_for_the_agency() -> Q:
    """Whom a form may offer: a list of everybody would be the directory of residents that there is not."""
    working = get_user_model().objects.filter(role_grants__taken_at=None, role_grants__isnull=False)
    return Q(is_active=True, pk__in=working.values("pk"))


class LanguagesField(models.CharField):
    """Some of the spoken languages, kept as codes with spaces between them; in Python a tuple of codes."""

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> tuple[str, ...]:
        return tuple((value or "").split())

    def to_python(self, value: Any) -> tuple[str, ...]:
        return tuple(value.split()) if isinstance(value, str) else tuple(value or ())

    def get_prep_value(self, value: Any) -> str:
        return " ".join(self.to_python(value))

    def value_to_string(self, obj: Any) -> str:
        return self.get_prep_value(self.value_from_object(obj))

    def run_validators(self, value: Any) -> None:
        """The choices of the form are all that there is to check."""

    def formfield(self, **kwargs: Any) -> forms.Field:
        kwargs.pop("max_length", None)
        return forms.MultipleChoiceField(
            label=self.verbose_name,
            help_text=self.help_text,
            required=not self.blank,
            choices=lambda: [(code, language_name(code)) for code in SPOKEN],
            widget=forms.CheckboxSelectMultiple,
        )


class Counter(ClusterableModel):
    """A place at a desk at which one person at a time is received."""

    desk = models.ForeignKey(Desk, models.CASCADE, related_name="counters", verbose_name=_("desk"))
    name = models.CharField(_("name"), max_length=40, help_text=_("As it stands on the door: “Counter 1”."))
    position = models.PositiveSmallIntegerField(
        _("position"), default=0, help_text=_("The lowest stands first.")
    )
    is_open = models.BooleanField(
        _("takes bookings"), default=True, help_text=_("A counter that takes none keeps those that it has.")
    )

    class Meta:
        verbose_name = _("counter")
        verbose_name_plural = _("counters")
        ordering = ["desk__position", "desk__name", "position", "name"]
        constraints = [models.UniqueConstraint(fields=["desk", "name"], name="counter_name_at_desk")]

    def __str__(self) -> str:
        return f"{self.desk} · {self.name}"

    def is_staffed_on(self, weekday: int) -> bool:
        """On the days of its shifts; without any, on every day on which the desk opens."""
        shifts = self.shifts.all()
        return not shifts or any(shift.weekday == weekday for shift in shifts)

    def languages_on(self, weekday: int) -> set[str]:
        shifts = (shift for shift in self.shifts.all() if shift.weekday == weekday)
        return {HOUSE_LANGUAGE, *(code for shift in shifts for code in shift.languages)}

    def staff_on(self, weekday: int) -> list:
        return [shift.staff for shift in self.shifts.all() if shift.weekday == weekday and shift.staff]


class CounterShift(models.Model):
    """Who sits at a counter on a day of the week, and which languages they speak."""

    counter = ParentalKey(Counter, on_delete=models.CASCADE, related_name="shifts", verbose_name=_("counter"))
    weekday = models.PositiveSmallIntegerField(_("day"), choices=list(WEEKDAYS.items()))
    staff = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        limit_choices_to=work_for_the_agency,
        verbose_name=_("who"),
    )
    languages = LanguagesField(
        _("languages spoken"), max_length=80, blank=True, default="", help_text=_("Besides Italian.")
    )

    class Meta:
        verbose_name = _("shift at the counter")
        verbose_name_plural = _("shifts at the counter")
        ordering = ["weekday", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(weekday__lte=6), name="shift_on_a_weekday"),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.staff or ''}".strip()


class DeskClosure(models.Model):
    """Days, both included, on which a desk stays closed, and why: citizens read it."""

    desk = ParentalKey(Desk, on_delete=models.CASCADE, related_name="closures", verbose_name=_("desk"))
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    reason = models.CharField(
        _("reason"), max_length=120, help_text=_("Citizens read it. In a few plain words: “Holiday”.")
    )

    class Meta:
        verbose_name = _("closure")
        verbose_name_plural = _("closures")
        ordering = ["first_day", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")), name="closure_ends_after_it_begins"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_day} – {self.last_day}"

    def clean(self) -> None:
        if not (self.first_day and self.last_day):
            return
        if self.last_day < self.first_day:
            raise ValidationError({"last_day": _("It cannot end before it begins.")})
        if self._state.adding and self.first_day < timezone.localdate():
            raise ValidationError({"first_day": _("This day is over. Choose today or a later one.")})
        if self.last_day - self.first_day > LONGEST_CLOSURE:
            raise ValidationError({"last_day": _("A closure lasts a year at most.")})
        # Those of a register are compared with each other, as they are sent (portal/desk/registers.py).
        if self._state.adding and self.desk_id is not None:
            others = DeskClosure.objects.filter(desk=self.desk_id, last_day__gte=self.first_day)
            if other := self.overlapped(others):
                raise ValidationError({"first_day": other.said_closed()})

    def overlapped(self, others: Iterable[DeskClosure]) -> DeskClosure | None:
        """The one of them that has a day of this one's: a desk is closed once, and opened once."""
        return next(
            (
                other
                for other in others
                if other.first_day <= self.last_day and self.first_day <= other.last_day
            ),
            None,
        )

    def said_closed(self) -> str:
        return gettext("The desk is closed already from %(first)s to %(last)s. Open it again first.") % {
            "first": date_format(self.first_day),
            "last": date_format(self.last_day),
        }

    @property
    def reason_language(self) -> str:
        """Staff write it once, in the language of the portal."""
        return settings.LANGUAGE_CODE

    def covers(self, day: date) -> bool:
        return self.first_day <= day <= self.last_day


class AppointmentTopic(ClusterableModel):
    """What one can come for: how long it takes, and what to bring."""

    slug = models.SlugField(
        _("short name"),
        unique=True,
        help_text=_("For links: “isee”. Do not change it once links lead there."),
    )
    name = models.CharField(_("name"), max_length=80, help_text=_("In Italian and in plain words."))
    bring = models.TextField(
        _("what to bring"), blank=True, max_length=1000, help_text=_("One thing a line, in Italian.")
    )
    quarters = models.PositiveSmallIntegerField(
        _("quarter-hours"), default=2, help_text=_("How long it takes: 2 is half an hour.")
    )
    desks = models.ManyToManyField(
        Desk, blank=True, related_name="+", verbose_name=_("desks"), help_text=_("None chosen: all of them.")
    )
    position = models.PositiveSmallIntegerField(
        _("position"), default=0, help_text=_("The lowest stands first.")
    )
    is_active = models.BooleanField(_("can be booked"), default=True)

    class Meta:
        verbose_name = _("topic of appointments")
        verbose_name_plural = _("topics of appointments")
        ordering = ["position", "name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(quarters__gte=1, quarters__lte=LONGEST), name="topic_has_a_length"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.quarters is not None and not 1 <= self.quarters <= LONGEST:
            raise ValidationError({"quarters": _("From 1 to %(most)d quarter-hours.") % {"most": LONGEST}})

    @property
    def minutes(self) -> int:
        return self.quarters * 15

    def _words(self) -> TopicWords | None:
        language = get_language()
        if hasattr(self, "said_name"):  # asked for together with the topics
            return TopicWords(language=language, name=self.said_name) if self.said_name else None
        return next((words for words in self.words.all() if words.language == language), None)

    @property
    def title(self) -> str:
        """In the reader's language, where somebody has written it; otherwise in Italian."""
        words = self._words()
        return words.name if words else self.name

    @property
    def title_language(self) -> str:
        return words.language if (words := self._words()) else settings.LANGUAGE_CODE

    @property
    def things(self) -> list[str]:
        """What to bring, one by one."""
        words = self._words()
        text = words.bring if words else self.bring
        return [line.strip() for line in text.splitlines() if line.strip()]

    def is_offered_at(self, desk: Desk) -> bool:
        chosen = self.desks.all()
        return not chosen or desk in chosen


class TopicWords(models.Model):
    """A topic in another language."""

    topic = ParentalKey(
        AppointmentTopic,
        on_delete=models.CASCADE,
        related_name="words",
        verbose_name=_("topic of appointments"),
    )
    language = models.CharField(
        _("language"),
        max_length=10,
        choices=[choice for choice in settings.LANGUAGES if choice[0] != settings.LANGUAGE_CODE],
    )
    name = models.CharField(_("name"), max_length=80)
    bring = models.TextField(_("what to bring"), blank=True, max_length=1000)

    class Meta:
        verbose_name = _("words in another language")
        verbose_name_plural = _("words in other languages")
        ordering = ["language"]
        constraints = [models.UniqueConstraint(fields=["topic", "language"], name="topic_words_once")]

    def __str__(self) -> str:
        return self.name


def titled(topics: QuerySet[AppointmentTopic]) -> QuerySet[AppointmentTopic]:
    """With what each is called in the active language, and no more: for pages on which nobody reads what to bring."""
    words = TopicWords.objects.filter(topic=OuterRef("pk"), language=get_language())
    return topics.annotate(said_name=Subquery(words.values("name")[:1]))
