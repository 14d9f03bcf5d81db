"""What happens to money that comes in over the counter and goes back to households. Never an amount."""

from django.utils.translation import gettext_lazy as _

from portal.extensions import EventKind

EVENTS = tuple(
    EventKind(key=f"risparmio.{fact}", sentence=sentence, icon=icon, confidential=True)
    for fact, sentence, icon in (
        ("cash.received", _("%(actor)s took cash and gave a receipt"), "receipt-text"),
        ("cash.taken_back", _("%(actor)s took a receipt back"), "undo-2"),
        ("cash.counted", _("%(actor)s counted the cash of a desk"), "calculator"),
        ("cash.carried", _("%(actor)s carried cash to the bank"), "briefcase"),
        ("cash.trip_taken_back", _("%(actor)s took back that cash was carried to the bank"), "undo-2"),
        ("cash.difference_covered", _("%(actor)s had the agency cover a difference of cash"), "calculator"),
        ("transfers.ordered", _("%(actor)s made a file of transfers for the bank"), "file-output"),
        ("payout.requested", _("%(actor)s asked for a payout"), "hand-coins"),
        ("payout.signed", _("%(actor)s signed for the household"), "signature"),
        (
            "payout.signed_on_paper",
            _("%(actor)s wrote down that the household has signed on paper"),
            "signature",
        ),
        ("payout.first_approved", _("%(actor)s approved the payout; a second approval is needed"), "check"),
        ("payout.approved", _("%(actor)s approved the payout"), "check-check"),
        ("payout.refused", _("%(actor)s did not approve the payout"), "x"),
        ("payout.withdrawn", _("%(actor)s took the payout back"), "undo-2"),
        ("payout.ordered", _("%(actor)s told the bank to pay"), "send"),
        (
            "payout.given_up",
            _("%(actor)s wrote down that the bank did not pay: the money is back"),
            "corner-down-left",
        ),
        ("payout.paid", _("The payout is on the bank's statement"), "circle-check"),
        ("payout.returned", _("The bank could not pay: the money is back"), "corner-down-left"),
    )
)
