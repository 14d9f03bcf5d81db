from __future__ import annotations

from datetime import date
from itertools import islice
from typing import Any

from django import forms
from django.apps import apps
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from portal.ui.days import day as day_in_words
from portal.ui.days import month as in_words
from portal.ui.fields import OneLineField, RunningTextField
from portal.ui.widgets import DayInput
from risparmio.amounts import AmountField
from risparmio.sent_forms import SentOnceForm

from .limits import NO_DUE_DAY, REASON_LIMIT
from .models import SavingsAgreement
from .plans import SavingsPlan
from .schedule import following, months
from .words import LARGEST_GOAL, LARGEST_MONTH, LATEST_DUE_DAY, Goal, Kind

AHEAD = 12  # months from which a plan may begin
LONGEST_PAUSE = 6  # months


class DueDayField(forms.IntegerField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=_("On which day of the month?"),
            min_value=1,
            max_value=LATEST_DUE_DAY,
            widget=forms.NumberInput(attrs={"inputmode": "numeric", "min": 1, "max": LATEST_DUE_DAY}),
            error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), NO_DUE_DAY),
            **kwargs,
        )


class ProposalForm(SentOnceForm):
    """A change of the plan, from a month on, and why."""

    kind = Kind.CHANGE

    since = forms.ChoiceField(label=_("From which month?"))
    reason = RunningTextField(label=_("Why? A few words are enough"), max_length=REASON_LIMIT, rows=3)

    def __init__(self, *args: Any, agreement: SavingsAgreement, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.agreement = agreement
        first = max(timezone.localdate(), agreement.starts_on)
        ahead = islice(months(first, agreement.ends_on), AHEAD)
        self.fields["since"].choices = [(month.isoformat(), in_words(month)) for month in ahead]

    def propose(self, by: Any) -> SavingsPlan:
        """Raises what `SavingsPlan.propose` raises."""
        told = self.cleaned_data
        return SavingsPlan.propose(
            self.agreement,
            by=by,
            client_id=told["client_id"],
            kind=self.kind,
            since=date.fromisoformat(told["since"]),
            reason=told["reason"],
            **self.terms(),
        )

    def terms(self) -> dict[str, Any]:
        raise NotImplementedError


class ChangeForm(ProposalForm):
    cents = AmountField(label=_("How much each month?"), max_cents=LARGEST_MONTH)
    due_day = DueDayField()

    field_order = ["cents", "due_day", "since", "reason"]

    def terms(self) -> dict[str, Any]:
        return {"cents": self.cleaned_data["cents"], "due_day": self.cleaned_data["due_day"]}


class PauseForm(ProposalForm):
    kind = Kind.PAUSE
    said_as = {"until": "months"}

    months = forms.TypedChoiceField(label=_("For how long?"), coerce=int)

    field_order = ["since", "months", "reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["months"].choices = [
            (count, ngettext("%(count)d month", "%(count)d months", count) % {"count": count})
            for count in range(1, LONGEST_PAUSE + 1)
        ]

    def terms(self) -> dict[str, Any]:
        last = date.fromisoformat(self.cleaned_data["since"])
        for _month in range(self.cleaned_data["months"] - 1):
            last = following(last)
        holding = self.agreement.terms_now()
        return {"cents": 0, "due_day": holding.due_day if holding else 1, "until": last}


class AimForm(SentOnceForm):
    """Until when, and what for: as it is agreed now stands there already."""

    ends_on = forms.DateField(label=_("Until which day?"), widget=DayInput())
    goal = forms.ChoiceField(label=_("What for?"), choices=Goal.choices)
    goal_cents = AmountField(label=_("How much is needed?"), max_cents=LARGEST_GOAL)
    reason = RunningTextField(label=_("Why? A few words are enough"), max_length=REASON_LIMIT, rows=3)

    def __init__(self, *args: Any, agreement: SavingsAgreement, **kwargs: Any) -> None:
        kwargs["initial"] = {name: getattr(agreement, name) for name in ("ends_on", "goal", "goal_cents")}
        super().__init__(*args, **kwargs)
        self.agreement = agreement
        self.fields["ends_on"].help_text = format_lazy(
            _("The service agreement runs until {day}."), day=day_in_words(agreement.tenancy.ends_on)
        )

    def propose(self, by: Any) -> SavingsPlan:
        """Raises what `SavingsPlan.propose_aim` raises."""
        return SavingsPlan.propose_aim(self.agreement, by=by, **self.cleaned_data)


class OrganizationField(forms.ModelChoiceField):
    says_optional = False  # "no" is an answer

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            queryset=None,
            required=False,
            label=_("Does an organization also pay in?"),
            empty_label=_("no"),
            **kwargs,
        )

    def ask(self) -> None:
        self.queryset = apps.get_model("portal", "Organization").objects.order_by("name")


class OpenForm(SentOnceForm):
    """A savings agreement as a caseworker opens it together with the household."""

    tenancy = forms.IntegerField(widget=forms.HiddenInput)
    goal = forms.ChoiceField(label=_("What for?"), choices=Goal.choices)
    goal_cents = AmountField(label=_("How much is needed?"), max_cents=LARGEST_GOAL)
    cents = AmountField(label=_("How much each month?"), max_cents=LARGEST_MONTH)
    due_day = DueDayField(initial=10)
    starts_on = forms.DateField(label=_("From which day?"), widget=DayInput())
    ends_on = forms.DateField(label=_("Until which day?"), widget=DayInput())
    match_percent = forms.IntegerField(
        label=_("How much does the agency add?"),
        help_text=_("In per cent of what the household pays in: 0 if nothing, 20 for 20 € on 100 €."),
        min_value=0,
        max_value=100,
        initial=0,
    )
    supporter = OrganizationField()

    def __init__(self, *args: Any, tenancy: Any, **kwargs: Any) -> None:
        self.of = tenancy
        kwargs["initial"] = {
            "tenancy": tenancy.pk,
            "starts_on": max(timezone.localdate(), tenancy.starts_on),
            "ends_on": tenancy.ends_on,
        } | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        self.fields["supporter"].ask()

    def open(self, by: Any) -> SavingsAgreement:
        """Raises what `SavingsAgreement.open` raises."""
        return SavingsAgreement.open(by=by, **self.cleaned_data | {"tenancy": self.of})


class SupporterForm(forms.Form):
    supporter = OrganizationField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["supporter"].ask()


class LeavingForm(forms.Form):
    use_required_attribute = False

    on = forms.DateField(
        label=_("On which day does the household move on?"),
        help_text=_("Nothing is promised for the months after it."),
        widget=DayInput(),
        error_messages={"required": _("Choose the day."), "invalid": _("Choose the day.")},
    )
    reason = OneLineField(label=_("Where to, or why"), max_length=300, required=False)


class FinalForm(SentOnceForm):
    """Writes a final statement: all that it says, the book knows."""


class ListForm(forms.Form):
    """Search and filter of the list; what makes no sense is left out instead of refused."""

    ALL, LATE, TALK, MATCH, OVER, SIGN = "all", "late", "talk", "match", "over", "sign"
    RUNNING, LEAVING, CLOSED = "", "leaving", "closed"

    q = forms.CharField(
        label=_("Search"),
        help_text=_("Name of the household, number or reference"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "dir": "auto"}),
    )
    show = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["q"].says_optional = False

    def said(self) -> tuple[str, str]:
        """What to look for, and which part of the list."""
        self.is_valid()
        return self.cleaned_data.get("q", "").strip(), self.cleaned_data.get("show", "")

    @classmethod
    def parts(cls) -> list[tuple[str, str]]:
        return [
            (cls.RUNNING, gettext("Running")),
            (cls.LATE, gettext("Behind")),
            (cls.OVER, gettext("Past their end")),
            (cls.TALK, gettext("A talk is wanted")),
            (cls.SIGN, gettext("Plans to sign")),
            (cls.MATCH, gettext("Wait for the agency's money")),
            (cls.LEAVING, gettext("Moving on")),
            (cls.CLOSED, gettext("Ended")),
            (cls.ALL, gettext("All")),
        ]
