from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from django import forms
from django.apps import apps
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.ui.amounts import money
from portal.ui.fields import OneLineField
from portal.ui.widgets import DayInput
from portal.ui.words import isolated
from risparmio.agreements.models import SavingsAgreement
from risparmio.agreements.words import State as AgreementState
from risparmio.amounts import AmountField
from risparmio.book.models import BankAccount
from risparmio.reference import grouped
from risparmio.sent_forms import SentOnceForm

from .bank_days import is_bank_day
from .epc import NotPayable, sepa_iban
from .models import CashReceipt, Payout
from .pain001 import NotTransferable, sepa_name
from .tills import CashCount, CashTrip
from .transfers import TransferOrder
from .words import LONGEST_REASON, Purpose, Refusal, State, explained

# Nobody in Italy takes 5,000 euros or more in cash; whoever writes so much has a zero too many.
MOST_CASH = 4_999_99
MOST_AT_ONCE = 10_000_00  # cents, in a square: beyond it somebody has typed wrong
MOST_IN_A_FILE = 100
LATEST = timedelta(days=60)  # ahead, for a file of transfers

_ZERO = re.compile(r"\s*€?\s*[0٠۰]+(?:[.,٫][0٠۰]{1,2})?\s*€?\s*")


class ReasonField(OneLineField):
    """Why, in a few words that somebody else understands."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            max_length=LONGEST_REASON,
            error_messages={"required": _("Write why: others have to understand it.")},
            **kwargs,
        )

    def clean(self, value: Any) -> str:
        words = super().clean(value)
        if not words:
            return ""
        try:
            return explained(words)
        except ValueError as error:
            raise ValidationError(_("Write a few words more: others have to understand it.")) from error


class SumField(AmountField):
    """An amount that may be nothing: an empty till is counted, too."""

    def to_python(self, value: Any) -> int | None:
        return 0 if isinstance(value, str) and _ZERO.fullmatch(value) else super().to_python(value)


class PayInForm(forms.Form):
    """How much somebody wants to pay in now, in the address: nothing is kept."""

    importo = AmountField(label=_("How much do you want to pay in?"), required=False, max_cents=MOST_AT_ONCE)
    use_required_attribute = False


class DeskField(forms.ModelChoiceField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            queryset=apps.get_model("portal", "Desk").objects.all(),
            error_messages={
                "required": _("Choose the desk."),
                "invalid_choice": _("Choose a desk from the list."),
            },
            **kwargs,
        )


class TakeCashForm(SentOnceForm):
    desk = DeskField(label=_("At which desk"), empty_label=_("Choose the desk"))
    cents = AmountField(
        label=_("How much is on the table"),
        max_cents=MOST_CASH,
        help_text=_("Count it together, then write it."),
    )

    is_another = forms.BooleanField(label=_("Yes, this is another payment"), required=False)

    field_order = ["desk", "cents", "is_another"]

    def __init__(self, *args: Any, agreement: SavingsAgreement, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.agreement = agreement
        self.fields["is_another"].says_optional = False
        if "is_another" not in self.data:  # it is asked only where there is a doubt
            self.fields["is_another"].widget = forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        """The browser's way back shows the form once more, with a number of its own: what it brings is asked for."""
        given = super().clean()
        if given.get("cents") and given.get("client_id") and not given.get("is_another"):
            alike = CashReceipt.objects.just_like(self.agreement, given["cents"])
            if first := alike.exclude(client_id=given["client_id"]).order_by("-received_at").first():
                self.fields["is_another"].widget = forms.CheckboxInput()
                words = _(
                    "%(amount)s were received at %(time)s: receipt %(number)s. Is this another payment?"
                )
                told = {
                    "amount": money(first.cents),
                    "time": timezone.localtime(first.received_at).strftime("%H:%M"),
                    "number": isolated(str(first)),
                }
                self.add_error("is_another", words % told)
        return given

    def take(self, *, by: Any) -> CashReceipt:
        """Raises what `CashReceipt.take` raises."""
        told = {name: value for name, value in self.cleaned_data.items() if name != "is_another"}
        return CashReceipt.take(self.agreement, by=by, **told)


class TakeBackForm(forms.Form):
    reason = ReasonField(label=_("What was wrong?"))
    use_required_attribute = False


class TakeBackReceiptForm(TakeBackForm):
    """Of a receipt: taken back, or moved to the household whose money it was."""

    to = forms.IntegerField(
        label=_("Was it the money of another household? The number of its savings agreement"),
        help_text=_("It gets a receipt of its own. If nobody paid in, leave this empty."),
        min_value=1,
        max_value=2**31 - 1,
        required=False,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={"invalid": _("Write the number, as it stands on its page.")},
    )

    field_order = ["to", "reason"]

    def __init__(self, *args: Any, visible: Any, must_move: bool = False, **kwargs: Any) -> None:
        """visible: the agreements to which this person may move it. must_move: it can no more be taken back."""
        super().__init__(*args, **kwargs)
        self.visible = visible
        if must_move:
            self.fields["to"].required = True
            self.fields["to"].help_text = _("It gets a receipt of its own.")

    def clean_to(self) -> SavingsAgreement | None:
        number = self.cleaned_data["to"]
        if number is None:
            return None
        found = self.visible.filter(number=number).first()
        if found is None:
            raise ValidationError(_("There is no savings agreement with this number."))
        return found

    def take(self, receipt: CashReceipt, *, by: Any) -> CashReceipt:
        """The receipt that stands now, or the one that does no more. Raises what the verbs raise."""
        to, reason = self.cleaned_data["to"], self.cleaned_data["reason"]
        if to:
            return receipt.move(to, by=by, reason=reason)
        receipt.take_back(by=by, reason=reason)
        return receipt


class CountForm(SentOnceForm):
    counted = SumField(
        label=_("How much there is"), help_text=_("All notes and coins together. 0 if it is empty.")
    )
    note = OneLineField(
        label=_("If it is not what the book says: why, as far as you know"),
        help_text=_("If it is the same, leave this empty."),
        max_length=300,
        required=False,
    )

    def __init__(self, *args: Any, expected: int, **kwargs: Any) -> None:
        """expected: cents, by the book."""
        super().__init__(*args, **kwargs)
        self.expected = expected

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if given.get("counted") not in (None, self.expected) and not given.get("note"):
            self.must_explain()
        return given

    def must_explain(self) -> None:
        self.add_error(
            "note", _("It is not what the book says. Write in a few words why, as far as you know.")
        )

    def take(self, desk: Any, *, by: Any) -> CashCount:
        """Raises what `CashCount.take` raises."""
        return CashCount.take(desk, by=by, **self.cleaned_data)


class CarryForm(SentOnceForm):
    cents = AmountField(label=_("How much you carry to the bank"))

    def take(self, desk: Any, *, by: Any) -> CashTrip:
        """Raises what `CashTrip.begin` raises."""
        return CashTrip.begin(desk, by=by, **self.cleaned_data)


class PayoutForm(SentOnceForm):
    purpose = forms.ChoiceField(
        label=_("What is it for?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose what it is for."),
            "invalid_choice": _("Choose an answer from the list."),
        },
    )
    cents = AmountField(label=_("How much?"))
    payee = OneLineField(
        label=_("Who gets it?"),
        help_text=_("The name on the account, in Latin letters, as the bank writes it."),
        max_length=70,
        error_messages={"required": _("Write who gets it.")},
    )
    iban = OneLineField(
        label=_("IBAN of that account"),
        max_length=60,  # with blanks
        widget=forms.TextInput(attrs={"dir": "ltr", "autocapitalize": "characters", "spellcheck": "false"}),
        error_messages={"required": _("Write the IBAN.")},
    )
    note = OneLineField(
        label=_("Do you want to add something?"),
        help_text=_("For whoever decides: a bill, an estimate, a date."),
        max_length=300,
        required=False,
    )

    field_order = ["purpose", "cents", "payee", "iban", "note"]

    def __init__(
        self, *args: Any, agreement: SavingsAgreement, held: int, sent: Payout | None = None, **kwargs: Any
    ) -> None:
        """held: cents that there are. sent: what this form has made already, so that it may be sent again though
        nothing is left, or all has ended."""
        super().__init__(*args, **kwargs)
        self.agreement, self.held = agreement, held
        self.all_of_it = sent.cents if sent else held
        leaves = agreement.state == AgreementState.LEAVING or bool(sent)
        self.fields["purpose"].choices = [
            choice for choice in Purpose.choices if leaves or choice[0] != Purpose.EXIT
        ]
        self.fields["cents"].max_cents = held
        self.fields["cents"].help_text = _("There are %(amount)s.") % {"amount": money(held)}
        if leaves:
            self.initial |= {"purpose": Purpose.EXIT, "cents": held, **_account_before(agreement)}

    def clean_payee(self) -> str:
        payee = self.cleaned_data["payee"]
        try:
            sepa_name(payee)
        except NotTransferable as error:
            raise ValidationError(error.reason) from error
        return payee

    def clean_iban(self) -> str:
        try:
            return sepa_iban(self.cleaned_data["iban"])
        except NotPayable as error:
            raise ValidationError(error.reason) from error

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if given.get("purpose") == Purpose.EXIT and given.get("cents") not in (None, self.all_of_it):
            self.add_error(
                "cents",
                _("When you move on, all of it goes back: %(amount)s.") % {"amount": money(self.all_of_it)},
            )
        return given

    def take(self, *, by: Any) -> Payout:
        """Raises what `Payout.request` raises."""
        return Payout.request(self.agreement, by=by, **self.cleaned_data)


def _account_before(agreement: SavingsAgreement) -> dict[str, str]:
    """Name and IBAN of the account in the name of one of its adults to which the bank has paid last; a shop's or a
    landlord's is none to which all of it goes back."""
    names = [set(person.display_name.casefold().split()) for person in agreement.adults]
    paid = agreement.payouts.filter(state=State.PAID).exclude(purpose=Purpose.ARREARS).order_by("-id")
    # As the bank writes it: the family name first, or a second name.
    own = next(
        (one for one in paid if any(name <= set(one.payee.casefold().split()) for name in names)), None
    )
    return {"payee": own.payee, "iban": grouped(own.iban)} if own else {}


class StepForm(forms.Form):
    """One step of a payout. `title` is what it does, `done` says that it is done; both in the person's language."""

    title: str | Promise = ""
    button: str | Promise = ""
    done: str | Promise = ""
    icon = "check"
    undoes = False
    use_required_attribute = False

    def say_languages(self, words: str) -> None:
        """words: in which language the household reads, for whoever writes to it here."""
        if reason := self.fields.get("reason"):
            reason.help_text = format_lazy("{} {}", reason.help_text, words)

    def take(self, payout: Payout, *, by: Any) -> None:
        """Raises what the verb raises."""
        raise NotImplementedError


class ApproveForm(StepForm):
    title = button = pgettext_lazy("a payout", "Approve it")
    done = pgettext_lazy("a payout", "Approved.")

    def take(self, payout: Payout, *, by: Any) -> None:
        payout.approve(by=by)


class RefuseForm(StepForm):
    title = button = pgettext_lazy("a payout", "Do not approve it")
    done = _("Not approved. The household reads why.")
    icon, undoes = "x", True

    why = forms.ChoiceField(
        label=_("Why not?"),
        help_text=_("What is chosen here, the household reads in its own language."),
        widget=forms.RadioSelect,
        choices=[*Refusal.choices, ("", _("Another reason, in my own words"))],
        required=False,
        error_messages={"invalid_choice": _("Choose an answer from the list.")},
    )
    reason = ReasonField(
        label=_("In your own words"),
        help_text=_("The household reads it: in plain words, without blame."),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["why"].says_optional = False

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if not (given.get("why") or given.get("reason") or self.errors):
            self.add_error("reason", _("Choose a reason, or write one: the household has to understand it."))
        return given

    def take(self, payout: Payout, *, by: Any) -> None:
        payout.refuse(by=by, **self.cleaned_data)


class WithdrawForm(StepForm):
    title = button = pgettext_lazy("a payout", "Take it back")
    done = _("Taken back: the money stays where it is.")
    icon, undoes = "undo-2", True

    def take(self, payout: Payout, *, by: Any) -> None:
        payout.withdraw(by=by)


class SignForm(StepForm):
    title, button = _("Your signature"), _("I sign")
    done = _("Signed. Now the agency decides.")
    icon = "signature"

    agreed = forms.BooleanField(
        label=_("I have read this and I agree."),
        error_messages={"required": _("Tick this if you agree. If you do not, you need not sign.")},
    )

    def take(self, payout: Payout, *, by: Any) -> None:
        payout.sign(by=by)
        if payout.purpose == Purpose.ARREARS:
            self.done = _("Signed. Now two people of the agency decide.")


class PaperForm(StepForm):
    title, button = _("Signed on paper"), _("Write it down")
    done = _("Written down: the household has signed on paper.")
    icon = "file-text"

    agreed = forms.BooleanField(
        label=_("I have the sheet that the household has signed, with this sentence on it."),
        error_messages={"required": _("Tick this if you have the signed sheet.")},
    )

    def take(self, payout: Payout, *, by: Any) -> None:
        payout.sign(by=by, on_paper=True)


class OrderForm(StepForm):
    title, button = _("Tell the bank by hand"), _("The bank has the order")
    done = _("Written down. It is paid once it stands on the bank's statement.")
    icon = "send"

    agreed = forms.BooleanField(
        label=_("I have entered this transfer at the bank, letter by letter."),
        error_messages={"required": _("Tick this once the bank has the order.")},
    )

    def take(self, payout: Payout, *, by: Any) -> None:
        payout.order(by=by)


class GiveUpForm(StepForm):
    title = button = _("The bank did not do it")
    done = _("Written down: the money is put aside as before, and the household can ask again.")
    icon, undoes = "corner-down-left", True

    reason = ReasonField(
        label=_("Why not, and how do you know?"),
        help_text=_(
            "For example: the bank has refused the file, and said so on the phone. The household reads it."
        ),
    )
    agreed = forms.BooleanField(
        label=_("I have asked the bank: this transfer was not made, and will not be."),
        error_messages={"required": _("Tick this once the bank has said so: else it would be paid twice.")},
    )

    def take(self, payout: Payout, *, by: Any) -> None:
        payout.give_up(by=by, reason=self.cleaned_data["reason"])


STEPS: dict[str, type[StepForm]] = {
    "sign": SignForm,
    "paper": PaperForm,
    "approve": ApproveForm,
    "order": OrderForm,
    "refuse": RefuseForm,
    "withdraw": WithdrawForm,
    "give_up": GiveUpForm,
}


class TransferForm(SentOnceForm):
    """Which payouts go into a file: sent once to be told how much, and once more with `sure`. What is no more to be
    ordered is for the verb to say: a phone may send again."""

    payouts = forms.ModelMultipleChoiceField(
        queryset=Payout.objects.all(),
        label=_("Which payouts"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Choose one payout at least."),
            "invalid_choice": _("Choose from the list."),
            "invalid_pk_value": _("Choose from the list."),
            "invalid_list": _("Choose from the list."),
        },
    )
    account = forms.ModelChoiceField(
        queryset=BankAccount.objects.all(),
        label=_("From which account"),
        empty_label=None,
        error_messages={
            "required": _("Choose the account."),
            "invalid_choice": _("Choose an account from the list."),
        },
    )
    execution_day = forms.DateField(
        label=_("On which day"),
        help_text=_("A day on which banks work."),
        widget=DayInput(),
        error_messages={"required": _("Choose the day."), "invalid": _("Choose the day.")},
    )

    def __init__(self, *args: Any, waiting: Any = (), **kwargs: Any) -> None:
        """waiting: the payouts that the page offers."""
        super().__init__(*args, **kwargs)
        self.fields["payouts"].widget.choices = [(one.pk, self._told(one)) for one in waiting]

    @staticmethod
    def _told(payout: Payout) -> str:
        """Each part with a direction of its own."""
        words = (payout.payee, grouped(payout.iban), str(payout.agreement.household))
        return " · ".join((money(payout.cents), *map(isolated, words)))

    def clean_payouts(self) -> list[Payout]:
        payouts = list(self.cleaned_data["payouts"])
        if len(payouts) > MOST_IN_A_FILE:
            raise ValidationError(_("A file has 100 payouts at most."))
        return payouts

    def clean_execution_day(self) -> Any:
        day, today = self.cleaned_data["execution_day"], timezone.localdate()
        if day < today:
            raise ValidationError(_("This day is over: choose today or a later day."))
        if day > today + LATEST:
            raise ValidationError(_("Choose a day within the next two months."))
        if not is_bank_day(day):
            raise ValidationError(_("Banks do not work on this day: choose another."))
        return day

    def take(self, *, by: Any) -> TransferOrder:
        """Raises what `TransferOrder.make` raises."""
        told = dict(self.cleaned_data)
        return TransferOrder.make(told.pop("account"), told.pop("payouts"), by=by, **told)
