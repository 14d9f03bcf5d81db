"""The forms of whoever asks to join."""

from __future__ import annotations

import uuid

from django import forms
from django.conf import settings
from django.db.models import F
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext_lazy as _

from portal.people.codes import CodeField
from portal.people.fields import AddressField, NameField
from portal.people.invitations.notice import VERSION
from portal.people.models import Organization
from portal.people.phones import PhoneField
from portal.tasks.sms import can_send_sms

from .models import JoinRequest


class JoinForm(forms.Form):
    client_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    name = NameField(
        label=_("Your name"),
        help_text=_("Name and surname. Others in the portal will see it."),
        error_messages={
            "required": _("Write your name."),
        },
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "name"}),
    )
    email = AddressField(label=_("Your e-mail address"), required=False)
    phone = PhoneField(label=_("Your phone number"), required=False)
    wish = forms.ChoiceField(
        label=_("What would you like to do?"),
        choices=JoinRequest.Wish.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the answer that fits best.")},
    )
    organization = forms.ModelChoiceField(
        label=_("With which organization?"),
        queryset=None,
        required=False,
        empty_label=_("I do not know yet"),
        help_text=_("For volunteers. The organization will be asked whether it knows you."),
        error_messages={"invalid_choice": _("Choose an organization from the list.")},
    )
    language = forms.ChoiceField(label=_("In which language may we write to you?"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = [
            (code, get_language_info(code)["name_local"].capitalize()) for code, _name in settings.LANGUAGES
        ]
        self.fields["language"].initial = get_language()
        accepting = Organization.objects.accepting().order_by("name")
        self.fields["organization"].queryset = accepting
        if can_send_sms():
            for name in ("email", "phone"):
                # Neither is a matter of liking: without the other it is needed.
                self.fields[name].says_optional = False
            self.fields["email"].help_text = _("Or a phone number below: one of the two is enough.")
            self.fields["phone"].help_text = _(
                "One of the two is enough. If you write no e-mail address, the code comes here by text message."
            )
        else:
            self.fields["email"].required = True
            self.fields["email"].error_messages["required"] = _("Write your e-mail address.")
            self.fields["phone"].help_text = _("To call you, if you like.")

    def clean_email(self):
        return self.cleaned_data["email"] or None

    def clean_phone(self):
        return self.cleaned_data["phone"] or None

    def clean(self):
        told = super().clean()
        is_reached = told.get("email") or told.get("phone")
        if not is_reached and not {"email", "phone"} & self.errors.keys():
            self.add_error("email", _("Write an e-mail address or a phone number: we send you a code."))
            self.add_error("phone", _("Or write a phone number here: one of the two is enough."))
        if told.get("wish") != JoinRequest.Wish.VOLUNTEER:
            told["organization"] = None
        return told

    def asked(self, *, is_sent: bool) -> JoinRequest:
        """The request; `is_sent` as in `JoinRequest.send_code`. Raises what `JoinRequest.ask` raises."""
        return JoinRequest.ask(notice_version=VERSION, is_sent=is_sent, **self.cleaned_data)


class JoinCodeForm(forms.Form):
    code = CodeField()


class OrganizationForm(forms.ModelForm):
    """What a coordinator keeps true about their organization."""

    class Meta:
        model = Organization
        fields = ("about", "contact", "email", "phone", "areas", "accepts_volunteers")
        widgets = {
            "about": forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
            "areas": forms.CheckboxSelectMultiple,
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["areas"].queryset = self.fields["areas"].queryset.order_by(F("name"))
