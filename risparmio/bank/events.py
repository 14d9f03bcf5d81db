"""What a bank's statements bring. Never an amount."""

from django.utils.translation import gettext_lazy as _

from portal.extensions import EventKind

EVENTS = tuple(
    EventKind(key=f"risparmio.{fact}", sentence=sentence, icon=icon, confidential=True)
    for fact, sentence, icon in (
        ("statement.read", _("%(actor)s read a bank statement"), "landmark"),
        ("saving.arrived", _("A transfer has arrived"), "piggy-bank"),
    )
)
