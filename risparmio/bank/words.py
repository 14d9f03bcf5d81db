"""The words of a bank's files and lines, each in one place."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .formats.statement import Format
from .matching import Reason


class Meaning(models.TextChoices):
    """What a line is."""

    UNKNOWN = "unknown", _("not known yet")
    SAVING = "saving", _("savings of a household")
    PAYOUT = "payout", _("a payout")
    RETURN = "return", _("a payout that came back")
    CASH = "cash", _("cash from a desk")
    AGENCY = "agency", _("the agency's own")
    CHARGES = "charges", _("charges of the bank")
    SENT_BACK = "sent_back", _("sent back: it was nobody's of ours")
    TOLD = "told", _("told by another file already")


# What brings money in, and what takes some away; SENT_BACK and TOLD are lines of each kind.
COMES_IN = (Meaning.SAVING, Meaning.RETURN, Meaning.CASH, Meaning.AGENCY)
GOES_OUT = (Meaning.PAYOUT, Meaning.CHARGES)
# What somebody may put right: a payout's own steps are not undone by a line.
CAN_BE_PUT_RIGHT = (Meaning.SAVING, Meaning.AGENCY, Meaning.CHARGES, Meaning.CASH, Meaning.TOLD)


class Why(models.TextChoices):
    """How we know."""

    REFERENCE = Reason.REFERENCE.value, _("it names the reference")
    ORDER = Reason.ORDER.value, _("it is our own order")
    ORDER_AMOUNT = Reason.ORDER_AMOUNT.value, _("amount and account are those of our order")
    RETURNED = Reason.RETURNED.value, _("the bank sends our payout back")
    CASH = Reason.CASH.value, _("so much was on its way from a desk")
    KNOWN_ACCOUNT = (
        Reason.KNOWN_ACCOUNT.value,
        _("it is the household's own account, from which it paid before"),
    )
    SAME_ACCOUNT = Reason.SAME_ACCOUNT.value, _("from that account before, and somebody has confirmed it")
    SUPPORTER = Reason.SUPPORTER.value, _("an organization pays for them, and somebody has confirmed it")
    NAME_AND_AMOUNT = Reason.NAME_AND_AMOUNT.value, _("name and amount fit, and somebody has confirmed it")
    NAME = Reason.NAME.value, _("the name fits, and somebody has confirmed it")
    BY_HAND = Reason.BY_HAND.value, _("somebody has looked into it")


# Why a line may be a household's, as it is said to whoever decides.
SUGGESTED = {
    Reason.SAME_ACCOUNT: _("From this account somebody paid for them before."),
    Reason.SUPPORTER: _("The organization that pays for them is named like this."),
    Reason.NAME_AND_AMOUNT: _("Name and amount fit."),
    Reason.NAME: _("The name fits. The amount is another one."),
    Reason.REFERENCE: _("It names their reference."),
    Reason.KNOWN_ACCOUNT: _("It is their own account, from which they paid before."),
}


class Kind(models.TextChoices):
    """The format of a file."""

    CAMT = Format.CAMT.value, "CAMT.053"
    MT940 = Format.MT940.value, "MT940"
    CSV = Format.CSV.value, "CSV"


class FileState(models.TextChoices):
    """Where a file stands."""

    WAITING = "waiting", pgettext_lazy("of a bank's file", "waiting")
    READING = "reading", pgettext_lazy("of a bank's file", "being read")
    READ = "read", pgettext_lazy("of a bank's file", "read")
    REFUSED = "refused", pgettext_lazy("of a bank's file", "not read")
