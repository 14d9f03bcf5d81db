"""How somebody wants to hear of news: a line for each subject, then the times."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from .channels import OUTSIDE
from .preferences import Choices, choose, subjects
from .times import NotificationTimes

HOURS = [(hour, f"{hour}:00") for hour in range(24)]
AT_ONCE, ONCE_A_DAY = "at_once", "once_a_day"
EVENING = 18


class NotificationSettingsForm(forms.Form):
    """The boxes are those of channels that reach the person; what is chosen for others stays as it is."""

    rhythm = forms.ChoiceField(
        label=_("How often?"),
        choices=[(AT_ONCE, _("At once, each time")), (ONCE_A_DAY, _("Once a day, all together"))],
        widget=forms.RadioSelect,
    )
    digest_at = forms.TypedChoiceField(
        label=_("If once a day: at what time?"), choices=HOURS, coerce=int, required=False, empty_value=None
    )
    is_quiet = forms.BooleanField(label=_("Do not send me anything at night"), required=False)
    quiet_from = forms.TypedChoiceField(
        label=_("The night begins at"), choices=HOURS, coerce=int, required=False, empty_value=None
    )
    quiet_until = forms.TypedChoiceField(
        label=_("The night ends at"), choices=HOURS, coerce=int, required=False, empty_value=None
    )

    def __init__(self, person: Any, *args: Any, **kwargs: Any) -> None:
        self.person = person
        times = NotificationTimes.of(person)
        initial = {
            "rhythm": AT_ONCE if times.digest_at is None else ONCE_A_DAY,
            "digest_at": EVENING if times.digest_at is None else times.digest_at,
            "is_quiet": times.is_quiet,
            "quiet_from": times.quiet_from,
            "quiet_until": times.quiet_until,
        }
        super().__init__(*args, initial=initial, **kwargs)
        self.ways = [way for way in OUTSIDE if person.pk in way.reached([person])]
        self.subjects = [subject for subject in subjects() if subject.concerns(person)] if self.ways else []
        choices = Choices([person])
        for subject in self.subjects:
            self.fields[subject.key] = forms.MultipleChoiceField(
                label=subject.label,
                choices=[(way.channel.value, way.channel.label) for way in self.ways],
                widget=forms.CheckboxSelectMultiple,
                required=False,
                initial=[way.channel.value for way in self.ways if choices.wants(person, subject.key, way)],
            )

    def lines(self) -> Iterator[tuple[Any, forms.BoundField]]:
        """Each subject with its field."""
        return ((subject, self[subject.key]) for subject in self.subjects)

    def clean(self) -> None:
        given = self.cleaned_data
        if given.get("rhythm") == ONCE_A_DAY and given.get("digest_at") is None:
            self._say("digest_at", _("Choose a time."))
        if not given.get("is_quiet"):
            return
        for name in ("quiet_from", "quiet_until"):
            if given.get(name) is None:
                self._say(name, _("Choose a time."))
        if self.errors:
            return
        times = self._times()
        if times.quiet_from == times.quiet_until:
            self._say("quiet_until", _("The night has to end at another time than it begins."))
        elif times.digest_at is not None and times.is_quiet_at(times.digest_at):
            self._say("digest_at", _("This is at night, when you want nothing. Choose another time."))

    @transaction.atomic
    def save(self) -> None:
        choose(
            self.person,
            {
                (subject.key, way.channel): way.channel in self.cleaned_data[subject.key]
                for subject in self.subjects
                for way in self.ways
            },
        )
        self._times().choose()

    def _times(self) -> NotificationTimes:
        given = self.cleaned_data
        before = NotificationTimes.of(self.person)
        return NotificationTimes(
            person=self.person,
            is_quiet=given["is_quiet"],
            # What is off keeps the hours that it had.
            quiet_from=given["quiet_from"] if given["is_quiet"] else before.quiet_from,
            quiet_until=given["quiet_until"] if given["is_quiet"] else before.quiet_until,
            digest_at=given["digest_at"] if given["rhythm"] == ONCE_A_DAY else None,
        )

    def _say(self, name: str, error: Any) -> None:
        if name not in self.errors:
            self.add_error(name, error)
