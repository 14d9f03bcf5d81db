from __future__ import annotations

import uuid
from datetime import timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.pages.directory.correction_forms import PlainField
from portal.pages.directory.words import Cost, Language, Need
from portal.ui.fields import OneLineField, RunningTextField

from .models import TEXT_LENGTH, TITLE_LENGTH, Contribution

FIELDS_OF = {
    Contribution.Kind.EVENT: ("starts_at", "ends_at", "place"),
    Contribution.Kind.RESOURCE: ("needs", "who", "how", "where", "cost", "documents", "languages"),
}
MOMENT = "%Y-%m-%dT%H:%M"
# Beyond these somebody has mistaken the year or the month.
LONGEST = timedelta(days=31)
FARTHEST = timedelta(days=730)


def _moment(label: str, asked: str) -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label,
        required=False,
        error_messages={"required": asked},
        input_formats=[MOMENT],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT),
    )


class ContributionForm(forms.Form):
    """What an organization proposes. The day is asked for an event alone."""

    use_required_attribute = False

    client_id = forms.UUIDField(widget=forms.HiddenInput)
    title = OneLineField(
        label=_("Title"),
        max_length=TITLE_LENGTH,
        error_messages={"required": _("Give it a title: what people will look for.")},
        help_text=_("What it is about, in a few words."),
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    text = RunningTextField(
        label=_("Text"),
        max_length=TEXT_LENGTH,
        rows=10,
        error_messages={"required": _("Write what it is about, in a few sentences.")},
        help_text=_(
            "In plain words. Whom it is for, what happens, whom to ask. Leave an empty line between paragraphs."
        ),
    )
    starts_at = _moment(_("It starts"), _("Say on which day it starts, and at what time."))
    ends_at = _moment(_("It ends"), _("Say when it ends. If you do not know exactly, about when."))
    place = OneLineField(
        label=_("Place"),
        max_length=120,
        required=False,
        error_messages={"required": _("Say where it takes place.")},
        help_text=_("What people call it, and the street. No private addresses."),
    )

    needs = forms.MultipleChoiceField(
        label=_("What does it help with?"), choices=Need.choices, widget=forms.CheckboxSelectMultiple
    )
    who = PlainField(label=_("Who it is for"), rows=3)
    how = PlainField(label=_("How one asks for it"), rows=3)
    where = PlainField(
        label=_("Where and when"),
        help_text=_("Street and municipality, days and hours, telephone. No private addresses."),
        rows=4,
        required=True,
        max_length=600,
    )
    cost = forms.ChoiceField(label=_("What it costs"), choices=Cost.choices, widget=forms.RadioSelect)
    documents = PlainField(label=_("What to bring"), rows=4, help_text=_("One thing a line."))
    languages = forms.MultipleChoiceField(
        label=_("Languages spoken there"),
        choices=Language.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, *args, kind: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.kind = kind
        self.initial.setdefault("client_id", uuid.uuid4())
        for owner, names in FIELDS_OF.items():
            for name in names:
                if owner != kind:
                    del self.fields[name]
                elif kind == Contribution.Kind.EVENT:
                    self.fields[name].required = True
        if kind == Contribution.Kind.RESOURCE:
            self.fields["title"].help_text = _("What you call it: “Homework help”, “Free clothes”.")
            self.fields["text"].label = _("What you offer")
            self.fields["text"].help_text = _("In plain words. The first sentence stands in the lists.")

    def clean(self):
        told = super().clean()
        starts, ends = told.get("starts_at"), told.get("ends_at")
        if starts and starts <= timezone.now():
            self.add_error("starts_at", _("Choose a day to come."))
        elif starts and starts - timezone.now() > FARTHEST:
            self.add_error("starts_at", _("That is more than two years from now. Look at the year."))
        elif starts and ends and ends <= starts:
            self.add_error("ends_at", _("It ends before it starts. Choose a later day or hour."))
        elif starts and ends and ends - starts > LONGEST:
            self.add_error(
                "ends_at",
                _(
                    "That is more than a month after it starts. Look at the day. What goes on for longer is a service."
                ),
            )
        return told


class DeclineForm(forms.Form):
    reason = forms.CharField(
        label=_("Why not? The organization reads this."),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
    )
