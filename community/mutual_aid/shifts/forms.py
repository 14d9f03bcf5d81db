from __future__ import annotations

from django import forms
from django.apps import apps
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from community.mutual_aid.audience_field import AudienceField
from community.mutual_aid.neighbourhood import coordinated_by
from portal.events import record
from portal.ui.amounts import hours
from portal.ui.fields import OneLineField, RunningTextField
from portal.ui.widgets import DayInput, PictogramSelect

from .models import LONGEST, MOST_PLACES, STEP, TEXT_LIMIT, ShiftPlace, ShiftPlan, ShiftRole
from .weekdays import WeekdaysField
from .words import ICONS, Work

TASKS = 3  # different tasks that one shift may have


class PlanForm(forms.Form):
    """A plan of shifts, new or to be changed. `save(by)` gives the plan; the same `client_id` again the same plan."""

    client_id = forms.UUIDField(widget=forms.HiddenInput)
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
    area = forms.ModelChoiceField(
        queryset=None, required=False, label=_("Where does it take place?"), empty_label=_("somewhere else")
    )
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
        self.fields["audience"].offer_to(user)
        hosts = apps.get_model("portal", "Organization").objects.filter(pk__in=coordinated_by(user))
        self.fields["host"].queryset = hosts
        towns = {meant.municipality.pk for meant in self.fields["audience"].offered}
        areas = apps.get_model("portal", "CommonArea").objects.filter(building__municipality__in=towns)
        self.fields["area"].queryset = areas.select_related("building")
        self.fields["area"].label_from_instance = lambda area: f"{area.building}: {area}"
        for number in range(1, TASKS + 1):
            self._add_task(number)

    def _add_task(self, number: int) -> None:
        first = number == 1
        self.fields[f"task_{number}"] = OneLineField(
            label=_("Task") if first else _("Another task"),
            max_length=60,
            required=first,
            help_text=_("For example: opens and closes.") if first else "",
            error_messages={"required": _("Write what somebody does there.")},
        )
        self.fields[f"people_{number}"] = forms.IntegerField(
            label=_("How many people for it?"),
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
        for number, role in enumerate(self._roles, start=1):
            taken = (
                ShiftPlace.objects.held()
                .filter(role=role, shift__starts_at__gt=timezone.now())
                .aggregate(most=Max("number"))["most"]
                or 0
            )
            people = told.get(f"people_{number}")
            if people and people < taken:
                self.add_error(
                    f"people_{number}",
                    forms.ValidationError(
                        _("So many people have signed up already: %(number)d. Ask them first."),
                        params={"number": taken},
                    ),
                )

    @cached_property
    def _roles(self) -> list[ShiftRole]:
        return list(self.plan.roles.all()) if self.plan else []

    @transaction.atomic
    def save(self, *, by) -> ShiftPlan:
        told = self.cleaned_data
        fields = {
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
        if self.plan is None:
            plan, created = ShiftPlan.objects.get_or_create(
                client_id=told["client_id"], defaults={**fields, "organizer": by}
            )
            if created:
                self._save_roles(plan)
                plan.lay_out()
                record("community.shift_plan.made", plan, by=by)
            return plan
        for name, value in fields.items():
            setattr(self.plan, name, value)
        self._save_roles(self.plan)
        self.plan.change(by=by)
        return self.plan

    def _save_roles(self, plan: ShiftPlan) -> None:
        told, roles = self.cleaned_data, self._roles
        # First out of each other's way: two that change places would meet under one name.
        for role in roles:
            ShiftRole.objects.filter(pk=role.pk).update(name=f"#{role.pk}")
        for number in range(1, TASKS + 1):
            name, places = told.get(f"task_{number}"), told.get(f"people_{number}")
            if not name and number <= len(roles):
                name, places = roles[number - 1].name, roles[number - 1].places
            if not name:
                continue
            if number <= len(roles):
                ShiftRole.objects.filter(pk=roles[number - 1].pk).update(name=name, places=places)
            else:
                plan.roles.create(name=name, places=places, position=number)


def initial_of(plan: ShiftPlan) -> dict:
    """What the form shows of a plan that is to be changed."""
    shown = {
        name: getattr(plan, name)
        for name in (
            "client_id", "name", "work", "text", "area_id", "host_id", "weekdays", "starts_at", "minutes", "first_day",
            "last_day", "credits_hours",
        )
    }  # fmt: skip
    shown |= {"area": shown.pop("area_id"), "host": shown.pop("host_id"), "audience": plan.audience_key}
    for number, role in enumerate(plan.roles.all(), start=1):
        shown |= {f"task_{number}": role.name, f"people_{number}": role.places}
    return shown
