from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.ui.amounts import money
from portal.ui.widgets import PictogramSelect
from risparmio.amounts import NOTHING, AmountField

from .words import ICONS, LARGEST_TARGET, Picture


class GoalForm(forms.Form):
    """What a goal is."""

    use_required_attribute = False

    name = forms.CharField(
        label=_("What do you save for?"),
        max_length=40,
        help_text=_("One or two words. Only the adults of your household read them."),
        error_messages={"required": _("Give it a name.")},
    )
    picture = forms.ChoiceField(
        label=_("Choose a picture"),
        choices=Picture.choices,
        widget=PictogramSelect(icons={str(choice): icon for choice, icon in ICONS.items()}),
        error_messages={
            "required": _("Choose one of the pictures."),
            "invalid_choice": _("Choose one of the pictures."),
        },
    )
    target = AmountField(
        label=_("How much do you need?"),
        help_text=_("Leave it empty if you do not know."),
        required=False,
        max_cents=LARGEST_TARGET,
    )

    def clean_name(self) -> str:
        """Without blanks that nobody sees."""
        return " ".join(self.cleaned_data["name"].split())


class NewGoalForm(GoalForm):
    client_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def clean(self) -> dict[str, Any]:
        """A forged number is drawn anew, so that the person can send it again."""
        told = super().clean()
        if "client_id" in self.errors:
            self.renew_client_id()
        return told

    def renew_client_id(self) -> None:
        self.data = self.data.copy()
        self.data["client_id"] = str(uuid.uuid4())


class _NothingOrAmountField(AmountField):
    def to_python(self, value: Any) -> int | None:
        try:
            return super().to_python(value)
        except ValidationError as error:
            if error.message is NOTHING:
                return 0
            raise


class SetAsideForm(forms.Form):
    """How much of what is free is for a goal; `seen` is how much it was on the page."""

    use_required_attribute = False

    cents = _NothingOrAmountField(
        label=pgettext_lazy("of a savings goal", "So much is for it"),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=10**15)

    def say_what_stands(self, *, now: int, most: int) -> None:
        """Next to the field. now: cents that are for it. most: as many as can be."""
        words = _(
            "What you write takes the place of the %(now)s that are for it now. It can be %(most)s at most. "
            "Write 0 to have all of it free again."
        )
        self.fields["cents"].help_text = words % {"now": money(now), "most": money(most)}
