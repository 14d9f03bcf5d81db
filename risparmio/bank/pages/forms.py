from __future__ import annotations

import base64
import binascii
import csv
import io
import uuid
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.ui.amounts import money
from portal.ui.days import day as day_in_words
from portal.ui.fields import RunningTextField
from risparmio.bank.formats.delimited import DATE_FORMATS, DECIMAL_MARKS, DELIMITERS, ENCODINGS, Mapping
from risparmio.bank.formats.errors import MAX_BYTES, InvalidMapping, TooLarge
from risparmio.bank.reconciling import Day
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


class ExplanationForm(forms.Form):
    """What a difference is, of one of the days on which there is one."""

    client_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    day = forms.TypedChoiceField(
        label=gettext_lazy("The difference of"),
        coerce=date.fromisoformat,
        error_messages={
            "required": gettext_lazy("Choose a day."),
            "invalid_choice": gettext_lazy("Bank and book do not differ on this day any more."),
        },
    )
    text = RunningTextField(
        label=gettext_lazy("What do you know about it?"),
        help_text=gettext_lazy("Who checks the book reads this, today and in years."),
        rows=2,
        min_length=5,
        max_length=500,
        error_messages={
            "required": gettext_lazy("Write what you know."),
            "min_length": gettext_lazy("Write it in a few words."),
        },
    )
    use_required_attribute = False

    def __init__(self, *args: Any, days: list[Day], **kwargs: Any) -> None:
        """`days`: those that differ."""
        super().__init__(*args, **kwargs)
        self.fields["day"].choices = [
            (one.day.isoformat(), f"{day_in_words(one.day)}: {money(one.difference)}") for one in days
        ]


class SampleForm(forms.Form):
    """A file to look at, from which the columns are proposed."""

    file = _FileField(
        label=gettext_lazy("A CSV file of this bank"),
        help_text=gettext_lazy("Nothing of it is booked: we only look how it is written."),
    )
    use_required_attribute = False


# Of each column what it is called, and how one knows it in the file.
_COLUMNS = {
    "day": (
        gettext_lazy("Day of booking"),
        gettext_lazy("The day on which the bank wrote it into the account."),
    ),
    "value_day": (
        gettext_lazy("Value day"),
        gettext_lazy(
            "The day from which the bank counts it. Often a second column with days. It may be missing."
        ),
    ),
    "amount": (
        gettext_lazy("Amount with its sign"),
        gettext_lazy(
            "One column for all amounts: with a minus where money went out. Else choose the two below."
        ),
    ),
    "paid_in": (gettext_lazy("Money in"), gettext_lazy("Only where money in and money out are two columns.")),
    "paid_out": (
        gettext_lazy("Money out"),
        gettext_lazy("Only where money in and money out are two columns."),
    ),
    "counterparty": (gettext_lazy("Who paid or was paid"), gettext_lazy("A name of a person or of a firm.")),
    "iban": (
        gettext_lazy("Their IBAN"),
        gettext_lazy("The account of whoever paid or was paid: not ours. In Italy it begins with IT."),
    ),
    "text": (gettext_lazy("What it says"), gettext_lazy("What whoever paid has written, or the bank.")),
    "reference": (
        gettext_lazy("Creditor reference"),
        gettext_lazy(
            "Our code that begins with RF, where the bank has a column for it. Mostly it is in the text."
        ),
    ),
    "bank_reference": (
        gettext_lazy("The bank's own number"),
        gettext_lazy("A number by which the bank finds this movement, like CRO or TRN."),
    ),
    "balance": (gettext_lazy("Balance"), gettext_lazy("What was in the account after this line.")),
    "currency": (gettext_lazy("Currency"), gettext_lazy("EUR in each line. It may be missing.")),
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
        self.headings, self.example = self._rows()
        choices = [
            ("", _("is not there")),
            *(
                (str(n), _column_in_words(n, heading, cell))
                for n, (heading, cell) in enumerate(self.beside())
            ),
        ]
        for name, (label, help_text) in _COLUMNS.items():
            self.fields[name] = forms.ChoiceField(
                label=label, help_text=help_text, choices=choices, required=False
            )

    @classmethod
    def of(cls, content: bytes, mapping: Mapping) -> MappingForm:
        """What is proposed for a file, to be looked at."""
        initial = mapping.to_json() | {"sample": base64.b64encode(_head(content)).decode()}
        form = cls(initial=initial)
        for name in _COLUMNS:
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

    def beside(self) -> list[tuple[str, str]]:
        """Each heading with what a line of the sample has there."""
        cells = [*self.example, *[""] * len(self.headings)]
        return list(zip(self.headings, cells, strict=False))

    def _rows(self) -> tuple[list[str], list[str]]:
        """The cells of the row of headings (or of the first row) and of the first line, by what is chosen now."""
        try:
            text = self.content.decode(str(self._value("encoding")))
            rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=str(self._value("delimiter"))))
            first = int(self._value("skip"))
            headings = [cell.strip()[:60] for cell in rows[first]][:100]
        except (LookupError, ValueError, TypeError, csv.Error):
            return [], []
        after = rows[first + 1 if self._value("has_header") else first :]
        line = next((row for row in after if any(cell.strip() for cell in row)), [])
        return headings, [cell.strip()[:60] for cell in line]

    def clean_sample(self) -> str:
        if not self.content:
            raise ValidationError(_("Choose the file once more."))
        return self.cleaned_data["sample"]

    def mapping(self) -> Mapping | None:
        """Of what was chosen; None, with an error at each field that is wrong, where it is no description."""
        chosen = {name: value for name, value in self.cleaned_data.items() if name != "sample"}
        for name in _COLUMNS:
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


def _column_in_words(place: int, heading: str, example: str) -> str:
    said = {"number": place + 1, "heading": heading, "example": example}
    if not example or example == heading:
        return f"{place + 1}: {heading}"
    return _("%(number)d: %(heading)s (for example: %(example)s)") % said


def _head(content: bytes) -> bytes:
    """As many whole rows of a file as a sample has."""
    if len(content) <= SAMPLE:
        return content
    head = content[:SAMPLE]
    return head[: head.rindex(b"\n") + 1] if b"\n" in head else head
