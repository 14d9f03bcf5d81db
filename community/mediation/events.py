"""The facts of mediation: confidential, all of them, and none says more than that something has happened."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.extensions import EventKind

_SENTENCES = {
    "asked": (_("A mediation was asked for"), "handshake"),
    "taken_up": (_("Somebody looks at it"), "eye"),
    "mediator_proposed": (_("A mediator was proposed"), "user"),
    "mediator_asked": (_("A mediator was asked whether they can"), "user"),
    "mediator_accepted": (_("A mediator was accepted"), "user-check"),
    "mediator_refused": (_("A mediator was not accepted"), "user-x"),
    "mediator_released": (_("A mediator has it no more"), "user-minus"),
    "mediator_gone": (_("Another mediator is looked for"), "user-search"),
    "mediator_alone": (_("The other mediator goes on alone"), "user"),
    "mediator_assigned": (_("Another mediator has come"), "user-check"),
    "invitation_worded": (_("The invitation was put into words"), "pencil"),
    "invitation_objected": (_("Other words were asked for"), "pencil"),
    "invitation_agreed": (_("The words of the invitation were agreed to"), "check"),
    "invited": (_("The other side was invited"), "mail"),
    "recalled": (_("The invitation was taken back"), "undo-2"),
    "reminded": (_("The other side was reminded"), "mail"),
    "accepted": (_("Somebody said yes"), "check"),
    "declined": (_("Somebody said no"), "x"),
    "lapsed": (_("Somebody has not answered for long"), "hourglass"),
    "left": (_("Somebody stopped"), "log-out"),
    "agreed": (_("All have said yes"), "handshake"),
    "begun": (_("The talks began"), "messages-square"),
    "said": (_("Something was said"), "message-circle"),
    "carrying_asked": (_("It was asked whether something may be said to all"), "circle-question-mark"),
    "carried": (_("Something was said to all"), "check"),
    "carrying_refused": (_("Something stays where it was said"), "lock"),
    "entry_shared": (_("A page of a diary was shared"), "book-open"),
    "meeting_proposed": (_("Times for a meeting were proposed"), "calendar"),
    "meeting_answered": (_("Somebody said which times fit"), "calendar"),
    "meeting_fixed": (_("A meeting has a time"), "calendar-check"),
    "meeting_cancelled": (_("A meeting was called off"), "calendar-x"),
    "meeting_near": (_("A meeting is near"), "bell"),
    "tabled": (_("An agreement was put on the table"), "file-text"),
    "version_accepted": (_("Somebody accepted the agreement"), "check"),
    "taken_back": (_("The agreement was taken from the table"), "undo-2"),
    "settled": (_("All have accepted the agreement"), "handshake"),
    "follow_up_asked": (_("It was asked how it goes"), "circle-question-mark"),
    "follow_up_answered": (_("Somebody said how it goes"), "check"),
    "reopened": (_("Back to the table"), "rotate-ccw"),
    "closed": (_("The mediation was closed"), "archive"),
    "preparing_ended": (_("Whoever was preparing it was told"), "bell"),
    "glass_asked": (_("Somebody asked to read a mediation that is not theirs"), "triangle-alert"),
    "glass_waits": (_("Another person is asked whether they agree to that"), "users"),
    "glass_opened": (_("Whoever asked to read it was told"), "bell"),
    "glass_broken": (_("Two people have opened a mediation that is not theirs"), "triangle-alert"),
}

KINDS = tuple(
    EventKind(key=f"community.mediation.{name}", sentence=sentence, icon=icon, confidential=True)
    for name, (sentence, icon) in _SENTENCES.items()
)
