"""What happens to the book as a whole. Never an amount."""

from django.utils.translation import gettext_lazy as _

from portal.extensions import EventKind

EVENTS = tuple(
    EventKind(key=f"risparmio.{fact}", sentence=sentence, icon=icon, confidential=True)
    for fact, sentence, icon in (
        ("period.closed", _("%(actor)s closed a period of the book"), "lock"),
        ("book.verified", _("%(actor)s had the whole book checked"), "shield-check"),
        ("archive.sealed", _("%(actor)s had a year put into a sealed archive"), "archive"),
        ("archive.taken", _("%(actor)s took a sealed archive along"), "download"),
    )
)
