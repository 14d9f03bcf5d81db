from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.people.codes import CodeField
from portal.people.fields import AddressField
from portal.people.phones import PhoneField


class EmailForm(forms.Form):
    value = AddressField(label=_("New e-mail address"))


class PhoneForm(forms.Form):
    value = PhoneField(
        label=_("New phone number"),
        help_text=_("A phone that only you use: a code sent to it opens your account."),
    )


class ContactPhoneForm(forms.Form):
    value = PhoneField(
        label=_("Number to call you at"),
        required=False,
        help_text=_("It may be a family's. Leave it empty if we shall not call you."),
    )


class CodeForm(forms.Form):
    code = CodeField()
