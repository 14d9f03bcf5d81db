from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

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

from .models import (
    LONGEST,
    MOST_COMPANIONS,
    MOST_CREDIT,
    MOST_OF_ONE,
    MOST_SEATS,
    STEP,
    TEXT_LIMIT,
    Answer,
    Gathering,
)
from .words import ICONS, Occasion
from .workflow import Promised

ITEMS = 6  # different things that one gathering may ask for
FARTHEST = timedelta(days=366)


class TimeField(forms.TimeField):
    """A time of day, by the phone's own clock."""

    def __init__(self, **kwargs):
        super().__init__(widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"), **kwargs)
        self.error_messages["invalid"] = _("Write a time like 17:30.")


class NumberField(forms.IntegerField):
    """A small number, with what is said of one that is too small, too large, or none."""

    def __init__(self, *, most: int, least: int = 0, **kwargs):
        super().__init__(min_value=least, max_value=most, **kwargs)
        self.error_messages["invalid"] = _("Write a number.")
        for validator in self.validators:
            if validator.code == "min_value":
                validator.message = _("Write %(limit_value)d at least.")
            if validator.code == "max_value":
                validator.message = _("Write %(limit_value)d at most.")


class GatheringForm(SentOnceForm):
    """An invitation, new or to be changed."""

    SAYS_MORE_OF = {f"wanted_{number}": f"item_{number}" for number in range(1, ITEMS + 1)}
    FOLDED = frozenset(f"{name}_{number}" for number in range(3, ITEMS + 1) for name in ("item", "wanted"))

    name = OneLineField(
        label=_("What is it called?"),
        max_length=80,
        help_text=_("For example: supper in the courtyard."),
        error_messages={"required": _("Write what it is called.")},
    )
    occasion = forms.ChoiceField(
        label=_("What kind of occasion is it?"),
        choices=Occasion.choices,
        widget=PictogramSelect(icons=ICONS),
        error_messages={"required": _("Choose the picture that fits best.")},
    )
    text = RunningTextField(
        label=_("What is it about?"),
        help_text=_("A few plain words: what there is, for whom it is, what one needs."),
        max_length=TEXT_LIMIT,
        required=False,
        rows=4,
    )
    audience = AudienceField()
    day = forms.DateField(
        label=_("On which day?"),
        widget=DayInput,
        error_messages={
            "required": _("Choose the day."),
            "invalid": _("Write a day that there is, like 2027-01-31."),
        },
    )
    begins = TimeField(label=_("From what time?"), error_messages={"required": _("Write from what time.")})
    ends = TimeField(label=_("Until what time?"), error_messages={"required": _("Write until what time.")})
    area = AreaField()
    place = OneLineField(
        label=_("Where, if it is somewhere else?"),
        required=False,
        max_length=120,
        help_text=_("A place that everybody knows: the oratory, the park. Nobody's home."),
    )
    seats = NumberField(
        label=_("How many people fit?"),
        required=False,
        least=1,
        most=MOST_SEATS,
        help_text=_("Leave it empty if there is room for all."),
    )
    companions = NumberField(
        label=_("How many may one bring along?"), most=MOST_COMPANIONS, initial=3, required=False
    )
    host = forms.ModelChoiceField(
        queryset=None,
        required=False,
        label=_("Which organization runs it?"),
        empty_label=_("none: I run it myself"),
    )
    credit = forms.TypedChoiceField(
        label=_("Does it count in the time bank?"),
        coerce=int,
        initial=0,
        required=False,
        empty_value=0,
        help_text=_(
            "For a day on which all work for the common areas: the hours that each gets who was there."
        ),
    )

    def __init__(self, *args, user, gathering: Gathering | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.gathering = gathering
        self.fields["audience"].offer_to(user, now=gathering, agency=caseworker(user))
        self.fields["area"].offer_near(self.fields["audience"], self["audience"].value())
        coordinated = coordinated_by(user)
        if gathering is None and len(coordinated) == 1:
            self.fields["host"].initial = next(iter(coordinated))
        known = [*coordinated, *([gathering.host_id] if gathering and gathering.host_id else ())]
        hosts = apps.get_model("portal", "Organization").objects.filter(pk__in=known)
        self.fields["host"].queryset = hosts
        if not coordinated:
            del self.fields["host"]
        if user.has_perm("community.set_hours_of_gathering"):
            lengths = [(m, hours(m)) for m in range(STEP, MOST_CREDIT + 1, STEP)]
            self.fields["credit"].choices = [(0, _("no")), *lengths]
        else:
            # Hours come from the bank: whoever answers for an organization says that there are any.
            del self.fields["credit"]
        for number in range(1, ITEMS + 1):
            self.fields[f"item_{number}"] = OneLineField(
                label=(
                    _("What is to be brought?")
                    if number == 1
                    else gettext("Thing %(number)d to bring") % {"number": number}
                ),
                required=False,
                max_length=60,
                help_text=_("For example: plates, a sweet, gloves.") if number == 1 else "",
            )
            self.fields[f"wanted_{number}"] = NumberField(
                label=(
                    _("How many of it?")
                    if number == 1
                    else gettext("How many of thing %(number)d?") % {"number": number}
                ),
                required=False,
                least=1,
                most=MOST_OF_ONE,
            )

    def clean(self) -> dict:
        told = super().clean()
        day, begins, ends = (told.get(name) for name in ("day", "begins", "ends"))
        if day and day > timezone.localdate() + FARTHEST:
            self.add_error("day", _("Choose a day within a year."))
        elif day and begins and ends:
            start = timezone.make_aware(datetime.combine(day, begins))
            end = timezone.make_aware(datetime.combine(day, ends))
            if end <= start:
                end += timedelta(days=1)  # past midnight
            if end - start > LONGEST:
                self.add_error("ends", _("It cannot end before it begins."))
            told["starts_at"], told["ends_at"] = start, end
            if start <= timezone.now():
                self.add_error("day", _("This moment is over. Choose one that is still to come."))
        if not told.get("area") and not told.get("place") and "place" not in self.errors:
            self.add_error("place", _("Say where it is: choose a place above, or write one here."))
        names: set[str] = set()
        for number in range(1, ITEMS + 1):
            item, wanted = told.get(f"item_{number}"), told.get(f"wanted_{number}")
            if wanted and not item and f"item_{number}" not in self.errors:
                self.add_error(f"item_{number}", _("Write what is to be brought."))
            if item and item.casefold() in names:
                self.add_error(f"item_{number}", _("This stands here already."))
            names.add((item or "").casefold())
        return told

    @property
    def _told(self) -> dict:
        told = self.cleaned_data
        names = ("name", "occasion", "text", "starts_at", "ends_at", "area", "place", "seats")
        return {
            **told["audience"].fields,
            **{name: told[name] for name in names},
            "companions": told["companions"] or 0,
        }

    @property
    def _items(self) -> list[tuple[str, int]]:
        """What is to be brought, and how many of it, by the places in the form; up to the last that has a name."""
        told = self.cleaned_data
        items = [(told.get(f"item_{n}") or "", told.get(f"wanted_{n}") or 1) for n in range(1, ITEMS + 1)]
        while items and not items[-1][0]:
            items.pop()
        return items

    def publish(self, *, by) -> tuple[Gathering, bool] | None:
        """The gathering, and whether it is new; None, and an error in the form, where it cannot be."""
        told = self.cleaned_data
        whole = {**self._told, "host": told.get("host"), "credit": told.get("credit") or 0}
        items = [(name, wanted) for name, wanted in self._items if name]
        return self.take_in(
            lambda: Gathering.publish(by=by, client_id=told["client_id"], items=items, **whole)
        )

    def change(self, *, by) -> bool:
        """Whether the gathering is as the form says; an error stands in the form where it cannot be. Raises NotNow."""
        # What is not asked of this person stays as it was.
        asked = {name: self.cleaned_data[name] for name in ("host", "credit") if name in self.fields}
        try:
            self.take_in(
                lambda: self.gathering.change(
                    by=by, seen=self.cleaned_data["seen"] or None, items=self._items, **self._told, **asked
                )
            )
        except Promised as refusal:
            field = "item" if refusal.is_gone else "wanted"
            self.add_error(f"{field}_{refusal.position}", str(refusal))
        return not self.errors


def initial_of(gathering: Gathering) -> dict:
    """What the form shows of a gathering that is to be changed."""
    start, end = timezone.localtime(gathering.starts_at), timezone.localtime(gathering.ends_at)
    names = (
        "name",
        "occasion",
        "text",
        "area_id",
        "place",
        "seats",
        "companions",
        "host_id",
        "credit",
    )
    shown = {name: getattr(gathering, name) for name in names}
    shown |= {"area": shown.pop("area_id"), "host": shown.pop("host_id")}
    shown |= {
        "day": start.date(),
        "begins": start.time(),
        "ends": end.time(),
        "audience": gathering.audience_key,
        "seen": gathering.version,
    }
    for number, item in enumerate(gathering.items.all(), start=1):
        shown |= {f"item_{number}": item.name, f"wanted_{number}": item.wanted}
    return shown


class AnswerForm(forms.Form):
    """How many come along."""

    def __init__(self, *args, gathering: Gathering, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["companions"] = NumberField(
            label=_("How many others come with you?"),
            help_text=gettext("At most %(number)d.") % {"number": gathering.companions},
            most=gathering.companions,
            required=False,
        )


class BringForm(forms.Form):
    """How many of a thing one brings."""

    number = NumberField(label=_("How many do you bring?"), most=MOST_OF_ONE)


class PresenceForm(forms.Form):
    """Who was there of those who had said that they come, and how many minutes each gets: all as many, or one by one.

    Whoever may not say how many (`sets_hours` False) says who was there, and the hours are those of the invitation.
    """

    also = forms.MultipleChoiceField(
        label=_("Who else was there?"),
        help_text=_(
            "Whom you know from other times. Somebody new opens this event on their own phone and says so."
        ),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Choose one from the list.")},
    )

    def __init__(
        self,
        *args,
        gathering: Gathering,
        answers: list[Answer],
        others: Iterable,
        sets_hours: bool,
        **kwargs,
    ):
        super().__init__(*args, **kwargs)
        self.gathering, self.answers, self.sets_hours = gathering, answers, sets_hours
        self._others = {str(person.pk): person for person in others}
        self.fields["also"].choices = [(pk, str(person)) for pk, person in self._others.items()]
        if sets_hours:
            self.fields["minutes"] = self._minutes(
                _("How long did they work?"), gathering.credit, none=_("no hours")
            )
        for answer in answers:
            self.fields[f"there_{answer.pk}"] = forms.BooleanField(
                label=str(answer.person or ""), required=False, initial=answer.state != "missed"
            )
            if sets_hours:
                noted = answer.is_vouched and answer.state == "attended"
                own = answer.credited if noted and answer.credited != gathering.credit else ""
                self.fields[f"minutes_{answer.pk}"] = self._minutes(_("Hours"), own, like_all=True)

    def _minutes(self, label, initial, *, none=None, like_all: bool = False) -> forms.TypedChoiceField:
        lengths = [(m, hours(m)) for m in range(STEP, MOST_CREDIT + 1, STEP)]
        first = [("", _("as all"))] if like_all else []
        return forms.TypedChoiceField(
            label=label,
            coerce=int,
            empty_value=None,
            required=not like_all,
            initial=initial,
            choices=[*first, (0, none or _("no hours")), *lengths],
            error_messages={"invalid_choice": _("Choose one from the list.")},
        )

    @property
    def rows(self) -> list[dict]:
        return [
            {
                "answer": answer,
                "there": self[f"there_{answer.pk}"],
                "minutes": self[f"minutes_{answer.pk}"] if self.sets_hours else None,
            }
            for answer in self.answers
        ]

    @property
    def others(self) -> list:
        """The people who came without having said so."""
        return [self._others[pk] for pk in self.cleaned_data["also"]]

    @property
    def minutes_of_all(self) -> int:
        return self.cleaned_data["minutes"] if self.sets_hours else self.gathering.credit

    @property
    def told(self) -> dict[int, int | None]:
        """By the number of the answer the minutes; None for whoever was not there."""
        told = self.cleaned_data
        found: dict[int, int | None] = {}
        for answer in self.answers:
            own = told.get(f"minutes_{answer.pk}")
            if not self.sets_hours and answer.is_vouched and answer.state == "attended":
                own = answer.credited  # as whoever sets hours has said
            found[answer.pk] = (
                (self.minutes_of_all if own is None else own) if told[f"there_{answer.pk}"] else None
            )
        return found
