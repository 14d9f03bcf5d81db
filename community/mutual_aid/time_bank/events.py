"""The time bank's facts. What an exchange or a shift books, its own fact tells."""

from django.utils.translation import gettext_lazy as _

from portal.extensions import EventKind

EVENTS = (
    EventKind(
        key="community.hours.given",
        sentence=_("%(actor)s gave hours to the common pot"),
        icon="gift",
        confidential=True,
    ),
    EventKind(
        key="community.hours.near_limit",
        sentence=_("The account came near its limit"),
        icon="hourglass",
        confidential=True,
    ),
    *(
        EventKind(key=f"community.pot_request.{fact}", sentence=sentence, icon=icon, confidential=True)
        for fact, sentence, icon in (
            ("asked", _("%(actor)s asked the common pot for hours"), "hand-helping"),
            ("granted", _("%(actor)s granted hours from the common pot"), "check"),
            ("declined", _("%(actor)s could not grant hours from the common pot"), "x"),
            ("withdrawn", _("%(actor)s took the question back"), "undo-2"),
        )
    ),
)
