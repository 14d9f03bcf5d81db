"""The facts of safety. All are confidential: they stand in no history that neighbours read."""

from django.utils.translation import gettext_lazy as _

from portal.extensions import EventKind

KINDS = (
    EventKind(
        key="community.block.made",
        sentence=_("%(actor)s keeps somebody at a distance"),
        icon="shield",
        confidential=True,
    ),
    EventKind(
        key="community.abusereport.made", sentence=_("%(actor)s reported it"), icon="flag", confidential=True
    ),
    EventKind(
        key="community.abusereport.upheld",
        sentence=_("%(actor)s decided to take it away"),
        icon="ban",
        confidential=True,
    ),
    EventKind(
        key="community.abusereport.dismissed",
        sentence=_("%(actor)s decided that it stays"),
        icon="check",
        confidential=True,
    ),
    EventKind(
        key="community.abusereport.reversed",
        sentence=_("%(actor)s decided to bring it back"),
        icon="rotate-ccw",
        confidential=True,
    ),
    EventKind(
        key="community.abusereport.hidden",
        sentence=_("It was taken away"),
        icon="eye-off",
        confidential=True,
    ),
    EventKind(
        key="community.abusereport.warned",
        sentence=_("Whoever did it was told"),
        icon="triangle-alert",
        confidential=True,
    ),
    EventKind(
        key="community.abusereport.restored",
        sentence=_("It was brought back"),
        icon="eye",
        confidential=True,
    ),
    EventKind(
        key="community.approval.asked",
        sentence=_("%(actor)s asked at home whether they may take part"),
        icon="hand",
        confidential=True,
    ),
    EventKind(
        key="community.approval.given",
        sentence=_("%(actor)s lets them take part"),
        icon="user-check",
        confidential=True,
    ),
    EventKind(
        key="community.approval.withdrawn",
        sentence=_("%(actor)s does not let them take part any more"),
        icon="user-x",
        confidential=True,
    ),
)
