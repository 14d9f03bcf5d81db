from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.apps import apps
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.text import capfirst
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from community.keys import AlreadySent
from community.languages import spoken_languages
from community.mutual_aid.audience_field import AudienceField
from community.mutual_aid.neighbourhood import coordinated_by
from portal.ui.amounts import hours as hours_in_words
from portal.ui.fields import OneLineField, RunningTextField
from portal.ui.widgets import DayInput, PictogramSelect
from portal.ui.words import isolated
from portal.uploads.forms import PhotosForm, VoiceForm

from .discretion import looks_like_a_door, refuse_contacts_and_money
from .models import MINUTES, NOTE_LIMIT, TEXT_LIMIT, TITLE_LIMIT, Exchange, Post
from .words import ICONS, Category, Kind, PartOfDay, State, When
from .workflow import WORDS_OF, Transition

FURTHEST = timedelta(days=180)  # so far ahead a day can be agreed on


def _capitalized(choices: Any) -> list[tuple[str, Any]]:
    return [(value, capfirst(label)) for value, label in choices]


class MinutesField(forms.TypedChoiceField):
    """How long, in half hours; said in words. What no list offers, a forged or an old page sends."""

    def __init__(self, *, values: Any = MINUTES, **kwargs: Any) -> None:
        self.values = list(values)
        kwargs.setdefault("label", _("How long?"))
        super().__init__(
            coerce=int,
            # Called when a form is drawn, so that the words are in the reader's language.
            choices=self._choices,
            error_messages={
                "required": _("Choose how long."),
                "invalid_choice": _(
                    "Choose how long from the list: half an hour at least, eight hours at most."
                ),
            },
            **kwargs,
        )

    def _choices(self) -> list[tuple[int, str]]:
        return [
            (minutes, hours_in_words(minutes) if minutes else gettext("not at all"))
            for minutes in self.values
        ]


class StartField(forms.SplitDateTimeField):
    """A day and a time that are still to come."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("When?"))
        super().__init__(
            widget=forms.SplitDateTimeWidget(
                date_format="%Y-%m-%d",
                time_format="%H:%M",
                date_attrs={"type": "date", "aria-label": _("Day")},
                time_attrs={"type": "time", "step": 300, "aria-label": _("Time")},
            ),
            error_messages={
                "required": _("Choose a day and a time."),
                "incomplete": _("Choose the day and the time."),
                "invalid_date": _("Choose the day in the calendar."),
                "invalid_time": _("Write the time like 16:30."),
            },
            **kwargs,
        )
        self.fields[0].input_formats, self.fields[1].input_formats = ["%Y-%m-%d"], ["%H:%M", "%H:%M:%S"]

    def clean(self, value: Any) -> datetime | None:
        start = super().clean(value)
        if start is not None and start < timezone.now():
            raise ValidationError(
                _("This day or time is over. Choose one that is still to come."), code="past"
            )
        if start is not None and start > timezone.now() + FURTHEST:
            raise ValidationError(
                _("This is too far away. Choose a day within the next six months."), code="far"
            )
        return start


class PostForm(VoiceForm, PhotosForm):
    """What somebody offers or asks for. Only the category has to be chosen; the rest is filled in already."""

    photo_limit = 3

    kind = forms.ChoiceField(
        label=_("What do you want to do?"),
        choices=[(Kind.OFFER, _("I offer help")), (Kind.REQUEST, _("I ask for help"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Say whether you offer or ask.")},
    )
    category = forms.ChoiceField(
        label=_("What kind of help?"),
        choices=_capitalized(Category.choices),
        widget=PictogramSelect(icons=ICONS),
        error_messages={
            "required": _("Choose the picture that fits best."),
            "invalid_choice": _("Choose one of the pictures."),
        },
    )
    title = OneLineField(
        label=_("Title"),
        required=False,
        max_length=TITLE_LIMIT,
        widget=forms.TextInput(attrs={"dir": "auto"}),
        help_text=_("If you write none, the kind of help is the title."),
    )
    text = RunningTextField(
        label=_("What exactly?"),
        required=False,
        rows=4,
        max_length=TEXT_LIMIT,
        help_text=_("A few words, in your language. No telephone number, no address, no money."),
    )
    knows_door = forms.BooleanField(
        label=_("This is not where somebody lives: publish it like this"), required=False
    )
    when = forms.ChoiceField(
        label=_("When?"),
        choices=_capitalized(When.choices),
        widget=forms.RadioSelect,
        initial=When.ANY_TIME,
    )
    day = forms.DateField(
        label=_("On which day?"),
        required=False,
        widget=DayInput(),
        error_messages={"invalid": _("Choose the day in the calendar.")},
    )
    weekdays = forms.TypedMultipleChoiceField(
        label=_("On which days of the week?"),
        required=False,
        coerce=int,
        choices=[(number, capfirst(name)) for number, name in WEEKDAYS.items()],
        widget=forms.CheckboxSelectMultiple,
    )
    part_of_day = forms.ChoiceField(
        label=_("At what time of the day?"),
        required=False,
        choices=[("", _("Any time")), *_capitalized(PartOfDay.choices)],
    )
    at_time = forms.TimeField(
        label=_("Or exactly at"),
        required=False,
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time", "step": 300}),
        error_messages={"invalid": _("Write the time like 16:30.")},
    )
    minutes = MinutesField(initial=60)
    languages = forms.MultipleChoiceField(
        label=_("Which languages do you speak?"),
        required=False,
        choices=lambda: [(code, capfirst(name)) for code, name in spoken_languages()],
        widget=forms.CheckboxSelectMultiple,
    )
    shows_building = forms.BooleanField(
        label=_("Say in which building it is"),
        required=False,
        help_text=_("Without it, only the municipality is shown."),
    )
    meant = AudienceField()
    on_behalf_of = forms.ModelChoiceField(
        label=_("In whose name?"), queryset=None, required=False, empty_label=_("In my own name")
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    field_order = [
        *(
            "kind",
            "category",
            "text",
            "knows_door",
            "voice",
            "voice_words",
            "when",
            "day",
            "weekdays",
            "part_of_day",
            "at_time",
            "minutes",
        ),
        *("languages", "title", "photos", "meant", "shows_building", "on_behalf_of"),
    ]

    def __init__(self, *args: Any, user: Any, post: Post | None = None, **kwargs: Any) -> None:
        self.user, self.post = user, post
        kwargs["initial"] = {**self._initial(), **kwargs.get("initial", {})}
        super().__init__(*args, owner=user, **kwargs)
        for name in ("day", "weekdays"):
            # One of them has to be said, or neither: it goes by `when`.
            self.fields[name].says_optional = False
        if post is not None and post.voice_notes.exists():
            self.fields["voice"].help_text = _("A new one takes the place of the one that you have recorded.")
        self.fields["meant"].offer_to(user)
        self.home = apps.get_model("portal", "Building").objects.home_of(user).first()
        if self.home is None:
            del self.fields["shows_building"]
        organizations = apps.get_model("portal", "Organization").objects.filter(pk__in=coordinated_by(user))
        self.fields["on_behalf_of"].queryset = organizations
        if post is not None or not coordinated_by(user):
            del self.fields["on_behalf_of"]
        if post is not None:
            del self.fields["kind"]
        if not self.is_bound or "knows_door" not in self.data and not self._shows_a_door():
            del self.fields["knows_door"]

    def _initial(self) -> dict[str, Any]:
        if self.post is None:
            return {
                "languages": sorted({"it", self.user.language} & {code for code, _n in spoken_languages()})
            }
        content = {name: getattr(self.post, name) for name in ("category", "title", "text", "when", "day")}
        named = self.post.building_id or self.post.organization_id or self.post.municipality_id
        if self.post.audience == "area":
            named = self.post.municipality_id
        return content | {
            "part_of_day": self.post.part_of_day,
            "at_time": self.post.at_time,
            "minutes": self.post.minutes,
            "weekdays": self.post.weekday_numbers,
            "languages": self.post.spoken,
            "shows_building": self.post.at_building_id is not None,
            "meant": f"{self.post.audience}:{named}",
            "seen": self.post.version,
        }

    def _shows_a_door(self) -> bool:
        return any(looks_like_a_door(self.data.get(name, "")) for name in ("title", "text"))

    def clean_title(self) -> str:
        refuse_contacts_and_money(self.cleaned_data["title"])
        return self.cleaned_data["title"]

    def clean_text(self) -> str:
        refuse_contacts_and_money(self.cleaned_data["text"])
        return self.cleaned_data["text"]

    def clean_day(self):
        day = self.cleaned_data["day"]
        if day and day < timezone.localdate():
            raise ValidationError(_("This day is over. Choose one that is still to come."))
        if day and day > timezone.localdate() + FURTHEST:
            raise ValidationError(_("This is too far away. Choose a day within the next six months."))
        return day

    def clean(self) -> dict[str, Any]:
        told = super().clean()
        if self._shows_a_door() and not told.get("knows_door"):
            where = "text" if looks_like_a_door(self.data.get("text", "")) else "title"
            self.add_error(
                where,
                _(
                    "This looks like an address, a floor or a door. Do not write where somebody lives: people who mean "
                    "no good read boards too. You tell each other where you meet once you have agreed."
                ),
            )
        if told.get("when") == When.ONCE and not told.get("day") and "day" not in self.errors:
            self.add_error("day", _("Choose the day."))
        if told.get("when") == When.WEEKLY and not told.get("weekdays") and "weekdays" not in self.errors:
            self.add_error("weekdays", _("Choose at least one day of the week."))
        return told

    @property
    def is_wrong_further_down(self) -> bool:
        """Whether something is wrong below what is asked first."""
        return bool(self.errors.keys() - {NON_FIELD_ERRORS, "kind", "category", "text", "knows_door"})

    @property
    def sent_before(self) -> Post | None:
        """What was published already with this form. Raises AlreadySent where it stands there in other words."""
        told = self.cleaned_data
        known = Post.objects.filter(author=self.user, client_id=told["client_id"]).first()
        if self.post is not None or known is None:
            return None
        said = {"kind": told["kind"], "on_behalf_of": told.get("on_behalf_of"), **told["meant"].fields}
        if any(getattr(known, name) != value for name, value in {**said, **self.content}.items()):
            raise AlreadySent(known)
        return known

    @property
    def content(self) -> dict[str, Any]:
        """The fields of a post."""
        told = self.cleaned_data
        once, weekly = told["when"] == When.ONCE, told["when"] == When.WEEKLY
        building = self.home if told.get("shows_building") and not told.get("on_behalf_of") else None
        if self.home is None and told["meant"].building:
            building = told["meant"].building
        return {
            "category": told["category"],
            "title": told["title"],
            "text": told["text"],
            "when": told["when"],
            "day": told["day"] if once else None,
            "weekdays": sum(1 << number for number in told["weekdays"]) if weekly else 0,
            "part_of_day": "" if told["at_time"] else told["part_of_day"],
            "at_time": told["at_time"],
            "minutes": told["minutes"],
            "languages": f" {' '.join(told['languages'])} " if told["languages"] else "",
            "at_building": building,
        }

    def save(self) -> Post:
        """In the caller's transaction; raises what the post's verb raises."""
        told = self.cleaned_data
        if self.post is not None:
            self.post.edit(by=self.user, seen=told["seen"], meant=told["meant"], **self.content)
            post = self.post
        else:
            post = Post.publish(
                by=self.user,
                client_id=told["client_id"],
                kind=told["kind"],
                meant=told["meant"],
                on_behalf_of=told.get("on_behalf_of"),
                **self.content,
            )
        self.claim_photos(post)
        if told["voice"]:
            post.voice_notes.exclude(draft=told["client_id"]).delete()  # said anew
        self.claim_voice(post)
        return post


class AskForm(forms.Form):
    """The answer to a post: all of it is filled in, so that one press is enough."""

    client_id = forms.UUIDField(widget=forms.HiddenInput)
    minutes = MinutesField()
    starts_at = StartField(required=False)
    message = RunningTextField(
        label=_("Do you want to say something?"),
        required=False,
        rows=3,
        max_length=NOTE_LIMIT,
        help_text=_("Only the other reads it."),
    )
    for_organization = forms.ModelChoiceField(
        label=_("In whose name?"), queryset=None, required=False, empty_label=_("In my own name")
    )

    def __init__(self, *args: Any, post: Post, user: Any, **kwargs: Any) -> None:
        self.post, self.user = post, user
        start = post.next_start
        kwargs["initial"] = {
            "minutes": post.minutes,
            "starts_at": timezone.localtime(start) if start else None,
            **kwargs.get("initial", {}),
        }
        super().__init__(*args, **kwargs)
        organizations = apps.get_model("portal", "Organization").objects.filter(pk__in=coordinated_by(user))
        self.fields["for_organization"].queryset = organizations
        if not coordinated_by(user):
            del self.fields["for_organization"]

    def save(self) -> Exchange:
        return Exchange.propose(self.post, by=self.user, **self.cleaned_data)


class StepForm(forms.Form):
    """One step of an exchange. `done` says what has happened once it is taken."""

    title: Any = ""
    button: Any = ""
    done: Any = ""
    icon = "check"
    goes_on = True  # the way forward: shown unfolded where it comes first. All else waits behind its title
    undoes = False  # nothing comes of it, or not now: its button is red
    warning: Any = ""
    words_label: Any = _("Why?")
    words_help: Any = ""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=2**31 - 1)

    def __init__(self, *args: Any, exchange: Exchange, step: Transition, user: Any, **kwargs: Any) -> None:
        self.exchange, self.step, self.user = exchange, step, user
        kwargs.setdefault("auto_id", f"{step.verb}-%s")
        kwargs["initial"] = {"seen": exchange.version, **self.initial_of(exchange)}
        super().__init__(*args, **kwargs)
        if step.verb in WORDS_OF:
            self.fields[WORDS_OF[step.verb]] = RunningTextField(
                label=self.words_label,
                help_text=self.words_help,
                rows=3,
                max_length=NOTE_LIMIT,
                error_messages={"required": _("Write why: the other wants to know.")},
            )

    def initial_of(self, exchange: Exchange) -> dict[str, Any]:
        return {}

    def going_on(self, exchange: Exchange, step: Transition) -> StepForm:
        """What was typed, to be sent again from where the exchange stands now and the person sees it."""
        data = self.data.copy()
        data[self.add_prefix("seen")] = exchange.version
        return type(self)(data, exchange=exchange, step=step, user=self.user)

    def take(self) -> None:
        """Take the step. Raises what the verb raises."""
        getattr(self.exchange, self.step.verb)(by=self.user, **self.cleaned_data)


class AcceptForm(StepForm):
    title = _("Say yes")
    button = _("Yes, gladly")
    done = _("You have said yes. The other hears of it now.")
    icon = "handshake"


class DeclineForm(StepForm):
    title = _("It is not possible")
    button = _("Say that it is not possible")
    done = _("You have said that it is not possible. You owe nobody a reason.")
    icon = "x"
    goes_on, undoes = False, True


class WithdrawForm(StepForm):
    title = _("I do not need it any more")
    button = pgettext_lazy("of a question", "Take it back")
    done = _("You have taken it back. The other hears of it.")
    icon = "undo-2"
    goes_on, undoes = False, True

    def __init__(self, *args: Any, exchange: Exchange, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, exchange=exchange, user=user, **kwargs)
        if exchange.side_of(user) == "giver":
            self.title = _("I cannot help after all")


class ApproveForm(StepForm):
    title = _("Agree to it")
    button = _("I know who gives this help, and agree")
    # Nobody has to agree to what those give for whom both have been done.
    warning = _(
        "Whoever helps is not both vouched for and checked yet. Agree only if you know them yourself."
    )
    done = _("You have agreed. Both hear of it.")
    icon = "shield-check"

    is_sure = forms.BooleanField(
        label=_("I have read who gives this help, to whom and when"),
        error_messages={"required": _("Read what is known of the two, then tick this.")},
    )

    def take(self) -> None:
        self.exchange.approve(by=self.user, seen=self.cleaned_data["seen"])


class RefuseForm(StepForm):
    title = _("Do not agree")
    button = _("I do not agree")
    done = _("You have not agreed. Both read why.")
    icon = "x"
    goes_on, undoes = False, True


class ScheduleForm(StepForm):
    title = _("Agree on the day")
    button = _("Write the day, and tell the other")
    done = _("Written. The other hears of it now.")
    icon = "calendar-clock"

    starts_at = StartField()
    place = OneLineField(
        label=_("Where do you meet?"),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"dir": "auto"}),
        help_text=_("Only the two of you read this. The first time, a common room or the courtyard is best."),
    )

    def __init__(self, *args: Any, step: Transition, **kwargs: Any) -> None:
        super().__init__(*args, step=step, **kwargs)
        if step.source == step.target:
            self.title, self.goes_on = _("Another day or place"), False
            self.button = _("Change it, and tell the other")

    def initial_of(self, exchange):
        start = exchange.starts_at
        if start is None:
            tomorrow = timezone.localdate() + timedelta(days=1)
            start = timezone.make_aware(datetime.combine(tomorrow, time(17)))
        return {"starts_at": timezone.localtime(start), "place": exchange.place}


class SkipForm(StepForm):
    title = _("Not this week")
    button = _("Skip this week")
    done = _("Skipped: it is the week after. The other hears of it.")
    icon = "skip-forward"
    goes_on, undoes = False, True


class DoneForm(StepForm):
    title = _("It is done")
    button = _("Say that it is done")
    done = _("Thank you. The other confirms, then the hours count.")
    icon = "check"

    minutes = MinutesField(label=_("How long did it take?"))

    def __init__(self, *args: Any, step: Transition, **kwargs: Any) -> None:
        super().__init__(*args, step=step, **kwargs)
        if step.source != step.target:
            return
        self.goes_on = False
        if self.exchange.stated_side == self.exchange.side_of(self.user):
            self.title, self.button = _("I wrote the wrong time"), _("Put it right")
        else:
            self.title, self.button = _("It took another time"), _("Write it down, and ask the other")
            self.done, self.icon = _("The other reads it and confirms, then the hours count."), "clock"

    def initial_of(self, exchange):
        return {"minutes": exchange.stated_minutes or exchange.minutes}


class UndoForm(StepForm):
    title = _("I was mistaken: it is not done yet")
    button = _("It is not done yet")
    done = _("Taken back. You say it again once it is done.")
    icon = "undo-2"
    goes_on, undoes = False, True


class ConfirmForm(StepForm):
    title = _("Is that right?")
    button = _("Yes, I confirm")
    done = _("Confirmed by both. The hours stand in your books.")
    icon = "circle-check"

    # Of what was read here: the other may have written another figure meanwhile.
    minutes = MinutesField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, exchange: Exchange, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, exchange=exchange, user=user, **kwargs)
        written = exchange.minutes_said_by(exchange.side_of(user))
        if written not in (None, exchange.stated_minutes):
            self.warning = _("You had written %(time)s.") % {"time": hours_in_words(written)}

    def initial_of(self, exchange):
        return {"minutes": exchange.stated_minutes}

    def going_on(self, exchange, step):
        form = super().going_on(exchange, step)
        form.data[form.add_prefix("minutes")] = exchange.stated_minutes
        return form


class DisputeForm(StepForm):
    title = _("That is not right")
    button = _("Ask the coordinator to look at it")
    done = _("The coordinator looks at it, asks the other as well, and both of you read the answer.")
    icon = "scale"
    goes_on, undoes = False, True
    words_label = _("What is not right?")
    words_help = _("The other and the coordinator read it.")

    def __init__(self, *args: Any, step: Transition, **kwargs: Any) -> None:
        super().__init__(*args, step=step, **kwargs)
        if step.source == State.UNCONFIRMED:
            self.title = _("It was done all the same")


class ReplyForm(StepForm):
    title = _("Say how you see it")
    button = _("Tell the coordinator")
    done = _("The coordinator reads it. Both of you hear how it is settled.")
    icon = "message-square"
    words_label = _("What did you agree on, and what happened?")
    words_help = _("The other and the coordinator read it.")


class SettleForm(StepForm):
    title = _("Settle it")
    button = _("Settle it like this")
    done = _("Settled. Both read why, and the books are right.")
    icon = "scale"
    words_label = _("Why is it right like this?")
    words_help = _("Both read it. Blame nobody: say what counts and what happens next.")

    minutes = MinutesField(
        label=_("How much counts?"),
        values=[0, *MINUTES],
        help_text=_("“Not at all” credits nothing, and takes back what was in the books."),
    )

    def __init__(self, *args: Any, exchange: Exchange, **kwargs: Any) -> None:
        super().__init__(*args, exchange=exchange, **kwargs)
        self.fields["minutes"].choices = self._choices(exchange)
        silent = {"giver": exchange.receiving_party, "receiver": exchange.giving_party}
        if not exchange.answer and (name := silent.get(exchange.reason_side)):
            self.warning = _("%(name)s has not said yet how they see it. Wait for it, if there is time.") % {
                "name": isolated(str(name))
            }

    def _choices(self, exchange: Exchange) -> list[tuple[Any, str]]:
        """Nothing beforehand, so that nobody's word weighs more: what each of the two says, what they had agreed on,
        then all other lengths."""
        lengths = dict(self.fields["minutes"].choices)
        said: dict[int, str] = {}
        claims = (
            (exchange.giver_minutes, gettext("%(time)s, as %(name)s says"), exchange.giving_party),
            (exchange.receiver_minutes, gettext("%(time)s, as %(name)s says"), exchange.receiving_party),
            (exchange.minutes, gettext("%(time)s, as they had agreed"), None),
        )
        for minutes, words, name in claims:
            if minutes in lengths and minutes not in said:
                name = isolated(str(name or gettext("somebody")))
                said[minutes] = words % {"time": lengths[minutes], "name": name}
        if exchange.giver_minutes is not None and exchange.giver_minutes == exchange.receiver_minutes:
            both = exchange.giver_minutes
            said[both] = gettext("%(time)s, as both said") % {"time": lengths[both]}
        others = [(minutes, words) for minutes, words in lengths.items() if minutes not in said]
        return [("", gettext("Choose…")), *said.items(), *others]


class ThankForm(StepForm):
    title = _("Say thank you")
    button = _("Thank you!")
    done = _("Your thanks have arrived.")
    icon = "heart"

    words = RunningTextField(
        label=_("Do you want to write something?"), required=False, rows=2, max_length=NOTE_LIMIT
    )


class ThankBackForm(StepForm):
    title = _("Say thank you too")
    button = _("Thank you!")
    done = _("Your thanks have arrived.")
    icon = "heart"
    goes_on = False


class CancelForm(StepForm):
    title = _("I have to call it off")
    button = _("Call off this exchange")  # on every phone the one word would close the question
    done = _("Called off. The other hears of it at once.")
    icon = "x"
    goes_on, undoes = False, True

    def __init__(self, *args: Any, exchange: Exchange, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, exchange=exchange, user=user, **kwargs)
        if exchange.is_weekly:
            self.title = _("I have to stop")
        if exchange.would_be_late:
            # Only a request looks for somebody else; and its author who calls off needs nobody any more.
            looks = exchange.author_side == "receiver" and exchange.side_of(user) == "giver"
            self.warning = (
                _("It is less than a day away. The other hears at once, and somebody else is looked for.")
                if looks
                else _("It is less than a day away. The other hears at once.")
            )


STEP_FORMS: dict[str, type[StepForm]] = {
    "accept": AcceptForm,
    "decline": DeclineForm,
    "withdraw": WithdrawForm,
    "approve": ApproveForm,
    "refuse": RefuseForm,
    "schedule": ScheduleForm,
    "skip": SkipForm,
    "done": DoneForm,
    "confirm": ConfirmForm,
    "undo": UndoForm,
    "dispute": DisputeForm,
    "reply": ReplyForm,
    "settle": SettleForm,
    "thank": ThankForm,
    "thank_back": ThankBackForm,
    "cancel": CancelForm,
}


class BoardForm(forms.Form):
    """The filters of the board, in the address; what makes no sense is left out instead of refused."""

    kind = forms.ChoiceField(required=False, choices=Kind.choices)
    category = forms.ChoiceField(
        label=_("What kind of help?"),
        required=False,
        choices=[("", _("All")), *_capitalized(Category.choices)],
    )
    when = forms.ChoiceField(
        label=_("When?"),
        required=False,
        choices=lambda: [
            ("", gettext("At any time")),
            *((value, capfirst(label)) for value, label in PartOfDay.choices),
            *((f"day-{number}", capfirst(name)) for number, name in WEEKDAYS.items()),
        ],
    )
    language = forms.ChoiceField(
        label=_("They speak"),
        required=False,
        choices=lambda: [
            ("", gettext("Any language")),
            *((code, capfirst(name)) for code, name in spoken_languages()),
        ],
    )
    where = forms.ChoiceField(
        label=_("Where?"),
        required=False,
        choices=[("", _("Everywhere")), ("building", _("In my building"))],
    )

    def narrow(self, posts, buildings):
        self.is_valid()
        wanted = self.cleaned_data
        exact = {name: wanted[name] for name in ("kind", "category") if wanted.get(name)}
        posts = posts.filter(**exact)
        if code := wanted.get("language"):
            posts = posts.filter(languages__contains=f" {code} ")
        if wanted.get("where"):
            posts = posts.in_buildings(buildings)
        return posts.at(wanted["when"]) if wanted.get("when") else posts

    @property
    def is_narrow(self) -> bool:
        return any(self.data.get(name) for name in self.fields)

    @property
    def asks_more(self) -> bool:
        """Whether a filter is set that no chip sets."""
        return any(self.data.get(name) for name in ("when", "language", "where"))


class PicturesForm(forms.Form):
    """One card of the first day: pictures to tap, as many as fit."""

    what = forms.MultipleChoiceField(required=False)

    def __init__(self, *args: Any, choices: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["what"].choices = choices
