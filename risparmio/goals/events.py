"""What a household does with its own goals. Never an amount, nor what a goal is."""

from django.utils.translation import gettext_lazy as _

from portal.extensions import EventKind

EVENTS = tuple(
    EventKind(key=f"risparmio.goal.{fact}", sentence=sentence, icon=icon, confidential=True)
    for fact, sentence, icon in (
        ("begun", _("%(actor)s began a goal of their own"), "flag"),
        ("changed", _("%(actor)s changed a goal of their own"), "pencil"),
        ("set", _("%(actor)s split what is free anew"), "chart-pie"),
        ("finished", _("%(actor)s has reached a goal of their own"), "party-popper"),
        ("removed", _("%(actor)s put a goal of their own away"), "x"),
    )
)
