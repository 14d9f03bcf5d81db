from __future__ import annotations

import uuid

from django import forms
from django.conf import settings
from django.contrib.auth import get_user_model, password_validation
from django.utils.text import Truncator
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from portal.people.codes import EMAIL, PHONE, CodeField
from portal.people.fields import AddressField, NameField
from portal.people.passwords import what_a_password_is
from portal.people.phones import PhoneField
from portal.tasks.sms import can_send_sms

from .registration import Adult, Entry, taken_contacts

LARGEST_FAMILY = 12  # adults in one form
DESK = "desk"


def languages() -> list[tuple[str, str]]:
    """Each by its own name: whoever landed in a language they cannot read still finds theirs."""
    return [(code, get_language_info(code)["name_local"].capitalize()) for code, _name in settings.LANGUAGES]


# -- coming in --------------------------------------------------------------------------------------------------


class CodeOfLetterForm(forms.Form):
    code = forms.CharField(
        label=_("Code of the letter"),
        help_text=_("It stands in the letter, below the square. Capitals and spaces do not matter."),
        widget=forms.TextInput(
            attrs={
                "dir": "ltr",
                "autocomplete": "off",
                "autocapitalize": "characters",
                "autocorrect": "off",
                "spellcheck": "false",
            }
        ),
        error_messages={"required": _("Write the code of your letter.")},
    )


class LanguageForm(forms.Form):
    language = forms.ChoiceField(label=_("Language"), widget=forms.RadioSelect, choices=languages)


class ShownNameForm(forms.Form):
    name = NameField(
        label=_("Your name"),
        help_text=_("This is the name that others in the portal see."),
    )


class WayForm(forms.Form):
    way = forms.ChoiceField(
        label=_("How do you want to sign in?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of these.")},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        ways = [(EMAIL, _("With my e-mail: each time I get a code there"))]
        if can_send_sms():
            ways.append((PHONE, _("With my phone: each time I get a code by text message")))
        ways.append((DESK, _("I have neither: the desk prints codes for me")))
        self.fields["way"].choices = ways


class EmailForm(forms.Form):
    contact = AddressField(help_text=_("We send a code there, to be sure that it is yours."))


class PhoneForm(forms.Form):
    contact = PhoneField(
        help_text=_("A phone that you use alone: whoever reads its messages can sign in as you.")
    )


class ContactCodeForm(forms.Form):
    code = CodeField()


class PasswordForm(forms.Form):
    """A password for those who want one. Left empty there is none."""

    password = forms.CharField(
        label=_("Password"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "dir": "ltr"}),
    )

    def __init__(self, *args, person, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = what_a_password_is()
        self._person = person

    def clean_password(self):
        if password := self.cleaned_data["password"]:
            password_validation.validate_password(password, self._person)
        return password


# -- registering ------------------------------------------------------------------------------------------------


class ClientIdForm(forms.Form):
    """What a phone may send twice is done once."""

    client_id = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial.setdefault("client_id", uuid.uuid4())


class HouseholdForm(ClientIdForm):
    name = NameField(
        label=_("Name of the household"),
        help_text=_("For example “Famiglia Riva”. They and the staff see it, nobody else."),
        error_messages={"required": _("Write a name for the household.")},
    )


class AdultForm(forms.Form):
    name = NameField(label=_("Name and surname"), error_messages={"required": _("Write the name.")})
    language = forms.ChoiceField(
        label=_("Language of the letter"), choices=languages, initial=settings.LANGUAGE_CODE
    )
    email = AddressField(required=False)
    phone = PhoneField(
        required=False,
        label=_("Phone to sign in with"),
        help_text=_("Only if it is this person's alone."),
    )
    contact_phone = PhoneField(
        required=False, label=_("Phone to call"), help_text=_("A family may share it.")
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # These are somebody else's, not those of whoever types.
        for field in self.fields.values():
            field.widget.attrs["autocomplete"] = "off"

    @property
    def written_name(self) -> str:
        """As it was typed, right or wrong, and not longer than a line: to tell one person of a form from another."""
        return Truncator(" ".join(str(self["name"].value() or "").split())).chars(40)

    @property
    def adult(self) -> Adult:
        return Adult(**self.cleaned_data)


class _Adults(forms.BaseFormSet):
    """The adults of one household; what is left blank is nobody."""

    def clean(self):
        filled = [form for form in self.forms if form.has_changed() and form.is_valid()]
        emails, phones = taken_contacts(form.adult for form in filled)
        for form in filled:
            if form.cleaned_data["email"] in emails:
                form.add_error("email", SOMEBODY_HAS_EMAIL)
            if form.cleaned_data["phone"] in phones:
                form.add_error("phone", SOMEBODY_HAS_PHONE)

    def is_valid(self):
        # What the formset found, it wrote to its forms.
        return super().is_valid() and not any(form.errors for form in self.forms)

    def adults(self) -> list[Adult]:
        return [form.adult for form in self.forms if form.has_changed()]


SOMEBODY_HAS_EMAIL = _("Somebody else has this address.")
SOMEBODY_HAS_PHONE = _("Somebody else signs in with this phone. A shared one goes under “Phone to call”.")

AdultFormSet = forms.formset_factory(
    AdultForm,
    formset=_Adults,
    min_num=1,
    extra=1,
    max_num=LARGEST_FAMILY,
    absolute_max=LARGEST_FAMILY,
    validate_max=True,
)


def entry_of(household: HouseholdForm, adults: _Adults) -> Entry:
    return Entry(name=household.cleaned_data["name"], adults=adults.adults())


class LettersForm(ClientIdForm):
    """Whom to make letters for. Of one person, perhaps by e-mail too."""

    person = forms.ModelMultipleChoiceField(
        label=_("People"),
        queryset=get_user_model().objects.none(),
        error_messages={
            "required": _("Choose the people whom the letters are for."),
            "invalid_choice": _("One of these people is no longer on the list."),
            "invalid_pk_value": _("One of these people is no longer on the list."),
        },
    )

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = people


class ReturnForm(ClientIdForm):
    """A letter for somebody who has been in: the desk gives its word that it is them."""

    document_seen = forms.BooleanField(
        label=_("I have seen this person and their document. It is them."),
        error_messages={
            "required": _(
                "Tick this once you have seen the person and their document. Without it there is no letter."
            )
        },
    )
    use_required_attribute = False


class ListForm(forms.Form):
    file = forms.FileField(
        label=_("List (CSV)"),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv,text/plain"}),
        error_messages={
            "required": _("Choose the file with the list."),
            "empty": _("This file is empty."),
        },
    )
