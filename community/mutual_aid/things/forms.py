from __future__ import annotations

import uuid
from datetime import timedelta

from django import forms
from django.apps import apps
from django.contrib.auth import get_user_model
from django.utils import timezone
from django.utils.translation import gettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from community.mutual_aid.audience_field import AudienceField
from community.mutual_aid.neighbourhood import coordinated_by, reach_of
from portal.ui.days import day as day_in_words
from portal.ui.fields import OneLineField, RunningTextField
from portal.ui.widgets import DayInput, PictogramSelect
from portal.uploads.forms import PhotosForm

from .models import LONGEST, TEXT_LIMIT, Thing
from .reservations import DAYS_AHEAD, OPEN_AT_ONCE, NotBookable, Reservation
from .words import ICONS, Category, Condition, Damage

# Why these days cannot be had.
SENTENCES = {
    "not_lent": _("It is not lent at the moment."),
    "reversed": _("The last day is before the first: put them right."),
    "past": _("This day is over. Choose today or a later day."),
    "too_far": ngettext_lazy(
        "You can reserve at most %(days)d day ahead.", "You can reserve at most %(days)d days ahead.", "days"
    )
    % {"days": DAYS_AHEAD},
    "too_many": _(
        "You have %(count)d things or reservations already. Give one back first, or cancel a reservation."
    )
    % {"count": OPEN_AT_ONCE},
    "taken": _("One of these days was taken meanwhile. What you typed is still here: choose other days."),
    "mine": _("You have it or have reserved it on one of these days already. Choose other days."),
    "awaited": _("Somebody else waits for it: please bring it back in time."),
    "free": _("It is free today: reserve it."),
}

# Of whoever it is handed to.
SENTENCES_OF_OTHERS = {
    "too_many": _("They have %(count)d things or reservations already.") % {"count": OPEN_AT_ONCE},
    "mine": _("They have it or have reserved it already on one of these days."),
}


def sentence(error: NotBookable, thing: Thing):
    if error.code == "too_long":
        return ngettext_lazy(
            "You can have it for %(days)d day at most.", "You can have it for %(days)d days at most.", "days"
        ) % {"days": thing.longest_loan}
    return SENTENCES[error.code]


class DayField(forms.DateField):
    def __init__(self, **kwargs):
        super().__init__(
            widget=DayInput(),
            input_formats=["%Y-%m-%d", "%d/%m/%Y"],
            error_messages={
                "required": _("Choose a day."),
                "invalid": _("This is no day of the calendar. Choose one, such as 24/12/2026."),
            },
            **kwargs,
        )


class ReserveForm(forms.Form):
    client_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    first_day = DayField(label=_("From"))
    last_day = DayField(label=_("Until (this day included)"))

    def __init__(self, *args, thing: Thing, **kwargs):
        super().__init__(*args, **kwargs)
        self.thing = thing

    def refuse(self, error: NotBookable) -> None:
        self.add_error(error.field, sentence(error, self.thing))


class LendForm(forms.Form):
    """To whom it is handed, by whoever keeps it, and until when."""

    client_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    person = forms.ModelChoiceField(
        queryset=None,
        label=_("To whom do you give it?"),
        help_text=_(
            "Whom you know from other loans, or from the organization. Somebody new scans the label with their own "
            "phone and takes it."
        ),
        error_messages={"required": _("Choose a name."), "invalid_choice": _("Choose one from the list.")},
    )
    last_day = DayField(label=_("Until (this day included)"))

    def __init__(self, *args, thing: Thing, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.thing = thing
        self.fields["person"].queryset = people

    def refuse(self, error: NotBookable) -> None:
        self.add_error(error.field, SENTENCES_OF_OTHERS.get(error.code) or sentence(error, self.thing))


class RenewForm(forms.Form):
    until = DayField(label=_("Until (this day included)"))

    def __init__(self, *args, loan: Reservation, **kwargs):
        kwargs.setdefault("auto_id", f"renew-{loan.pk}-%s")
        # A little longer is a day; who else wants it nobody can tell from here.
        kwargs.setdefault("initial", {"until": max(loan.last_day, timezone.localdate()) + timedelta(days=1)})
        super().__init__(*args, **kwargs)
        self.loan = loan
        self.fields["until"].help_text = self._at_most

    @property
    def _at_most(self) -> str:
        return gettext("Until %(day)s at most, if nobody else has reserved it or waits for it.") % {
            "day": day_in_words(self.loan.longest_renewal)
        }

    def refuse(self, error: NotBookable) -> None:
        self.add_error(
            "until", self._at_most if error.code == "too_long" else sentence(error, self.loan.thing)
        )


class NoteForm(forms.Form):
    """Words that go with a step."""

    note = RunningTextField(label=_("Why?"), max_length=TEXT_LIMIT, rows=3)

    def __init__(self, *args, required: bool, label="", prefix_id: str = "", **kwargs):
        kwargs.setdefault("auto_id", f"{prefix_id}-%s")
        super().__init__(*args, **kwargs)
        field = self.fields["note"]
        field.required = required
        if label:
            field.label = label
        field.error_messages["required"] = _("Write the reason: others want to know why.")


class GiveBackForm(forms.Form):
    damage = forms.ChoiceField(
        label=_("How is it?"),
        choices=Damage.choices,
        widget=PictogramSelect(
            icons={Damage.NONE: "thumbs-up", Damage.SOME: "hammer", Damage.BROKEN: "circle-x"}
        ),
        error_messages={
            "required": _("Choose the picture that fits best."),
            "invalid_choice": _("Choose one of the pictures."),
        },
    )
    note = RunningTextField(
        label=_("What is wrong with it?"),
        help_text=_("A few words help whoever repairs it."),
        max_length=TEXT_LIMIT,
        rows=3,
        required=False,
    )

    def __init__(self, *args, loan: Reservation, **kwargs):
        kwargs.setdefault("auto_id", f"back-{loan.pk}-%s")
        super().__init__(*args, **kwargs)


class CodeForm(forms.Form):
    """The six signs of a label, however they are typed."""

    code = OneLineField(
        label=_("Code of the label"),
        help_text=_("Six signs, under the square."),
        max_length=20,
        widget=forms.TextInput(attrs={"autocapitalize": "characters", "autocomplete": "off", "dir": "ltr"}),
    )

    def clean_code(self) -> str:
        return "".join(sign for sign in self.cleaned_data["code"].upper() if sign.isalnum())


class FilterForm(forms.Form):
    """What makes no sense is left out instead of refused."""

    q = forms.CharField(label=_("What do you need?"), required=False, max_length=100)
    kind = forms.ChoiceField(
        label=_("Kind"), required=False, choices=[("", _("all kinds")), *Category.choices]
    )
    free = forms.BooleanField(label=_("free today"), required=False)


class ThingForm(PhotosForm):
    """Something to lend, the photo first."""

    photo_limit = 4

    name = OneLineField(
        label=_("What is it?"),
        max_length=80,
        error_messages={"required": _("Write what it is, such as “drill”.")},
    )
    category = forms.ChoiceField(
        label=_("Kind"),
        choices=Category.choices,
        widget=PictogramSelect(icons=ICONS),
        error_messages={
            "required": _("Choose the picture that fits best."),
            "invalid_choice": _("Choose one of the pictures."),
        },
    )
    condition = forms.ChoiceField(label=_("Condition"), choices=Condition.choices, initial=Condition.GOOD)
    about = RunningTextField(
        label=_("Good to know"),
        help_text=_("What belongs to it, how it is used. No telephone numbers, no addresses."),
        max_length=TEXT_LIMIT,
        rows=3,
        required=False,
    )
    meant = AudienceField(label=_("Who may borrow it?"))
    place = forms.ModelChoiceField(
        queryset=None,
        label=_("Where is it kept?"),
        required=False,
        empty_label=_("with me: I say when"),
        error_messages={"invalid_choice": _("Choose one from the list.")},
    )
    whose = forms.ChoiceField(
        label=_("Whose is it?"), error_messages={"invalid_choice": _("Choose one from the list.")}
    )
    longest_loan = forms.IntegerField(
        label=_("For how many days at most?"),
        min_value=1,
        max_value=LONGEST,
        initial=7,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "required": _("Write how many days."),
            "invalid": _("Write a number, such as 7."),
            "min_value": _("At least one day."),
            "max_value": _("30 days at most."),
        },
    )
    needs_yes = forms.BooleanField(label=_("I want to say yes before it is reserved"), required=False)
    terms = RunningTextField(
        label=_("What do you ask of whoever borrows it?"),
        help_text=_("Such as “bring it back clean”. Nobody pays anything and nobody leaves a deposit."),
        max_length=TEXT_LIMIT,
        rows=2,
        required=False,
    )

    field_order = ["photos", "name", "category", "condition", "meant", "place", "longest_loan", "needs_yes"]

    MINE, SHELF = "mine", "shelf"

    def __init__(self, *args, thing: Thing | None = None, **kwargs):
        if thing is not None:
            kwargs["initial"] = {**self._said_of(thing), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        self.thing = thing
        self.fields["meant"].offer_to(self.owner)
        homes = apps.get_model("portal", "Building").objects.home_of(self.owner)
        areas = apps.get_model("portal", "CommonArea").objects.select_related("building")
        self.fields["place"].queryset = areas.filter(building__in=homes).order_by("building__name", "name")
        self._organizations = {
            f"organization:{organization.pk}": organization
            for organization in apps.get_model("portal", "Organization").objects.filter(
                pk__in=reach_of(self.owner).organizations
            )
        }
        self.fields["whose"].choices = [
            (self.MINE, _("it is mine")),
            (self.SHELF, _("everybody's: of the shelf of the house")),
            *((key, organization.name) for key, organization in self._organizations.items()),
        ]
        if thing is not None:
            # Photos stay as they are: what is added here comes to them. Whose it is does not change.
            del self.fields["whose"]
            if thing.place_id:
                self.fields["place"].queryset |= areas.filter(pk=thing.place_id)
            if thing.owned_by_id in coordinated_by(self.owner):
                self._ask_for_keepers(thing)

    def _said_of(self, thing: Thing) -> dict:
        named = thing.building_id or thing.organization_id or thing.municipality_id
        fields = ("name", "category", "condition", "about", "terms", "place", "longest_loan", "needs_yes")
        return {"meant": f"{thing.audience}:{named}", **{name: getattr(thing, name) for name in fields}}

    def _ask_for_keepers(self, thing: Thing) -> None:
        members = get_user_model().objects.filter(
            organization_memberships__organization=thing.owned_by, organization_memberships__until=None
        )
        self.fields["keepers"] = forms.ModelMultipleChoiceField(
            queryset=members.distinct().order_by("display_name"),
            label=_("Who keeps it?"),
            widget=forms.CheckboxSelectMultiple,
            initial=[keeper.pk for keeper in thing.keepers],
            error_messages={"required": _("Choose somebody: whoever keeps it hands it over.")},
        )

    def _told(self) -> dict:
        told = self.cleaned_data
        names = ("name", "category", "condition", "about", "terms", "place", "longest_loan", "needs_yes")
        return {**{name: told[name] for name in names}, **told["meant"].fields}

    def _whose(self) -> dict:
        whose = self.cleaned_data["whose"]
        return {
            "owner": self.owner if whose == self.MINE else None,
            "owned_by": self._organizations.get(whose),
        }

    def save(self) -> Thing:
        """In the caller's transaction. Raises what `Thing.add` and `change` raise."""
        if self.thing is None:
            thing = Thing.add(
                by=self.owner, client_id=self.cleaned_data["client_id"], **self._told(), **self._whose()
            )
        else:
            thing = self.thing
            thing.change(by=self.owner, **self._told())
            if "keepers" in self.cleaned_data:
                thing.keep_by(self.cleaned_data["keepers"])
        self.claim_photos(thing)
        return thing
