"""What happens to an agreement. Whoever reads a history of it has asked: a household's money is confidential."""

from django.utils.translation import gettext_lazy as _

from portal.extensions import EventKind

EVENTS = tuple(
    EventKind(key=f"risparmio.{fact}", sentence=sentence, icon=icon, confidential=True)
    for fact, sentence, icon in (
        ("agreement.opened", _("%(actor)s opened the savings agreement"), "piggy-bank"),
        ("agreement.matched", _("The agency added its share"), "hand-coins"),
        ("agreement.supported", _("%(actor)s wrote down who else pays in"), "heart-handshake"),
        ("agreement.closed", _("The savings agreement has ended: all was given back"), "circle-check"),
        ("plan.proposed", _("%(actor)s proposed a plan"), "calendar-days"),
        ("plan.agreed", _("%(actor)s signed the plan: it holds now"), "signature"),
        ("plan.declined", _("%(actor)s did not agree to the plan"), "x"),
        ("plan.withdrawn", _("%(actor)s took the proposed plan back"), "undo-2"),
        ("talk.wanted", _("%(actor)s would like to talk about the savings"), "message-circle"),
        ("talk.ended", _("%(actor)s wrote down that the talk is over"), "check"),
        ("exit.asked", _("%(actor)s said that the household moves on"), "door-open"),
        ("exit.begun", _("%(actor)s wrote down that the household moves on"), "door-open"),
        ("exit.taken_back", _("%(actor)s wrote down that the household stays"), "undo-2"),
        ("final.drawn", _("%(actor)s wrote the final statement"), "file-text"),
        ("final.signed", _("%(actor)s signed the final statement"), "signature"),
    )
)
