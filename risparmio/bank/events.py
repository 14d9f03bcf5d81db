"""What a bank's statements bring. Never an amount."""

from django.utils.translation import gettext_lazy as _

from portal.extensions import EventKind

EVENTS = tuple(
    EventKind(key=f"risparmio.{fact}", sentence=sentence, icon=icon, confidential=True)
    for fact, sentence, icon in (
        ("statement.read", _("%(actor)s read a bank statement"), "landmark"),
        ("saving.arrived", _("A transfer has arrived"), "piggy-bank"),
        ("saving.taken_back", _("A transfer was taken back: it was of somebody else"), "undo-2"),
        ("line.settled", _("%(actor)s said what a line of a bank statement is"), "check"),
        ("line.put_right", _("%(actor)s put a line of a bank statement right"), "undo-2"),
        ("line.asked", _("%(actor)s asked for a yes to what a line of a bank statement is"), "hourglass"),
        ("line.approved", _("%(actor)s said yes to what a line of a bank statement is"), "check"),
        ("line.refused", _("%(actor)s said no to what a line of a bank statement was to be"), "x"),
        ("columns.described", _("%(actor)s described the columns of a bank's files"), "table-2"),
        (
            "opening.taken_back",
            _("%(actor)s took back what was booked as the opening of a bank account"),
            "undo-2",
        ),
        (
            "difference.explained",
            _("%(actor)s explained a difference between bank and book"),
            "message-circle",
        ),
        ("opening.booked", _("%(actor)s booked what lay in a bank account before"), "landmark"),
    )
)
