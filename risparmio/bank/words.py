"""The words of a bank's lines, each in one place."""

from django.db import models
from django.utils.translation import gettext_lazy as _

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
    NAME_AND_AMOUNT = Reason.NAME_AND_AMOUNT.value, _("name and amount fit, and somebody has confirmed it")
    NAME = Reason.NAME.value, _("the name fits, and somebody has confirmed it")
    BY_HAND = Reason.BY_HAND.value, _("somebody has looked into it")
