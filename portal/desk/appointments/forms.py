from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import Any

from babel.dates import format_date
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.desk.models import Desk
from portal.people.fields import AddressField, NameField
from portal.people.phones import PhoneField
from portal.tasks.sms import can_send_sms
from portal.ui.fields import RunningTextField
from portal.ui.languages import language_name, locale
from portal.ui.widgets import DayInput

from .counters import HOUSE_LANGUAGE, SPOKEN, AppointmentTopic, DeskClosure
from .models import REASON_LIMIT


def spoken_choices() -> list[tuple[str, str]]:
    return [(code, language_name(code).capitalize()) for code in SPOKEN]


class ContactForm(forms.Form):
    """Who comes and how they are reached: one way is enough. Staff may leave both out, for whoever stands there."""

    client_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    name = NameField(
        label=_("Your name"),
        error_messages={"required": _("Write your name.")},
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "name"}),
    )
    email = AddressField(
        label=_("Your e-mail address"),
        required=False,
        help_text=_("Or a phone number below: one of the two is enough."),
    )
    phone = PhoneField(
        label=_("Your phone number"),
        required=False,
        help_text=_("We send you a link by which you can move or cancel the appointment."),
    )
    reason = RunningTextField(
        label=_("What should we know?"),
        required=False,
        rows=4,
        max_length=REASON_LIMIT,
        help_text=_("Only the people at the desk read it. Change it or leave it empty, as you like."),
    )
    use_required_attribute = False

    def __init__(self, *args: Any, is_staff: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_staff = is_staff
        if is_staff:
            self.fields["name"].label = _("Who comes")
            self.fields["email"].label = _("E-mail address")
            self.fields["phone"].label = _("Phone number")
        else:
            for name in ("email", "phone"):
                self.fields[name].says_optional = False
            if not can_send_sms():
                self.fields["email"].help_text = _(
                    "The best way: we send you a link by which you can move or cancel the appointment."
                )
                self.fields["phone"].help_text = _(
                    "We can call you here. We send no text messages: with a phone number alone, write down the "
                    "receipt number and keep the link of the last page."
                )

    def clean(self) -> dict[str, Any]:
        told = super().clean()
        is_reached = self.is_staff or told.get("email") or told.get("phone")
        if not is_reached and not {"email", "phone"} & self.errors.keys():
            self.add_error("email", self.error_unreached())
            self.add_error("phone", _("Or write a phone number here: one of the two is enough."))
        return told

    def error_unreached(self) -> str:
        if can_send_sms():
            return _("Write an e-mail address or a phone number: we tell you if something changes.")
        return _("Write an e-mail address or a phone number.")


class JoinForm(ContactForm):
    """Who waits for a freed time: they must be told of it within hours, by some way that there is."""

    def __init__(self, *args: Any, has_account: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.must_have_mail = not (self.is_staff or has_account or can_send_sms())
        self.fields["phone"].help_text = _("We write to you as soon as a time becomes free.")
        if self.must_have_mail:
            self.fields["email"].required = True
            self.fields["email"].error_messages["required"] = _(
                "Write an e-mail address: there we tell you when a time becomes free."
            )
            self.fields["email"].help_text = _("We write to you as soon as a time becomes free.")
            self.fields["phone"].help_text = _("We can call you here. We send no text messages.")
            self.fields["phone"].says_optional = True


class PlaceForm(forms.Form):
    """At which desk, and in which language."""

    desk = forms.ModelChoiceField(
        label=_("Which desk?"),
        queryset=Desk.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": _("Choose a desk."), "invalid_choice": _("Choose a desk of the list.")},
    )
    spoken = forms.ChoiceField(
        label=_("Which language would you like to speak?"),
        error_messages={"invalid_choice": _("Choose a language of the list.")},
    )
    interpreter = forms.BooleanField(
        label=_("I need an interpreter"),
        required=False,
        help_text=_(
            "If nobody at the desk speaks your language, we look for somebody who does. It costs nothing."
        ),
    )
    use_required_attribute = False

    def __init__(self, *args: Any, desks: list[Desk], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["desk"].queryset = Desk.objects.filter(pk__in=[desk.pk for desk in desks])
        # The desks are there already, with what is shown of them.
        self.fields["desk"].choices = [(desk.pk, desk.name) for desk in desks]
        self.fields["spoken"].choices = spoken_choices()
        self.fields["spoken"].initial = HOUSE_LANGUAGE

    def clean(self) -> dict[str, Any]:
        told = super().clean()
        if told.get("interpreter") and told.get("spoken") == HOUSE_LANGUAGE:
            self.add_error(
                "spoken",
                _(
                    "Italian is spoken at the desk anyway. Choose the language of the interpreter. If yours is not in "
                    "the list, choose one that you understand, and write yours in the field “What should we know?”."
                ),
            )
        return told


class WalkInForm(forms.Form):
    client_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    topic = forms.ModelChoiceField(
        label=_("What is it about?"),
        queryset=AppointmentTopic.objects.none(),
        empty_label=None,
        error_messages={
            "required": _("Choose what it is about."),
            "invalid_choice": _("Choose what it is about."),
        },
    )
    name = NameField(label=_("Who is here"), error_messages={"required": _("Write a name.")})
    spoken = forms.ChoiceField(label=_("Language"))
    use_required_attribute = False

    def __init__(self, *args: Any, topics: list[AppointmentTopic], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["topic"].queryset = AppointmentTopic.objects.filter(pk__in=[topic.pk for topic in topics])
        self.fields["topic"].choices = [(topic.pk, topic.title) for topic in topics]
        self.fields["spoken"].choices = spoken_choices()
        self.fields["spoken"].initial = HOUSE_LANGUAGE


class DayForm(forms.Form):
    """A day of a desk to look at; none means today."""

    FARTHEST = timedelta(days=400)  # from today, in which one can leaf

    day = forms.DateField(
        label=_("Which day?"),
        required=False,
        widget=DayInput(),
        error_messages={"invalid": _("This is no day of the calendar. You see today.")},
    )
    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["day"].says_optional = False

    def clean_day(self) -> date | None:
        asked = self.cleaned_data["day"]
        today = timezone.localdate()
        if asked and abs(asked - today) > self.FARTHEST:
            raise ValidationError(
                _("This day is too far away: choose one from %(first)s to %(last)s. You see today.")
                % {
                    "first": format_date(today - self.FARTHEST, "long", locale()),
                    "last": format_date(today + self.FARTHEST, "long", locale()),
                }
            )
        return asked


class ClosureForm(forms.ModelForm):
    class Meta:
        model = DeskClosure
        fields = ("desk", "first_day", "last_day", "reason")
        widgets = {
            "first_day": DayInput(),
            "last_day": DayInput(),
            "reason": forms.TextInput(attrs={"dir": "auto"}),
        }

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["desk"].empty_label = None
        self.fields["last_day"].required = False
        self.fields["last_day"].help_text = _("Leave it empty for a single day.")
        self.fields["desk"].error_messages["required"] = _("Choose a desk.")
        self.fields["first_day"].error_messages["required"] = _("Write the first day.")
        self.fields["reason"].error_messages["required"] = _("Write why: citizens read it.")

    def clean(self) -> dict[str, Any]:
        told = super().clean()
        if told.get("first_day") and not told.get("last_day") and "last_day" not in self.errors:
            told["last_day"] = told["first_day"]
        # Sent twice, it is the closure that there is.
        same = {name: told.get(name) for name in ("desk", "first_day", "last_day")}
        if all(same.values()):
            self.instance = DeskClosure.objects.filter(**same).first() or self.instance
        return told
