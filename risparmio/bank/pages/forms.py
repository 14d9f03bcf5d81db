from __future__ import annotations

import base64
import binascii
import csv
import io
import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.ui.fields import RunningTextField
from risparmio.bank.formats.delimited import DATE_FORMATS, DECIMAL_MARKS, DELIMITERS, ENCODINGS, Mapping
from risparmio.bank.formats.errors import MAX_BYTES, InvalidMapping, TooLarge
from risparmio.bank.settling import LONGEST_REASON
from risparmio.book.models import BankAccount

SAMPLE = 20_000  # bytes of a file that a description of columns is tried on


class _FileField(forms.FileField):
    """Its clean value has been read: bytes are in `content`. Too much of it is refused before."""

    default_error_messages = {
        "required": gettext_lazy("Choose a file."),
        "empty": gettext_lazy("There is nothing in this file."),
    }

    def clean(self, data: Any, initial: Any = None) -> Any:
        file = super().clean(data, initial)
        if file and file.size > MAX_BYTES:
            raise ValidationError(TooLarge().message, code="too_large")
        return file


class UploadForm(forms.Form):
    """A bank's file, for one of the accounts."""

    client_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    account = forms.ModelChoiceField(
        label=gettext_lazy("Account"),
        queryset=BankAccount.objects.all(),
        empty_label=None,
        error_messages={"required": gettext_lazy("Choose an account.")},
    )
    file = _FileField(
        label=gettext_lazy("File of the bank"),
        help_text=gettext_lazy("CAMT.053 (XML), MT940 or CSV, as the bank gives it; 10 MB at most."),
    )
    use_required_attribute = False


class ReasonForm(forms.Form):
    """Why a line is not what it was taken for."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=10_000)
    reason = RunningTextField(
        label=gettext_lazy("What was wrong?"),
        help_text=gettext_lazy("Who checks the book reads this, today and in years."),
        rows=2,
        min_length=5,
        max_length=LONGEST_REASON,
        error_messages={
            "required": gettext_lazy("Write what was wrong."),
            "min_length": gettext_lazy("Write it in a few words."),
        },
    )
    use_required_attribute = False


class SampleForm(forms.Form):
    """A file to look at, from which the columns are proposed."""

    file = _FileField(
        label=gettext_lazy("A CSV file of this bank"),
        help_text=gettext_lazy("Nothing of it is booked: we only look how it is written."),
    )
    use_required_attribute = False


_COLUMN_LABELS = {
    "day": gettext_lazy("Day of booking"),
    "value_day": gettext_lazy("Value day"),
    "amount": gettext_lazy("Amount with its sign"),
    "paid_in": gettext_lazy("Money in"),
    "paid_out": gettext_lazy("Money out"),
    "counterparty": gettext_lazy("Who paid or was paid"),
    "iban": gettext_lazy("Their IBAN"),
    "text": gettext_lazy("What it says"),
    "reference": gettext_lazy("Creditor reference"),
    "bank_reference": gettext_lazy("The bank's own number"),
    "balance": gettext_lazy("Balance"),
    "currency": gettext_lazy("Currency"),
}
_DELIMITER_NAMES = {
    ";": gettext_lazy("semicolon ;"),
    ",": gettext_lazy("comma ,"),
    "\t": gettext_lazy("tab"),
    "|": gettext_lazy("vertical bar |"),
}
_MARK_NAMES = {",": gettext_lazy("comma: 12,50"), ".": gettext_lazy("full stop: 12.50")}


class MappingForm(forms.Form):
    """How a bank's CSV files are written. Columns are chosen from those of a sample, which comes along."""

    sample = forms.CharField(widget=forms.HiddenInput, max_length=SAMPLE * 2)
    delimiter = forms.ChoiceField(
        label=gettext_lazy("Mark between columns"),
        choices=[(one, _DELIMITER_NAMES[one]) for one in DELIMITERS],
    )
    encoding = forms.ChoiceField(label=gettext_lazy("Encoding"), choices=[(one, one) for one in ENCODINGS])
    decimal_mark = forms.ChoiceField(
        label=gettext_lazy("Mark before the cents"),
        choices=[(one, _MARK_NAMES[one]) for one in DECIMAL_MARKS],
    )
    date_format = forms.ChoiceField(
        label=gettext_lazy("How days are written"), choices=[(one, one) for one in DATE_FORMATS]
    )
    skip = forms.IntegerField(label=gettext_lazy("Rows above the headings"), min_value=0, max_value=100)
    skip_end = forms.IntegerField(
        label=gettext_lazy("Rows below the last line"), min_value=0, max_value=100, initial=0
    )
    has_header = forms.BooleanField(
        label=gettext_lazy("The first row has headings"), required=False, initial=True
    )
    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.headings = self._headings()
        choices = [
            ("", _("is not there")),
            *((str(n), f"{n + 1}: {one}") for n, one in enumerate(self.headings)),
        ]
        for name, label in _COLUMN_LABELS.items():
            self.fields[name] = forms.ChoiceField(label=label, choices=choices, required=False)

    @classmethod
    def of(cls, content: bytes, mapping: Mapping) -> MappingForm:
        """What is proposed for a file, to be looked at."""
        initial = mapping.to_json() | {"sample": base64.b64encode(_head(content)).decode()}
        form = cls(initial=initial)
        for name in _COLUMN_LABELS:
            column = initial[name]
            if isinstance(column, str):
                column = form.headings.index(column) if column in form.headings else None
            initial[name] = "" if column is None else str(column)
        return form

    @property
    def content(self) -> bytes:
        """The sample; nothing where what was sent is none."""
        sent = self.data.get("sample", "") if self.is_bound else self.initial.get("sample", "")
        try:
            return base64.b64decode(sent[: SAMPLE * 2], validate=True)
        except (binascii.Error, ValueError):
            return b""

    def _value(self, name: str) -> Any:
        if self.is_bound:
            return self.data.get(name, "")
        return self.initial.get(name, self.fields[name].initial)

    def _headings(self) -> list[str]:
        """The cells of the row of headings (or of the first row), by what is chosen now."""
        try:
            text = self.content.decode(str(self._value("encoding")))
            rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=str(self._value("delimiter"))))
            return [cell.strip()[:60] for cell in rows[int(self._value("skip"))]][:100]
        except (LookupError, ValueError, TypeError, csv.Error):
            return []

    def clean_sample(self) -> str:
        if not self.content:
            raise ValidationError(_("Choose the file once more."))
        return self.cleaned_data["sample"]

    def mapping(self) -> Mapping | None:
        """Of what was chosen; None, with an error at each field that is wrong, where it is no description."""
        chosen = {name: value for name, value in self.cleaned_data.items() if name != "sample"}
        for name in _COLUMN_LABELS:
            chosen[name] = self._column(chosen.get(name, ""))
        try:
            return Mapping(**chosen)
        except InvalidMapping as error:
            for name, sentence in error.errors.items():
                self.add_error(name if name in self.fields else None, sentence)
            return None

    def _column(self, place: str) -> str | int | None:
        if place == "":
            return None
        heading = self.headings[int(place)]
        by_name = self.cleaned_data.get("has_header") and heading and self.headings.count(heading) == 1
        return heading if by_name else int(place)


def _head(content: bytes) -> bytes:
    """As many whole rows of a file as a sample has."""
    if len(content) <= SAMPLE:
        return content
    head = content[:SAMPLE]
    return head[: head.rindex(b"\n") + 1] if b"\n" in head else head
