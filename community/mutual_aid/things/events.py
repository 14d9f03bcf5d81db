"""The facts of things and of their loans. Who borrowed what is confidential: no history of a thing tells it."""

from django.utils.translation import gettext_lazy as _

from portal.extensions import EventKind

_OF_THINGS = (
    ("added", _("%(actor)s lends it"), "package-plus"),
    ("changed", _("%(actor)s changed what is said of it"), "pencil"),
    ("paused", _("%(actor)s does not lend it at the moment"), "pause"),
    ("resumed", _("%(actor)s lends it again"), "play"),
    ("damaged", _("It has to be repaired"), "hammer"),
    ("repaired", _("%(actor)s had it repaired"), "check"),
    ("missing", _("Nobody knows where it is"), "search-x"),
    ("found", _("It has turned up again"), "package-check"),
    ("written_off", _("%(actor)s wrote it off"), "package-x"),
    ("unkept", _("Nobody keeps it any more"), "user-x"),
    ("taken_on", _("%(actor)s keeps it now"), "user-check"),
    ("handed_on", _("It went to the organization that answers for the area"), "building-2"),
    ("left", _("Its owner is gone: whoever had it keeps it"), "package-x"),
)
_OF_LOANS = (
    ("requested", _("%(actor)s asked for it"), "hand"),
    ("reserved", _("%(actor)s reserved it"), "calendar-check"),
    ("accepted", _("%(actor)s said yes"), "check"),
    ("declined", _("%(actor)s said no"), "x"),
    ("cancelled", _("The reservation was cancelled"), "calendar-x"),
    ("lapsed", _("Nobody picked it up"), "hourglass"),
    ("picked_up", _("%(actor)s handed it over or picked it up"), "package-open"),
    ("renewed", _("%(actor)s keeps it longer"), "calendar-plus"),
    ("returned", _("%(actor)s brought it back or took it back"), "package-check"),
    ("lost", _("%(actor)s says that it is lost"), "search-x"),
    ("kept", _("Its owner is gone: it stays where it is"), "package"),
    ("due_soon", _("It is due tomorrow"), "clock"),
    ("due", _("It is due today"), "clock"),
    ("overdue", _("It is late"), "clock-alert"),
)
_OF_PLACES = (
    ("offered", _("It was offered to whoever waits"), "bell-ring"),
    ("ran_out", _("The offer ran out"), "hourglass"),
)

KINDS = (
    *(EventKind(key=f"community.thing.{fact}", sentence=told, icon=icon) for fact, told, icon in _OF_THINGS),
    *(
        EventKind(key=f"community.{noun}.{fact}", sentence=told, icon=icon, confidential=True)
        for noun, facts in (("reservation", _OF_LOANS), ("waitingplace", _OF_PLACES))
        for fact, told, icon in facts
    ),
)
