from __future__ import annotations

from datetime import date, timedelta

from django import forms
from django.apps import apps
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from community.mutual_aid.area_field import AreaField
from community.mutual_aid.audience_field import AudienceField
from community.mutual_aid.neighbourhood import coordinated_by
from community.mutual_aid.sent_once import SentOnceForm
from community.safety.roles import caseworker
from portal.ui.amounts import hours
from portal.ui.fields import OneLineField, RunningTextField
from portal.ui.widgets import DayInput, PictogramSelect

from .models import LONGEST, MOST_PLACES, STEP, TEXT_LIMIT, ShiftPlan
from .weekdays import WeekdaysField, falls_on
from .words import ICONS, Work
from .workflow import NotNow, TooFew

TASKS = 3  # different tasks that one shift may have


class PlanForm(SentOnceForm):
    """A plan of shifts, new or to be changed."""

    SAYS_MORE_OF = {f"people_{number}": f"task_{number}" for number in range(1, TASKS + 1)}
    FOLDED = frozenset(f"{name}_{number}" for number in range(2, TASKS + 1) for name in ("task", "people"))

    name = OneLineField(
        label=_("What is it called?"),
        max_length=80,
        help_text=_("For example: opening the laundry."),
        error_messages={"required": _("Write what it is called.")},
    )
    work = forms.ChoiceField(
        label=_("What kind of work is it?"),
        choices=Work.choices,
        widget=PictogramSelect(icons=ICONS),
        error_messages={"required": _("Choose the picture that fits best.")},
    )
    text = RunningTextField(
        label=_("What is there to do?"),
        help_text=_("A few plain words: what one does, what one brings, who has the key."),
        max_length=TEXT_LIMIT,
        required=False,
        rows=3,
    )
    audience = AudienceField()
    area = AreaField()
    host = forms.ModelChoiceField(
        queryset=None,
        required=False,
        label=_("Which organization runs it?"),
        empty_label=_("none: I run it myself"),
    )
    weekdays = WeekdaysField(label=_("On which days?"))
    starts_at = forms.TimeField(
        label=_("From what time?"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={
            "required": _("Write from what time."),
            "invalid": _("Write a time like 17:30."),
        },
    )
    minutes = forms.TypedChoiceField(
        label=_("How long?"),
        coerce=int,
        initial=60,
        error_messages={"invalid_choice": _("Choose one from the list.")},
    )
    first_day = forms.DateField(
        label=_("First day"),
        widget=DayInput,
        error_messages={
            "required": _("Choose the first day."),
            "invalid": _("Write a day that there is, like 2027-01-31."),
        },
    )
    last_day = forms.DateField(
        label=_("Last day"),
        widget=DayInput,
        required=False,
        help_text=_("Leave it empty if it goes on."),
        error_messages={"invalid": _("Write a day that there is, like 2027-01-31.")},
    )
    credits_hours = forms.BooleanField(
        label=_("Who was there gets the hours in the time bank"), required=False, initial=True
    )

    def __init__(self, *args, user, plan: ShiftPlan | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.plan = plan
        self.fields["minutes"].choices = [(m, hours(m)) for m in range(STEP, LONGEST + 1, STEP)]
        self.fields["first_day"].initial = timezone.localdate
        self.fields["audience"].offer_to(user, now=plan, agency=caseworker(user))
        self.fields["area"].offer_near(self.fields["audience"], self["audience"].value())
        organizations = apps.get_model("portal", "Organization").objects
        coordinated = coordinated_by(user)
        if plan is None and len(coordinated) == 1:
            self.fields["host"].initial = next(iter(coordinated))
        known = [*coordinated, *([plan.host_id] if plan and plan.host_id else ())]
        self.fields["host"].queryset = (
            organizations.all() if caseworker(user) else organizations.filter(pk__in=known)
        )
        for number in range(1, TASKS + 1):
            self._add_task(number)

    def _add_task(self, number: int) -> None:
        first = number == 1
        self.fields[f"task_{number}"] = OneLineField(
            label=_("Task") if first else gettext("Task %(number)d") % {"number": number},
            max_length=60,
            required=first,
            help_text=_("For example: opens and closes.") if first else "",
            error_messages={"required": _("Write what somebody does there.")},
        )
        self.fields[f"people_{number}"] = forms.IntegerField(
            label=(
                _("How many people for it?")
                if first
                else gettext("How many people for task %(number)d?") % {"number": number}
            ),
            required=first,
            initial=1 if first else None,
            min_value=1,
            max_value=MOST_PLACES,
            error_messages={
                "required": _("Write how many people are needed."),
                "invalid": _("Write a number."),
                "min_value": _("One person at least."),
                "max_value": _("%(limit_value)d people at most."),
            },
        )

    def clean(self) -> dict:
        told = super().clean()
        first, last = told.get("first_day"), told.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", _("The last day cannot be before the first."))
        elif last and last < timezone.localdate() and (self.plan is None or self.plan.last_day != last):
            self.add_error("last_day", _("This day is over. Choose one that is still to come."))
        elif first and first < timezone.localdate() and self.plan is None:
            self.add_error("first_day", _("This day is over. Choose one that is still to come."))
        elif first and last and told.get("weekdays") and not _has_a_day(first, last, told["weekdays"]):
            self.add_error("weekdays", _("None of these days lies between the first and the last."))
        for number in range(2, TASKS + 1):
            task, people = f"task_{number}", f"people_{number}"
            if told.get(task) and not told.get(people) and people not in self.errors:
                self.add_error(people, _("Write how many people are needed."))
            if told.get(people) and not told.get(task) and task not in self.errors:
                self.add_error(task, _("Write what somebody does there."))
        self._check_tasks(told)
        return told

    def _check_tasks(self, told: dict) -> None:
        names = [told.get(f"task_{number}", "") for number in range(1, TASKS + 1)]
        for number, name in enumerate(names, start=1):
            if name and name.casefold() in [other.casefold() for other in names[: number - 1]]:
                self.add_error(f"task_{number}", _("This task stands here already."))

    @property
    def _fields(self) -> dict:
        told = self.cleaned_data
        return {
            **told["audience"].fields,
            **{
                name: told[name]
                for name in (
                    "name",
                    "work",
                    "text",
                    "area",
                    "host",
                    "weekdays",
                    "starts_at",
                    "minutes",
                    "first_day",
                    "last_day",
                    "credits_hours",
                )
            },
        }

    @property
    def _tasks(self) -> list[tuple[str, int]]:
        """What somebody does, and how many; a task that stands already and is not named stays as it is."""
        told = self.cleaned_data
        standing = [(role.name, role.places) for role in self.plan.roles.all()] if self.plan else []
        tasks = []
        for number in range(1, TASKS + 1):
            if name := told.get(f"task_{number}"):
                tasks.append((name, told[f"people_{number}"]))
            elif number <= len(standing):
                tasks.append(standing[number - 1])
        return tasks

    def publish(self, *, by) -> tuple[ShiftPlan, bool] | None:
        """The plan, and whether it is new; None, and an error in the form, where it cannot be."""
        return self.take_in(
            lambda: ShiftPlan.publish(
                by=by, client_id=self.cleaned_data["client_id"], tasks=self._tasks, **self._fields
            )
        )

    def change(self, *, by) -> bool:
        """Whether the plan is as the form says; an error stands in the form where it cannot be."""
        try:
            self.take_in(
                lambda: self.plan.change(
                    by=by, seen=self.cleaned_data["seen"] or None, tasks=self._tasks, **self._fields
                )
            )
        except TooFew as refusal:
            self.add_error(f"people_{refusal.position}", str(refusal))
        except NotNow as refusal:
            self.add_error(None, str(refusal))
        return not self.errors


def _has_a_day(first: date, last: date, weekdays: int) -> bool:
    week = min((last - first).days + 1, 7)
    return any(falls_on(first + timedelta(days=number), weekdays) for number in range(week))


def initial_of(plan: ShiftPlan) -> dict:
    """What the form shows of a plan that is to be changed."""
    shown = {
        name: getattr(plan, name)
        for name in (
            "name", "work", "text", "area_id", "host_id", "weekdays", "starts_at", "minutes", "first_day",
            "last_day", "credits_hours",
        )
    }  # fmt: skip
    shown |= {"area": shown.pop("area_id"), "host": shown.pop("host_id"), "audience": plan.audience_key}
    shown["seen"] = plan.version
    for number, role in enumerate(plan.roles.all(), start=1):
        shown |= {f"task_{number}": role.name, f"people_{number}": role.places}
    return shown
