from __future__ import annotations

import re
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.ledger import Head, LedgerPosting
from risparmio.agreements.models import SavingsAgreement
from risparmio.amounts import AmountField
from risparmio.book.accounts import BOOK

from .words import KINDS


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class DayField(forms.DateField):
    """As the address writes it, and browsers too: 2026-10-31."""

    widget = DayInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(input_formats=["%Y-%m-%d"], **kwargs)

    def clean(self, value: Any) -> date | None:
        day = super().clean(value)
        if day and day.year < 2000:
            raise ValidationError(_("This day is too long ago."), code="early")
        return day


class AskedFor(forms.Form):
    """Part of an address: what is not written there is as it is at first."""

    use_required_attribute = False

    def chosen(self, name: str) -> Any:
        """What was asked for; where that makes no sense, what it is at first."""
        self.is_valid()
        value = self.cleaned_data.get(name)
        return self.get_initial_for_field(self.fields[name], name) if value in (None, "") else value


class DayForm(AskedFor):
    al = DayField(label=_("At the end of"), required=False, initial=timezone.localdate)

    def clean_al(self) -> date | None:
        day = self.cleaned_data["al"]
        if day and day > timezone.localdate():
            raise ValidationError(_("This day has not come yet."))
        return day


class EntriesForm(AskedFor):
    """Filters of the journal."""

    dal = DayField(label=pgettext_lazy("a day", "From"), required=False)
    al = DayField(label=pgettext_lazy("a day", "Until"), required=False)
    tipo = forms.ChoiceField(label=_("What it is"), required=False, choices=[("", _("all")), *KINDS.items()])
    conto = forms.ChoiceField(label=_("Account"), required=False)
    accordo = forms.IntegerField(label=_("Household's number"), required=False, min_value=1, max_value=10**8)
    importo = AmountField(label=_("Amount"), required=False)

    def __init__(self, *args: Any, accounts: list[tuple[str, Any]], **kwargs: Any) -> None:
        """`accounts`: (code, name) of those that are no household's."""
        super().__init__(*args, **kwargs)
        self.fields["conto"].choices = [("", _("all")), ("household", _("all households")), *accounts]

    def narrow(self, entries: Any) -> Any:
        self.is_valid()
        wanted = {name: value for name, value in self.cleaned_data.items() if value not in (None, "")}
        if "dal" in wanted:
            entries = entries.filter(day__gte=wanted["dal"])
        if "al" in wanted:
            entries = entries.filter(day__lte=wanted["al"])
        if "tipo" in wanted:
            entries = entries.filter(kind=wanted["tipo"])
        # Each in a question of its own: of an entry with two postings on households one would be told twice.
        if wanted.get("conto") == "household":
            entries = entries.filter(pk__in=_of(account__code__startswith="household-"))
        elif "conto" in wanted:
            entries = entries.filter(pk__in=_of(account__code=wanted["conto"]))
        if "accordo" in wanted:
            entries = entries.filter(pk__in=_of_household(wanted["accordo"]))
        if "importo" in wanted:
            entries = entries.filter(pk__in=_of(amount__in=(wanted["importo"], -wanted["importo"])))
        return entries


def _of(**condition: Any) -> Any:
    return LedgerPosting.objects.filter(account__book__code=BOOK, **condition).values("entry")


def _of_household(number: int) -> Any:
    return _of(account__in=SavingsAgreement.objects.filter(number=number).values("ledger"))


class SampleForm(AskedFor):
    dal = DayField(label=pgettext_lazy("a day", "From"))
    al = DayField(label=pgettext_lazy("a day", "Until"))
    importo = AmountField(
        label=_("All entries of at least"), help_text=_("Each of them is in the sample."), initial=100_000
    )
    quante = forms.IntegerField(label=_("And so many of the others"), min_value=0, max_value=200, initial=25)
    seme = forms.IntegerField(
        label=_("Seed"),
        help_text=_("Whoever writes the same number draws the same sample."),
        min_value=0,
        max_value=10**9,
    )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if said.get("dal") and said.get("al") and said["al"] < said["dal"]:
            self.add_error("al", _("The last day lies before the first one."))
        return said


class CloseForm(forms.Form):
    """Up to which day, and what is known to stand open."""

    al = DayField(label=_("Close all days up to"), error_messages={"required": _("Choose a day.")})
    use_required_attribute = False


class VerifyForm(forms.Form):
    testa = forms.CharField(
        label=_("An end of the chain that you have kept"),
        help_text=_("A line of the log, or one that the stand-alone check printed. It may stay empty."),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off"}),
    )

    def clean_testa(self) -> Head | None:
        line = self.cleaned_data["testa"]
        if not line:
            return None
        found = re.fullmatch(
            rf"(?:{re.escape(BOOK)}:)?([0-9]{{1,18}}):([0-9a-f]{{64}})", line.strip().lower()
        )
        if not found:
            raise ValidationError(
                _("Write it as it was printed: the number, a colon and 64 letters and figures.")
            )
        return Head(int(found[1]), found[2])


class ArchiveForm(forms.Form):
    anno = forms.TypedChoiceField(label=_("Year"), coerce=int)
    use_required_attribute = False

    def __init__(self, *args: Any, years: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["anno"].choices = [(year, str(year)) for year in years]
