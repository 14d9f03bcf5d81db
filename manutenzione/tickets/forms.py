from __future__ import annotations

from django import forms
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db.models import Case, When
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.ui.widgets import PictogramSelect
from portal.uploads.forms import PhotosForm

from .danger import Danger
from .models import TEXT_LIMIT, Ticket
from .roles import WORKERS
from .words import ICONS, Category, State, Urgency
from .workflow import Transition

# The questions a person is asked instead of a class of urgency.
URGENCY_QUESTIONS = (
    (
        Urgency.URGENT,
        _("Nobody can use it now: no heating, no water, the lift stands still, the door does not close"),
    ),
    (
        Urgency.SOON,
        _("It needs care in the next days: the stairs are dark, water drips, the entry phone is silent"),
    ),
    (Urgency.ORDINARY, _("It can wait a little: something is worn, dirty or makes noise")),
)


class TextField(forms.CharField):
    """Running text. A line break counts once, as the browser counts it, though it is sent as two characters."""

    def __init__(self, *, rows: int = 4, **kwargs):
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": rows, "dir": "auto"}))
        super().__init__(max_length=TEXT_LIMIT, **kwargs)

    def widget_attrs(self, widget):
        """No `maxlength`: browsers cut what is pasted without a word. We say how much is too much, and lose nothing."""
        return {name: value for name, value in super().widget_attrs(widget).items() if name != "maxlength"}

    def to_python(self, value):
        value = super().to_python(value)
        return value.replace("\r\n", "\n") if value else value


class AreaField(forms.ModelChoiceField):
    """A place, by the code on its label; what is no code at all is no place in the building either."""

    def to_python(self, value):
        try:
            return super().to_python(value)
        except ValidationError:
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice") from None


class ReportForm(PhotosForm):
    area = AreaField(
        queryset=None,
        to_field_name="label",
        label=_("Where is it?"),
        empty_label=_("Choose the place"),
        error_messages={
            "required": _("Choose the place."),
            "invalid_choice": _("This place is not in the building. Choose one from the list."),
        },
    )
    category = forms.ChoiceField(
        choices=Category.choices,
        label=_("What is it about?"),
        widget=PictogramSelect(icons=ICONS),
        error_messages={
            "required": _("Choose the picture that fits best."),
            "invalid_choice": _("Choose one of the pictures."),
        },
    )
    text = TextField(
        label=_("What happens?"),
        help_text=_("A few words are enough, in your language."),
        error_messages={
            "required": _("Write in a few words what happens."),
            "max_length": _(
                "This is too long: write %(limit_value)d characters at most. You wrote %(show_value)d."
            ),
        },
    )
    urgency = forms.ChoiceField(
        choices=URGENCY_QUESTIONS,
        label=_("Can it wait?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the answer that fits best.")},
    )

    field_order = ["area", "category", "text", "photos", "urgency"]

    def __init__(self, *args, areas, danger: Danger | None = None, on_behalf_of=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.danger, self.on_behalf_of = danger, on_behalf_of
        self.fields["area"].queryset = areas
        if danger:
            self.initial.setdefault("category", danger.category)
            del self.fields["urgency"]

    def save(self) -> Ticket:
        """The ticket, with its photos. In the caller's transaction; raises what `Ticket.report` raises."""
        told = self.cleaned_data
        ticket = Ticket.report(
            by=self.owner,
            on_behalf_of=self.on_behalf_of,
            client_id=told["client_id"],
            area=told["area"],
            category=told["category"],
            urgency=Urgency.DANGER if self.danger else told["urgency"],
            text=told["text"],
        )
        self.claim_photos(ticket)
        return ticket


def people_who_repair():
    """Those a ticket can be given to."""
    return get_user_model().objects.with_role(*WORKERS)


class LivingSelect(forms.Select):
    """Shows what is so now. The phone's draft keeps words and photos only: an old choice would pass for a new one."""

    def __init__(self, attrs=None, choices=()):
        super().__init__({"data-no-draft": True, **(attrs or {})}, choices)


class PersonField(forms.ModelChoiceField):
    """Who repairs it; whoever chooses is the first of the list."""

    def __init__(self, **kwargs):
        super().__init__(queryset=None, label=_("Give it to"), widget=LivingSelect, **kwargs)

    def chosen_by(self, user) -> None:
        self.user = user
        self.queryset = people_who_repair().order_by(
            Case(When(pk=user.pk, then=0), default=1), "display_name"
        )

    def label_from_instance(self, person) -> str:
        return str(_("me: %(name)s") % {"name": person} if person == self.user else person)


def _given_to(person, by) -> str | Promise:
    if person == by:
        return _("You have it now: it stands under “given to me”.")
    return _("Given to %(name)s.") % {"name": person}


class VersionField(forms.IntegerField):
    """The version that a page showed. A forged one is an old one: who sends it looks again at where the ticket is."""

    def clean(self, value):
        try:
            return super().clean(value)
        except forms.ValidationError:
            return -1


class StepForm(forms.Form):
    """One step of a ticket: carries the version that the page showed, and a note or the reason.

    `done` says what has happened once it is taken.
    """

    title = button = done = ""
    icon = "check"
    goes_on = True  # the way forward: shown unfolded where it comes first. What undoes something waits behind its title
    note_label = _("Note")

    seen = VersionField(widget=forms.HiddenInput, required=False, min_value=0, max_value=2**31 - 1)
    note = TextField(
        label=_("Note"),
        rows=3,
        required=False,
        error_messages={
            "max_length": _(
                "This is too long: write %(limit_value)d characters at most. You wrote %(show_value)d."
            )
        },
    )

    field_order = ["category", "urgency", "person", "note", "photos"]

    def __init__(self, *args, ticket: Ticket, step: Transition, user, on_behalf_of=None, **kwargs):
        self.ticket, self.step, self.user, self.on_behalf_of = ticket, step, user, on_behalf_of
        kwargs.setdefault("auto_id", f"{step.verb}-%s")
        kwargs["initial"] = {"seen": ticket.version, **self.initial_of(ticket), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        note = self.fields["note"]
        note.label = self.note_label
        note.help_text = _(
            "Everybody who lives in the building can read this: no names, no telephone numbers."
        )
        if step.needs_reason:
            note.required = True
            note.error_messages["required"] = _("Write the reason: others want to know why.")

    def initial_of(self, ticket: Ticket) -> dict:
        return {}

    def going_on(self, ticket: Ticket, step: Transition) -> StepForm:
        """What was typed, to be sent again from where the ticket stands now and the person sees it."""
        data = self.data.copy()
        data[self.add_prefix("seen")] = ticket.version
        return type(self)(data, ticket=ticket, step=step, user=self.user, on_behalf_of=self.on_behalf_of)

    def said(self) -> str | Promise:
        """What has happened, for whoever has taken the step."""
        return self.done

    def take(self):
        """Take the step. Raises what the verb raises."""
        verb = getattr(self.ticket, self.step.verb)
        said = {name: self.cleaned_data[name] for name in ("note", "seen")}
        if self.on_behalf_of is not None:
            said["on_behalf_of"] = self.on_behalf_of
        return verb(by=self.user, **said)


class TriageForm(StepForm):
    title = _("We see to it")
    button = _("Take it on")
    icon = "clipboard-check"

    category = forms.ChoiceField(choices=Category.choices, label=_("What it is about"), widget=LivingSelect)
    urgency = forms.ChoiceField(choices=Urgency.choices, label=_("Urgency"), widget=LivingSelect)
    person = PersonField(required=False, empty_label=_("somebody, later"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.step.source == State.SUBMITTED:
            self.fields["person"].chosen_by(self.user)
        else:
            del self.fields["person"]
            self.title, self.button, self.icon = _("Category and urgency"), _("Save"), "pencil"

    def initial_of(self, ticket):
        # Whoever takes it on has it, unless they say otherwise: what nobody has, nobody does.
        return {"category": ticket.category, "urgency": ticket.urgency, "person": self.user.pk}

    def said(self):
        if "person" not in self.fields:
            return _("Saved. The time for the repair follows the urgency.")
        if person := self.cleaned_data["person"]:
            return _given_to(person, self.user)
        return _("Taken on. It stands under “to be given” until somebody has it.")

    def take(self):
        given = self.cleaned_data
        return self.ticket.triage(
            by=self.user,
            seen=given["seen"],
            note=given["note"],
            category=given["category"],
            urgency=given["urgency"],
            assignee=given.get("person"),
        )


class AssignForm(StepForm):
    title = _("Who does it")
    button = _("Give it to this person")
    icon = "user-check"

    person = PersonField(
        empty_label=_("Choose a person"),
        error_messages={
            "required": _("Choose a person."),
            "invalid_choice": _("Choose a person from the list."),
        },
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["person"].chosen_by(self.user)

    def initial_of(self, ticket):
        return {"person": ticket.assignee_id}

    def said(self):
        return _given_to(self.cleaned_data["person"], self.user)

    def take(self):
        given = self.cleaned_data
        return self.ticket.assign(given["person"], by=self.user, note=given["note"], seen=given["seen"])


class HoldForm(StepForm):
    title = _("It has to wait")
    button = _("Put it on hold")
    done = _("It waits. Whoever reported it reads what for.")
    icon = "hourglass"
    note_label = _("What is it waiting for?")


class ResumeForm(StepForm):
    title = _("It goes on")
    button = _("Go on with it")
    done = _("The work goes on.")
    icon = "play"


class ResolveForm(PhotosForm, StepForm):
    title = _("It is repaired")
    button = _("Say that it is repaired")
    done = _("Repaired. Whoever reported it is asked whether it really is.")
    icon = "circle-check"
    note_label = _("What was done")

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, owner=user, user=user, **kwargs)
        self.fields["photos"].label = _("Photos of the repair")

    def take(self):
        change = super().take()
        self.claim_photos(change)
        return change


class ConfirmForm(StepForm):
    title = _("Yes, it is repaired")
    button = _("Yes, it is repaired")
    done = _("Thank you. The report is closed.")
    icon = "circle-check"
    note_label = _("Do you want to add something?")


class ReopenForm(StepForm):
    title = _("It is not repaired?")
    button = _("No, open it again")
    goes_on = False
    icon = "rotate-ccw"
    note_label = _("What is still broken?")
    done = _("Opened again: we look at it once more.")


class RejectForm(StepForm):
    title = _("We cannot accept it")
    goes_on = False
    button = _("Do not accept it")
    icon = "ban"
    note_label = _("Why do we not accept it?")
    done = _("Not accepted. Whoever reported it reads why.")


class ReconsiderForm(StepForm):
    title = _("We accept it after all")
    button = _("Take it on after all")
    done = _("Taken on after all. Whoever reported it is told.")
    icon = "rotate-ccw"


class CancelForm(StepForm):
    title = _("Take the report back")
    goes_on = False
    button = pgettext_lazy("of a report", "Take it back")
    icon = "undo-2"
    note_label = _("Why is it not needed any more?")
    done = _("You have taken the report back. Nobody comes any more.")


STEP_FORMS = {
    "triage": TriageForm,
    "assign": AssignForm,
    "hold": HoldForm,
    "resume": ResumeForm,
    "resolve": ResolveForm,
    "confirm": ConfirmForm,
    "reopen": ReopenForm,
    "reject": RejectForm,
    "reconsider": ReconsiderForm,
    "cancel": CancelForm,
}


class WorkListForm(forms.Form):
    """Filters of the work list; what makes no sense is left out instead of refused."""

    OPEN, ALL = "open", "all"

    state = forms.ChoiceField(
        required=False,
        label=_("Where it stands"),
        choices=[(OPEN, _("all open")), *State.choices, (ALL, _("all"))],
    )
    building = forms.ModelChoiceField(
        queryset=None, required=False, label=_("Building"), empty_label=_("all buildings")
    )
    urgency = forms.ChoiceField(
        required=False, label=_("Urgency"), choices=[("", _("all")), *Urgency.choices]
    )
    category = forms.ChoiceField(
        required=False, label=_("What it is about"), choices=[("", _("all")), *Category.choices]
    )
    mine = forms.BooleanField(required=False, label=_("given to me"))
    unassigned = forms.BooleanField(required=False, label=_("to be given"))
    overdue = forms.BooleanField(required=False, label=_("late"))

    def __init__(self, *args, buildings, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["building"].queryset = buildings

    @property
    def is_narrow(self) -> bool:
        """Whether a filter is set that no link above the list sets."""
        return any(self.data.get(name) for name in ("building", "urgency", "category"))

    def narrow(self, tickets, user):
        self.is_valid()
        wanted = self.cleaned_data
        state = wanted.get("state") or self.OPEN
        if state == self.OPEN:
            tickets = tickets.open()
        elif state != self.ALL:
            tickets = tickets.filter(state=state)
        exact = {name: wanted[name] for name in ("building", "urgency", "category") if wanted.get(name)}
        tickets = tickets.filter(**exact)
        if wanted.get("mine"):
            tickets = tickets.filter(assignee=user)
        if wanted.get("unassigned"):
            tickets = tickets.unassigned()
        if wanted.get("overdue"):
            tickets = tickets.overdue()
        return tickets
