from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import uuid4

from django import forms
from django.contrib.auth import get_user_model
from django.core.validators import URLValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from community.keys import AlreadySent, ClientIdTaken
from community.mediation.meetings import LENGTHS, TIMES, Meeting, NoInterpreter, ProposedTime
from community.mediation.rooms import Room
from community.mediation.words import LINE_LIMIT
from community.mediation.workflow import NotPossible
from portal.ui.amounts import hours
from portal.ui.days import weekday
from portal.ui.fields import OneLineField
from portal.ui.widgets import DayInput

SHOWN = 3  # times that are asked for at once; the others unfold
FARTHEST = timedelta(days=366)
LINK_LIMIT = 1000  # characters: those of some video calls are long


class Interprets(models.TextChoices):
    HERE = "here", _("Somebody with an account here")
    OUTSIDE = "outside", _("Somebody else")

    __empty__ = _("Nobody")


class TimeOfDayField(forms.TimeField):
    """A time of day, by the phone's own clock."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"), **kwargs)
        self.error_messages["invalid"] = _("Write a time like 17:30.")


class VideoLinkField(forms.URLField):
    """The address of a video call, encrypted on its way. Without a scheme it is one; another scheme is an error."""

    default_error_messages = {"invalid": _("Write a link that begins with https://.")}
    default_validators = [
        URLValidator(schemes=["https"], message=_("Write a link that begins with https://."))
    ]

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(assume_scheme="https", **kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """No `maxlength`: browsers cut what is pasted without a word."""
        return {name: value for name, value in super().widget_attrs(widget).items() if name != "maxlength"}


class MeetingForm(forms.Form):
    """Times that a mediator proposes, how long, and where."""

    use_required_attribute = False

    client_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    minutes = forms.TypedChoiceField(
        label=_("How long?"),
        coerce=int,
        initial=60,
        error_messages={
            "required": _("Choose how long."),
            "invalid_choice": _("Choose one from the list."),
        },
    )
    place = OneLineField(
        label=_("Where do you meet?"),
        help_text=_("A quiet place, and nobody's home. Leave it empty for a video call only."),
        max_length=LINE_LIMIT,
        required=False,
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )
    link = VideoLinkField(
        label=_("Link of the video call"),
        help_text=_("It begins with https://. Only those of this room see it, once a time is fixed."),
        max_length=LINK_LIMIT,
        required=False,
        widget=forms.URLInput(attrs={"dir": "ltr", "autocomplete": "off"}),
    )
    interprets = forms.ChoiceField(
        label=_("Does somebody interpret?"),
        choices=Interprets.choices,
        widget=forms.RadioSelect,
        required=False,
        error_messages={"invalid_choice": _("Choose one from the list.")},
    )
    interpreter = OneLineField(
        label=_("Who interprets?"),
        help_text=_(
            "The name and, after a comma, the language: “Leila Haddad, Arabic”. The portal looks whether somebody with "
            "an account lives with or near those who are in it."
        ),
        max_length=LINE_LIMIT,
        required=False,
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )

    is_no_relative = forms.BooleanField(
        label=_("Whoever interprets is no relative, neighbour or friend of anybody in it"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("interprets", "interpreter", "is_no_relative"):
            self.fields[name].says_optional = False  # together: either nobody, or all three
        self.fields["minutes"].choices = [(length, hours(length)) for length in LENGTHS]
        for number in range(1, TIMES + 1):
            words = {"number": number}
            self.fields[f"day_{number}"] = forms.DateField(
                label=gettext("Time %(number)d: day") % words,
                required=False,
                widget=DayInput,
                error_messages={"invalid": _("Write a day that there is, like 2027-01-31.")},
            )
            self.fields[f"time_{number}"] = TimeOfDayField(
                label=gettext("Time %(number)d: hour") % words, required=False
            )
            # That not all of them are needed is said once, above.
            for name in (f"day_{number}", f"time_{number}"):
                self.fields[name].says_optional = False

    @property
    def rows(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """Day and hour of each time."""
        return [(self[f"day_{number}"], self[f"time_{number}"]) for number in range(1, TIMES + 1)]

    @property
    def first_rows(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        return self.rows[:SHOWN]

    @property
    def more_rows(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        return self.rows[SHOWN:]

    @property
    def is_unfolded(self) -> bool:
        return any(bound.value() or bound.errors for row in self.more_rows for bound in row)

    def clean(self) -> dict[str, Any]:
        told = super().clean()
        self.times: list[datetime] = []
        for number in range(1, TIMES + 1):
            self._clean_time(number, told.get(f"day_{number}"), told.get(f"time_{number}"))
        if not self.times and not any(name.startswith(("day_", "time_")) for name in self.errors):
            self.add_error("day_1", _("Propose at least one time: a day and an hour."))
        if not (told.get("place") or told.get("link")) and not {"place", "link"} & set(self.errors):
            self.add_error("place", _("Say where: write a place, or the link of a video call."))
        self._clean_interpreter(told)
        return told

    def _clean_interpreter(self, told: dict[str, Any]) -> None:
        self.interpreting: list[Any] = []
        kind, words = told.get("interprets"), told.get("interpreter")
        if not kind:
            if words and "interprets" not in self.errors:
                self.add_error("interprets", _("Say whether whoever interprets has an account here."))
            return
        if not words:
            if "interpreter" not in self.errors:
                self.add_error("interpreter", _("Write who interprets."))
        elif kind == Interprets.HERE:
            name = re.split("[,\u060c]", words)[0].strip()  # in Arabic a comma is another letter
            people = get_user_model().objects.filter(is_active=True, display_name__iexact=name)
            self.interpreting = list(people.order_by("pk"))
            if not self.interpreting:
                self.add_error(
                    "interpreter",
                    _("Nobody with an account has this very name. Write it as it stands in the portal."),
                )
        if not told.get("is_no_relative"):
            self.add_error(
                "is_no_relative",
                _("Ask them, and tick this. What a relative interprets nobody can be sure of."),
            )

    def _clean_time(self, number: int, day: date | None, hour: time | None) -> None:
        names = f"day_{number}", f"time_{number}"
        if any(name in self.errors for name in names) or (day is None and hour is None):
            return
        today = timezone.localdate()
        if day is None:
            self.add_error(names[0], _("Choose the day."))
        elif hour is None:
            self.add_error(names[1], _("Write from what time."))
        elif day < today:
            self.add_error(names[0], _("This moment is over. Choose one that is still to come."))
        elif day > today + FARTHEST:
            self.add_error(names[0], _("Choose a day within a year."))
        else:
            self._take_in(names[1], datetime.combine(day, hour))

    def _take_in(self, name: str, wall: datetime) -> None:
        """Add what the clocks in Rome show then. In UTC: an hour that exists twice equals itself there only."""
        moment = timezone.make_aware(wall).astimezone(UTC)
        if timezone.make_naive(moment) != wall:
            # In the night in which clocks go forward an hour is missing.
            self.add_error(
                name, _("This hour does not exist: clocks go forward that night. Choose another one.")
            )
        elif moment <= timezone.now():
            self.add_error(name, _("This moment is over. Choose one that is still to come."))
        elif moment in self.times:
            self.add_error(name, _("This time stands here already."))
        else:
            self.times.append(moment)

    def propose(self, room: Room, *, by: Any) -> Meeting | None:
        """The meeting; None, and an error in the form, where there is none. Raises PermissionDenied."""
        told = self.cleaned_data
        words = {name: told[name] for name in ("minutes", "place", "link", "interpreter")}
        try:
            return Meeting.propose(
                room,
                by=by,
                client_id=told["client_id"],
                times=self.times,
                interpreting=self.interpreting,
                **words,
            )
        except NoInterpreter as error:
            self.add_error("interpreter", [str(error), *map(str, error.ties)])
        except ClientIdTaken:
            self._renew()
            self.add_error(None, _("We did not recognise this form. Check it and send it again."))
        except AlreadySent:
            self._renew()
            self.add_error(
                None,
                _(
                    "This page was sent before, and that meeting is proposed. If this is another, send it again."
                ),
            )
        except NotPossible as error:
            self.add_error(None, str(error))
        return None

    def _renew(self) -> None:
        self.data = self.data.copy()
        self.data[self.add_prefix("client_id")] = str(uuid4())


class TimesForm(forms.Form):
    """Which of the proposed times fit somebody."""

    use_required_attribute = False

    times = forms.MultipleChoiceField(
        label=_("Which times fit you?"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Choose one from the list.")},
    )

    def __init__(self, *args: Any, times: Iterable[ProposedTime], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["times"].says_optional = False  # nothing chosen is an answer, too
        self.fields["times"].choices = [
            (str(time.pk), f"{weekday(time.starts_at)}, {timezone.localtime(time.starts_at):%H:%M}")
            for time in times
            if not time.is_past
        ]
