"""An exchange in one sentence, told to one of its two: who offers or asks, who helps whom, or was to."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from community.safety.names import first_name
from portal.ui.words import isolated

from .words import HELD, State

# By the side of whoever reads it.
_OFFERED = {"giver": _("You offered %(name)s your help"), "receiver": _("%(name)s offers you help")}
_ASKED = {"giver": _("%(name)s asks you for help"), "receiver": _("You asked %(name)s for help")}
_HAD_OFFERED = {**_OFFERED, "receiver": _("%(name)s offered you help")}
_HAD_ASKED = {**_ASKED, "giver": _("%(name)s asked you for help")}
_HELP = {"giver": _("You help %(name)s"), "receiver": _("%(name)s helps you")}
_HELPED = {"giver": _("You helped %(name)s"), "receiver": _("%(name)s helped you")}
_WERE_TO = {"giver": _("You were to help %(name)s"), "receiver": _("%(name)s was to help you")}

_NOTHING_CAME = (State.DECLINED, State.WITHDRAWN, State.LAPSED)
_OPEN_WHETHER = (State.CANCELLED, State.UNCONFIRMED, State.DISPUTED)


def told_to(exchange: Any, reader: Any) -> str:
    """ "" for whoever takes no part, and where the other is gone: what they asked or offered is forgotten with them."""
    side, other = exchange.side_of(reader), exchange.other_than(reader)
    if not side or other is None:
        return ""
    name = first_name(other) if isinstance(other, get_user_model()) else str(other)
    return _sentences_of(exchange)[side] % {"name": isolated(name)}


def booked(exchange: Any, reader: Any) -> str:
    """Who helped whom, and with what; without the other where they are gone. "" for whoever takes no part."""
    side, what = exchange.side_of(reader), isolated(str(exchange))
    if not side:
        return ""
    if exchange.other_than(reader) is None:
        return gettext("An exchange: %(what)s") % {"what": what}
    return f"{_HELPED[side] % {'name': isolated(exchange.shown_to(reader))}} · {what}"


def _sentences_of(exchange: Any) -> dict[str, Any]:
    # Whoever answers a request offers; whoever answers an offer asks for it.
    is_offered = exchange.author_side == "receiver"
    if exchange.state == State.PROPOSED:
        return _OFFERED if is_offered else _ASKED
    if exchange.state in _NOTHING_CAME:
        return _HAD_OFFERED if is_offered else _HAD_ASKED
    if exchange.state in HELD:
        return _HELPED if exchange.booked_minutes else _WERE_TO
    return _WERE_TO if exchange.state in _OPEN_WHETHER else _HELP
