"""Why a time cannot be had, in words."""

from __future__ import annotations

from django.utils.translation import gettext as _

from .models import OPEN_BY_CONTACT, NotBookable


def refusal(error: NotBookable) -> str:
    """For whoever asked for the time."""
    if error.closure is not None:
        return _("The desk is closed on that day: %(reason)s. Choose another day.") % {
            "reason": error.closure.reason
        }
    return {
        "taken": _(
            "Somebody else has just taken this time. Choose another one: what you wrote is still here."
        ),
        "past": _("This time is over. Choose a later one."),
        "notice": _(
            "This time is too soon: it can no longer be booked here. Choose a later one, or call the desk."
        ),
        "interpreter": _("We need some days to find an interpreter. Choose a later time."),
        "horizon": _("This is too far ahead: it cannot be booked yet. Choose an earlier time."),
        "holiday": _("That day is a public holiday: the desk is closed. Choose another day."),
        "hours": _("The desk is not open then. Choose one of the times below."),
        "language": _("Nobody speaks this language at that time. Choose one of the times below."),
        "unspoken": _("Nobody at this desk speaks this language. Ask for an interpreter: it costs nothing."),
        "topic": _("One cannot come to this desk for this. Choose again."),
        "moves": _("This appointment was moved many times today. Move it tomorrow, or call the desk."),
        "begun": _("It has begun already: it can no longer be changed here. Call the desk."),
    }[error.code]


def too_many() -> str:
    return _(
        "Too many appointments were booked from here or with this contact; %(most)d at a time is the most. Call the "
        "desk: we find a way."
    ) % {"most": OPEN_BY_CONTACT}
