"""What waits for a party to a case: words to read, a mediator to say yes or no to, an invitation to answer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from community.mediation.models import Case, Mediator, Party
from community.mediation.pages.waiting import Waiting
from community.mediation.rooms import Carrying
from community.mediation.words import OPEN, TALKING, Answer, MediatorState, State
from portal.ui.words import isolated


def waiting_for(case: Case, user: Any) -> list[Waiting]:
    """The most pressing first. The database is asked four times at most, and of a case `with_people` once."""
    if case.state not in OPEN or not user.is_authenticated:
        return []
    party = next(iter(case.parts_of(user)), None)
    if party is None:
        return []
    if party.answer == Answer.WAITING:
        return [_invitation(case)] if party.invited_at is not None and case.state == State.INVITING else []
    if party.answer != Answer.YES:
        return []
    words = party.has_asked and case.state == State.INTAKE and case.invitation_agreed_at is None
    return [
        *([_words(case)] if words and case.invitation and not case.objection else []),
        *(_mediator(case, row) for row in unanswered(case, party)),
        *(_carrying(row) for row in asked_to_carry(case, user)),
    ]


def unanswered(case: Case, party: Party) -> list[Mediator]:
    """The proposed mediators to whom a party has said nothing yet."""
    if not any(row.state == MediatorState.PROPOSED for row in case.mediators.all()):
        return []
    return list(case.mediators.proposed().exclude(consents__party=party).select_related("person"))


def asked_to_carry(case: Case, user: Any) -> Iterable[Carrying]:
    """What they have said alone, and are asked whether it may be said to all: there are rooms while people talk."""
    return Carrying.objects.asked_of(user).filter(word__room__case=case) if case.state in TALKING else ()


def _invitation(case: Case) -> Waiting:
    return Waiting(
        _("Read the invitation, and answer"), reverse("community:mediation_answer", args=[case.pk]), "mail"
    )


def _words(case: Case) -> Waiting:
    url = reverse("community:mediation_words", args=[case.pk])
    return Waiting(_("Read the words of the invitation before it goes out"), url, "pencil")


def _carrying(row: Carrying) -> Waiting:
    url = reverse("community:mediation_carry", args=[row.word_id])
    title = _("The mediator asks whether something that you said earlier may be said to all.")
    return Waiting(title, url, "circle-question-mark")


def _mediator(case: Case, row: Mediator) -> Waiting:
    url = reverse("community:mediation_consent", args=[case.pk, row.pk])
    title = _("Say whether %(name)s may mediate") % {"name": isolated(str(row.person))}
    return Waiting(title, url, "user-check")
