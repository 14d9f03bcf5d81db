"""It happened again: when and of what kind is enough; words, a photo or a voice note say more."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from community.mediation.diary import ICONS, Diary, Entry, Kind
from community.mediation.words import TEXT_LIMIT
from portal.ui.fields import RunningTextField
from portal.ui.widgets import PictogramSelect
from portal.uploads.forms import PhotosForm, VoiceForm

LONGEST_AGO = timedelta(days=5 * 366)


def _this_minute() -> datetime:
    return timezone.now().replace(second=0, microsecond=0)


class HappenedField(forms.SplitDateTimeField):
    """A day and a time in Rome, now unless somebody says otherwise."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            widget=forms.SplitDateTimeWidget(
                date_format="%Y-%m-%d",
                time_format="%H:%M",
                date_attrs={"type": "date", "aria-label": _("Day")},
                time_attrs={"type": "time", "aria-label": _("Time")},
            ),
            error_messages={
                "required": _("Choose a day and a time."),
                "invalid_date": _("Choose the day in the calendar."),
                "invalid_time": _("Write the time like 16:30."),
            },
            **kwargs,
        )
        self.fields[0].input_formats, self.fields[1].input_formats = ["%Y-%m-%d"], ["%H:%M", "%H:%M:%S"]

    def compress(self, data_list: list[Any]) -> datetime | None:
        if not data_list or any(part in self.empty_values for part in data_list):
            return super().compress(data_list)
        if data_list[0] < timezone.localdate() - LONGEST_AGO:
            raise ValidationError(_("This is very long ago. Is the year right?"), code="old")
        # In the night in which the clocks are put back Django's own refuses the hour that comes twice. At night things
        # happen: it is the first of the two.
        return timezone.make_aware(datetime.combine(*data_list))


class EntryForm(VoiceForm, PhotosForm):
    use_required_attribute = False
    photo_limit = 3

    happened_at = HappenedField(label=_("When did it happen?"), initial=_this_minute)
    kind = forms.ChoiceField(
        label=pgettext_lazy("an occurrence", "What was it?"),
        choices=Kind.choices,
        widget=PictogramSelect(icons=ICONS),
        error_messages={
            "required": _("Choose the picture that fits best."),
            "invalid_choice": _("Choose one of the pictures."),
        },
    )
    note = RunningTextField(
        label=_("What happened?"),
        help_text=_("A few words are enough."),
        required=False,
        max_length=TEXT_LIMIT,
        rows=3,
    )

    field_order = ["happened_at", "kind", "note", "photos", "voice", "voice_words"]

    def data_key_for(self, draft: UUID) -> UUID:
        return Diary.of(self.owner).key

    def save(self) -> Entry:
        """The entry, with what came with it. In the caller's transaction; raises what `Diary.write` raises."""
        told = self.cleaned_data
        entry = Diary.of(self.owner).write(
            client_id=told["client_id"],
            happened_at=told["happened_at"],
            kind=told["kind"],
            note=told["note"],
        )
        self.claim_photos(entry)
        self.claim_voice(entry)
        return entry

    @property
    def has_more_open(self) -> bool:
        """Whether what is folded has something in it, or something wrong with it."""
        names = ("photos", "voice", "voice_words")
        kept = any(self.fields[name].widget.kept for name in ("photos", "voice"))
        return kept or any(name in self.errors for name in names) or bool(self["voice_words"].value())
