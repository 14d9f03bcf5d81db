"""What happens to an agreement. Whoever reads a history of it has asked: a household's money is confidential."""

from django.utils.translation import gettext_lazy as _

from portal.extensions import EventKind

EVENTS = tuple(
    EventKind(key=f"risparmio.{fact}", sentence=sentence, icon=icon, confidential=True)
    for fact, sentence, icon in (
        ("agreement.opened", _("%(actor)s opened the savings agreement"), "piggy-bank"),
        ("plan.proposed", _("%(actor)s proposed a plan"), "calendar-days"),
        ("plan.agreed", _("%(actor)s signed the plan: it holds now"), "signature"),
        ("plan.declined", _("%(actor)s did not agree to the plan"), "x"),
        ("plan.withdrawn", _("%(actor)s took the proposed plan back"), "undo-2"),
    )
)
