"""What somebody can do with a thing just now: the steps of its loans and its own, each with its words and its form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from .forms import GiveBackForm, NoteForm, RenewForm, ReserveForm
from .models import Thing
from .reservations import Reservation, last_day_from_today
from .words import COMING, Damage, LoanState

# verb: (words for whoever borrows it, words for whoever keeps it, icon, what is said afterwards)
_LOANS: dict[str, tuple[Any, Any, str, Any]] = {
    "pick_up": (
        _("I pick it up now"),
        _("I hand it over now"),
        "package-open",
        _("Picked up. Have a good time with it."),
    ),
    "give_back": (_("I give it back"), _("It has come back"), "package-check", _("It is back. Thank you.")),
    "accept": ("", _("Yes, they can have it"), "check", _("Whoever asked hears your yes.")),
    "renew": (_("I need it a little longer"), "", "calendar-plus", _("You can keep it longer.")),
    "decline": ("", _("No, it is not possible"), "x", _("Whoever asked hears that it is not possible.")),
    "cancel": (
        _("I do not need it any more"),
        _("Cancel this reservation"),
        "calendar-x",
        _("Cancelled: others can have these days."),
    ),
    "lose": (_("I cannot find it"), _("It is lost"), "search-x", _("Noted. Whoever keeps it hears of it.")),
}
# verb: (words, icon, what is said afterwards)
_THINGS: dict[str, tuple[Any, str, Any]] = {
    "mend": (_("Now it is repaired"), "check", _("It can be lent again.")),
    "find": (_("It has turned up"), "package-check", _("It can be lent again.")),
    "resume": (_("Lend it again"), "play", _("It can be lent again.")),
    "pause": (_("Do not lend it for a while"), "pause", _("It is not lent until you say so.")),
    "damage": (_("It has to be repaired"), "hammer", _("Noted: it is not lent until it is repaired.")),
    "lose": (_("I do not know where it is"), "search-x", _("Noted. What was reserved is called off.")),
    "take_on": (
        _("I keep it from now on"),
        "user-check",
        _("You keep it now. Lend it again when you are ready."),
    ),
    "write_off": (_("Write it off"), "package-x", _("Written off. Whoever keeps it reads why.")),
}
# What whoever keeps it reads afterwards, where it is something else.
_DONE_AT_THE_DESK = {
    "pick_up": _("Noted: it is with them now."),
    "lose": _("Noted: it is lost. Whoever answers for mutual aid hears of it."),
}
_UNFOLDED = {"pick_up", "give_back", "accept", "mend", "find", "resume", "take_on"}  # the way forward
_NEEDS_NOTE = {"write_off"}
_WITH_NOTE = {"decline", "lose", "damage", "write_off"}
_CALLS_OFF = {"lose", "write_off"}  # what is reserved, as the thing is not there


@dataclass
class Step:
    """A verb of a thing or of a loan of it, for one person. `form` is None where a button is enough."""

    verb: str
    label: str | Promise
    icon: str
    done: str | Promise
    url: str
    target: Thing | Reservation
    user: Any
    form: forms.Form | None = None
    calls_off: int = 0  # reservations
    can_wait: bool = False  # it is possible, but not what fits today

    @property
    def warning(self) -> str:
        """What else it does, for whoever is about to take it."""
        if not self.calls_off:
            return ""
        return ngettext(
            "This calls off %(count)d reservation. Whoever made it hears of it.",
            "This calls off %(count)d reservations. Whoever made them hears of it.",
            self.calls_off,
        ) % {"count": self.calls_off}

    @property
    def goes_on(self) -> bool:
        return self.verb in _UNFOLDED and not self.can_wait

    @property
    def key(self) -> tuple[str, int, str]:
        return (self.target._meta.model_name, self.target.pk, self.verb)

    @property
    def is_bound(self) -> bool:
        return self.form is not None and self.form.is_bound

    @staticmethod
    def is_of_things(verb: str) -> bool:
        return verb in _THINGS

    @classmethod
    def of_loan(cls, loan: Reservation, verb: str, user: Any, data: Any = None) -> Step:
        mine, keepers, icon, done = _LOANS[verb]
        is_mine = loan.person_id == user.pk
        return cls(
            verb=verb,
            label=mine if is_mine else keepers,
            icon=icon,
            done=done if is_mine else _DONE_AT_THE_DESK.get(verb, done),
            url=reverse("community:thing_loan_step", args=[loan.pk, verb]),
            target=loan,
            user=user,
            form=_form_of_loan(loan, verb, data),
        )

    @classmethod
    def of_thing(cls, thing: Thing, verb: str, user: Any, data: Any = None) -> Step:
        label, icon, done = _THINGS[verb]
        return cls(
            verb=verb,
            label=label,
            icon=icon,
            done=done,
            url=reverse("community:thing_step", args=[thing.code, verb]),
            target=thing,
            user=user,
            form=_note_form(verb, f"thing-{verb}", data),
        )

    def take(self) -> None:
        """Raises what the verb raises."""
        told = self.form.cleaned_data if self.form is not None else {}
        getattr(self.target, self.verb)(by=self.user, **told)
        if told.get("damage", Damage.NONE) != Damage.NONE:
            self.done = _("It is back. Thank you. It has to be repaired first: until then it is not lent.")


def _form_of_loan(loan: Reservation, verb: str, data: Any) -> forms.Form | None:
    if verb == "give_back":
        return GiveBackForm(data, loan=loan)
    if verb == "renew":
        return RenewForm(data, loan=loan)
    return _note_form(verb, f"{verb}-{loan.pk}", data)


def _note_form(verb: str, prefix: str, data: Any) -> NoteForm | None:
    if verb not in _WITH_NOTE:
        return None
    label = {"damage": _("What is wrong with it?"), "lose": _("What happened?")}.get(verb, "")
    if verb == "lose" and prefix == "thing-lose":
        return None
    return NoteForm(data, required=verb in _NEEDS_NOTE, label=label, prefix_id=prefix)


@dataclass
class Line:
    """A loan on the thing's page, and what this person may do with it."""

    loan: Reservation
    is_mine: bool
    steps: list[Step]

    @property
    def title(self) -> str | Promise:
        """What it says to whoever borrows it, and to whoever keeps it."""
        of_mine = {
            LoanState.REQUESTED: _("You have asked for it"),
            LoanState.RESERVED: _("You have reserved it"),
            LoanState.PICKED_UP: _("You have it"),
        }
        of_others = {
            LoanState.REQUESTED: _("Asks for it"),
            LoanState.RESERVED: _("Has reserved it"),
            LoanState.PICKED_UP: _("Has it"),
        }
        return (of_mine if self.is_mine else of_others)[LoanState(self.loan.state)]


@dataclass
class Desk:
    lines: list[Line]
    own: list[Step]  # of the thing itself

    @property
    def own_goes_on(self) -> bool:
        """Whether the way forward is with the thing itself: then it stands above, otherwise below."""
        return self.first in self.own

    @property
    def has_mine_out(self) -> bool:
        """Whether this person has it just now."""
        return any(line.is_mine and line.loan.is_out for line in self.lines)

    @property
    def steps(self) -> list[Step]:
        return [step for line in self.lines for step in line.steps] + self.own

    @property
    def first(self) -> Step | None:
        """The one step that fits now."""
        return next((step for step in self.steps if step.goes_on), None)


@dataclass(frozen=True, kw_only=True)
class AtTheShelf:
    """For whoever has scanned its label and has not reserved it: the form of one button, or why there is none."""

    form: forms.Form | None = None
    why_not: str | Promise = ""


def at_the_shelf(thing: Thing) -> AtTheShelf:
    """Of a thing `with_today()` and `with_next_taken()` that this person may reserve."""
    if not thing.is_available:
        state = thing.get_state_display()
        return AtTheShelf(why_not=gettext("It cannot be lent now: %(state)s.") % {"state": state})
    if thing.needs_yes:
        return AtTheShelf(why_not=_("Whoever keeps it says yes first: ask for your days below."))
    last_day = last_day_from_today(thing)
    if last_day is None:
        return AtTheShelf(why_not=_("It cannot be had today. Below you see when it is free."))
    days = {"first_day": timezone.localdate(), "last_day": last_day}
    return AtTheShelf(form=ReserveForm(thing=thing, initial=days, auto_id="take-%s"))


def steps_of(
    thing: Thing,
    loans: list[Reservation],
    user: Any,
    *,
    keeps: bool,
    is_scanned: bool = False,
    bound: Step | None = None,
) -> Desk:
    """`loans` are all open ones of the thing: whoever keeps it sees them all, others their own. `bound` is a step whose
    form has come back: it stands in its place, with what was typed. Who has just taken it brings it back later, unless
    they stand before its label again."""
    lines = []
    for loan in loans:
        is_mine = loan.person_id == user.pk
        if not (keeps or is_mine):
            continue
        loan.thing = thing
        verbs = loan.verbs_for(user)
        steps = [Step.of_loan(loan, verb, user) for verb in _LOANS if verb in verbs]
        lines.append(Line(loan=loan, is_mine=is_mine, steps=_with(bound, steps)))
    verbs = thing.verbs_for(user)
    if keeps and any(loan.is_out for loan in loans):
        # While somebody has it, it is said of the loan.
        verbs = [verb for verb in verbs if verb not in ("lose", "damage")]
    own = [Step.of_thing(thing, verb, user) for verb in _THINGS if verb in verbs]
    desk = Desk(lines=lines, own=_with(bound, own))
    for step in desk.steps:
        if step.verb == "give_back" and step.target.person_id == user.pk:
            step.can_wait = not is_scanned and step.target.last_day > timezone.localdate()
        if step.verb in _CALLS_OFF:
            step.calls_off = sum(loan.state in COMING for loan in loans)
    return desk


def _with(bound: Step | None, steps: list[Step]) -> list[Step]:
    return [bound if bound is not None and bound.key == step.key else step for step in steps]
