"""The forms of delegations: to ask somebody, and to record a paper at the desk."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django import forms
from django.core.validators import EmailValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.extensions.delegations import delegation_scopes
from portal.people.codes import DIGITS, in_our_digits
from portal.people.contacts import masked
from portal.people.models import Organization, User
from portal.people.phones import normalised
from portal.ui.widgets import DayInput
from portal.ui.words import listed

from .models import longest_until

_USUALLY = timedelta(days=90)


class _GrantForm(forms.Form):
    """What every grant says: what for, and until when."""

    client_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    scope = forms.ChoiceField(
        label=_("What may the person do?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose what the person may do for you."),
            "invalid_choice": _("Choose what the person may do for you."),
        },
    )
    until = forms.DateField(
        label=_("Until which day?"),
        widget=DayInput,
        error_messages={"required": _("Choose the last day."), "invalid": _("This is no day. Choose one.")},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        scopes = delegation_scopes()
        self.fields["scope"].choices = [(scope.key, scope.label) for scope in scopes]
        if len(scopes) == 1:
            self.initial.setdefault("scope", scopes[0].key)
        today = timezone.localdate()
        self.initial.setdefault("until", today + _USUALLY)
        self.fields["until"].widget.attrs |= {
            "min": today.isoformat(),
            "max": longest_until().isoformat(),
        }

    def clean_client_id(self):
        return self.cleaned_data["client_id"]


class OfferForm(_GrantForm):
    whom = forms.CharField(
        label=_("Who is to help you?"),
        max_length=254,
        help_text=_(
            "Ask the person for their code of 8 figures: it stands in their account, under “Who acts for me”. Their "
            "e-mail address or phone number will do as well."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "ltr"}),
        error_messages={"required": _("Write the person's code, e-mail address or phone number.")},
    )

    field_order = ["whom", "scope", "until"]

    def clean_whom(self):
        whom = in_our_digits(self.cleaned_data["whom"]).strip()
        if "@" in whom:
            EmailValidator(_("This e-mail address is not complete. Look at it again."))(whom)
            return whom.lower()
        # As codes are written to people: in two halves, with a blank or a dash.
        figures = "".join(whom.replace("-", " ").split())
        if len(figures) == DIGITS and figures.isascii() and figures.isdigit():
            return figures
        try:
            return normalised(whom)
        except ValueError:
            raise forms.ValidationError(
                _("This is no code, e-mail address or phone number. Look at it again.")
            ) from None


class AcceptForm(forms.Form):
    """As whom one acts: for oneself, or as a volunteer of an organization that answers for one."""

    organization = forms.ModelChoiceField(
        queryset=None,
        required=False,
        label=_("Do you help as a private person, or for an organization?"),
        empty_label=_("as a private person"),
        error_messages={
            "invalid_choice": _("You may not act as its volunteer. Choose again, or ask your coordinator.")
        },
    )

    def __init__(self, *args, person, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["organization"]
        field.says_optional = False  # the first choice is an answer too
        own = Organization.objects.of(person)
        field.queryset = own.answering_for(person)
        field.label_from_instance = lambda organization: (
            _("as a volunteer of %(name)s") % {"name": organization}
        )
        if waiting := own.exclude(pk__in=field.queryset):
            field.help_text = _(
                "As a volunteer of %(names)s not yet: a coordinator has to vouch for you, and the agency to check you."
            ) % {"names": listed(waiting)}
        elif not field.queryset:
            del self.fields["organization"]


class PaperForm(_GrantForm):
    delegate = forms.ModelChoiceField(
        queryset=None,
        label=_("Who may act?"),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={
            "required": _("Choose the person who may act."),
            "invalid_choice": _("Choose the person who may act."),
        },
    )
    organization = forms.ModelChoiceField(
        queryset=None, required=False, label=_("As a volunteer of"), empty_label=_("as a private person")
    )
    paper_date = forms.DateField(
        label=_("Which date does the paper bear?"),
        widget=DayInput,
        initial=timezone.localdate,
        error_messages={"required": _("Write the date of the paper.")},
    )

    field_order = ["delegate", "organization", "scope", "until", "paper_date"]

    def __init__(self, *args, found, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["delegate"].queryset = User.objects.filter(pk__in=[person.pk for person in found])
        self.fields["delegate"].label_from_instance = _with_address
        bodies = Organization.objects.filter(
            members__person__in=[person.pk for person in found], members__until=None
        ).distinct()
        self.fields["organization"].queryset = bodies
        if not bodies:
            del self.fields["organization"]


def _with_address(person: User) -> str:
    """Namesakes are told apart by how they are reached."""
    return " · ".join(filter(None, (str(person), masked(person.email or person.phone))))
