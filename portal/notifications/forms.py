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

AT_ONCE = "at_once"
DIGESTS = {
    8: _("Once a day, all together: in the morning, at 8:00"),
    13: _("Once a day, all together: after lunch, at 13:00"),
    18: _("Once a day, all together: in the evening, at 18:00"),
}
ANY_HOUR, OTHER_HOURS = "any", "other"
# Beside the installation's own night. Whoever works at night sleeps in the day.
LONG_NIGHT, DAY = (20, 8), (8, 16)


class HourField(forms.TypedChoiceField):
    """An hour of the day. There is always one chosen, so that it is nothing that one may leave out."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=[(hour, f"{hour}:00") for hour in range(24)], coerce=int, **kwargs)

    def validate(self, value: Any) -> None:
        # Nothing is wrong with hours that are not asked for: the form knows.
        if value not in self.empty_values:
            super().validate(value)


class NotificationSettingsForm(forms.Form):
    """The boxes are those of channels that reach the person; what is chosen for others stays as it is.

    Few choices, one of which is made already: the hours that most people want, and those that this person has.
    """

    rhythm = forms.ChoiceField(label=_("How often?"), widget=forms.RadioSelect)
    quiet = forms.ChoiceField(
        label=_("When shall we leave you in peace?"),
        help_text=_("What happens then, you hear of when it is over."),
        widget=forms.RadioSelect,
    )
    quiet_from = HourField(label=_("Nothing from"), empty_value=None)
    quiet_until = HourField(label=_("Nothing until"), empty_value=None)

    def __init__(self, person: Any, *args: Any, **kwargs: Any) -> None:
        self.person = person
        self.before = times = NotificationTimes.of(person)
        nights = _nights(person)
        hours = (times.quiet_from, times.quiet_until)
        initial = {
            "rhythm": AT_ONCE if times.digest_at is None else str(times.digest_at),
            "quiet": (_span(hours) if hours in nights else OTHER_HOURS) if times.is_quiet else ANY_HOUR,
            "quiet_from": times.quiet_from,
            "quiet_until": times.quiet_until,
        }
        super().__init__(*args, initial=initial, **kwargs)
        digests = dict(DIGESTS)
        if times.digest_at is not None and times.digest_at not in digests:
            digests[times.digest_at] = _("Once a day, all together: at %(hour)s:00") % {
                "hour": times.digest_at
            }
        self.fields["rhythm"].choices = [
            (AT_ONCE, _("At once, each time")),
            *((str(hour), words) for hour, words in sorted(digests.items())),
        ]
        self.fields["quiet"].choices = [
            *((_span(night), words) for night, words in nights.items()),
            (ANY_HOUR, _("Never: write to me at any hour")),
            (OTHER_HOURS, _("At other hours, which I choose below")),
        ]
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
        for name in ("quiet_from", "quiet_until"):
            if self.cleaned_data.get("quiet") != OTHER_HOURS:
                self.errors.pop(name, None)  # nobody has looked at them
            elif name not in self.errors and self.cleaned_data[name] is None:
                self.add_error(name, _("Choose a time."))
        if self.errors:
            return
        times = self._times()
        if times.quiet_from == times.quiet_until:
            self.add_error("quiet_until", _("It has to end at another time than it begins."))
        elif times.digest_at is not None and times.is_quiet_at(times.digest_at):
            self.add_error("rhythm", _("At this time you want to be left in peace. Choose another."))

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
        quiet = given["quiet"]
        if quiet == OTHER_HOURS:
            start, end = given["quiet_from"], given["quiet_until"]
        elif quiet == ANY_HOUR:
            # What is off keeps the hours that it had.
            start, end = self.before.quiet_from, self.before.quiet_until
        else:
            start, end = map(int, quiet.split("-"))
        return NotificationTimes(
            person=self.person,
            is_quiet=quiet != ANY_HOUR,
            quiet_from=start,
            quiet_until=end,
            digest_at=None if given["rhythm"] == AT_ONCE else int(given["rhythm"]),
        )


def _span(hours: tuple[int, int]) -> str:
    return "{}-{}".format(*hours)


def _nights(person: Any) -> dict[tuple[int, int], str]:
    """The hours of peace that one chooses from, the installation's own first."""
    usual = NotificationTimes.default(person)
    night = {(usual.quiet_from, usual.quiet_until): _("At night, from %(start)s:00 to %(end)s:00")}
    words = night | {
        LONG_NIGHT: _("In the evening as well, from %(start)s:00 to %(end)s:00"),
        DAY: _("In the day, from %(start)s:00 to %(end)s:00: I work at night"),
    }
    words |= night  # which an installation may have put at one of the others' hours
    return {hours: text % {"start": hours[0], "end": hours[1]} for hours, text in words.items()}
