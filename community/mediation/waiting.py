"""In which cases something waits for somebody: one question to the database each, for menus and cards."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q, Subquery

from .agreements import Acceptance, FollowUp, PartysAnswer, Version
from .meetings import Meeting
from .models import Case, Consent, Mediator, Party
from .querysets import CaseQuerySet
from .rooms import Carrying, Room
from .words import Answer, State


def to_mediate(mediator: Any) -> CaseQuerySet:
    """Of those that somebody mediates: with words to read, a time to choose, or a meeting to say something of."""
    meetings = Meeting.objects.filter(room__case=OuterRef("pk"))
    found = Case.objects.mediated_by(mediator).talking()
    return found.filter(_unread(mediator) | Exists(meetings.ripe()) | Exists(meetings.to_note()))


def to_answer(party: Any) -> CaseQuerySet:
    """Of those that somebody is a party to: with words to read, or something that they are asked."""
    mine = Party.objects.filter(case=OuterRef("pk"), person=party)
    invited = mine.filter(answer=Answer.WAITING, invited_at__isnull=False)
    worded = Q(
        state=State.INTAKE, invitation__isnull=False, objection__isnull=True, invitation_agreed_at=None
    )
    proposed = Mediator.objects.proposed().filter(case=OuterRef("pk"))
    answered = Consent.objects.filter(mediator=OuterRef("pk"), party__person=party)
    newest = Version.objects.filter(case=OuterRef(OuterRef("pk"))).order_by("-number").values("pk")[:1]
    accepted = Acceptance.objects.filter(party__person=party, version=Subquery(newest))
    asked = FollowUp.objects.open().filter(case=OuterRef("pk"))
    said = PartysAnswer.objects.filter(follow_up=OuterRef("pk"), party__person=party)
    meetings = Meeting.objects.visible_to(party).waiting_for(party).filter(room__case=OuterRef("pk"))
    for_those_in_it = (
        worded
        | Exists(proposed.exclude(Exists(answered)))
        | _unread(party)
        | Exists(meetings)
        | Exists(Carrying.objects.asked_of(party).filter(word__room__case=OuterRef("pk")))
        | Q(state=State.AGREEMENT) & ~Exists(accepted)
        | Exists(asked.exclude(Exists(said)))
    )
    found = Case.objects.taken_part_in_by(party).open()
    return found.filter(Exists(invited) | Exists(mine.in_it()) & for_those_in_it)


def _unread(person: Any) -> Exists:
    rooms = Room.objects.visible_to(person).with_news_for(person)
    return Exists(rooms.filter(case=OuterRef("pk"), unread__gt=0))
