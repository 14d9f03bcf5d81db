"""The facts of conversations, and how a history tells them."""

from django.utils.translation import gettext_lazy as _

from portal.extensions import EventKind

from .workflow import FACTS

KINDS = (
    EventKind(key=FACTS["send"], sentence=_("%(actor)s wrote a message"), icon="message-circle"),
    EventKind(key=FACTS["edit"], sentence=_("%(actor)s changed a message"), icon="pencil"),
    EventKind(key=FACTS["delete"], sentence=_("%(actor)s deleted a message"), icon="trash-2"),
    EventKind(
        key=FACTS["moderate"],
        sentence=_("A message was looked at by whoever answers for the area"),
        icon="eye-off",
    ),
    EventKind(key=FACTS["note"], sentence=_("Something was noted in a conversation"), icon="info"),
)
