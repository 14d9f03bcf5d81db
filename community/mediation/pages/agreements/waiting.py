"""What an agreement asks of somebody, and how it stands: for the page of its case."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _

from community.mediation.agreements import Acceptance, FollowUp, PartysAnswer, Version
from community.mediation.models import Case, Party
from community.mediation.pages.waiting import Waiting
from community.mediation.words import State


def waiting_for(case: Case, user: Any) -> list[Waiting]:
    """A version to accept, a follow-up to answer: of a party. One query, and none where nothing can wait."""
    mine = Party.objects.filter(case=case, person=user).in_it()
    if case.state == State.AGREEMENT:
        return _to_accept(case, user, mine)
    if case.state == State.FOLLOW_UP:
        return _to_answer(case, user, mine)
    return []


def _to_accept(case: Case, user: Any, mine: Any) -> list[Waiting]:
    yes = Acceptance.objects.filter(version=OuterRef("pk"), party__person=user)
    newest = (
        Version.objects.filter(Exists(mine), case=case).annotate(has_yes=Exists(yes)).defer("body").first()
    )
    if newest is None or newest.has_yes:
        return []
    return [
        Waiting(
            title=_("Read the agreement, and say whether you accept it"), url=_url_of(case), icon="file-text"
        )
    ]


def _to_answer(case: Case, user: Any, mine: Any) -> list[Waiting]:
    said = PartysAnswer.objects.filter(follow_up=OuterRef("pk"), party__person=user)
    rows = FollowUp.objects.open().filter(Exists(mine), ~Exists(said), case=case)
    return [
        Waiting(
            title=_("Say how it goes with what you agreed on"), url=row.get_absolute_url(), icon="list-checks"
        )
        for row in rows
    ]


@dataclass(frozen=True)
class Summary:
    """How an agreement stands, in a line: its newest version, and of how many points."""

    number: int
    points: int
    state: str
    url: str


def agreement_for(case: Case, user: Any) -> Summary | None:
    """For whoever may read it; None for everybody else, and before there is one."""
    if not user.has_perm("community.read_agreement_of_case", case):
        return None
    newest = Version.objects.of(case).first()
    if newest is None:
        return None
    newest.case = case  # its key opens it
    return Summary(newest.number, len(newest.points), _state_of(newest), _url_of(case))


def _state_of(version: Version) -> str:
    """Of the newest: what all have accepted stands as long as its case says so; they may be back at the table."""
    case = version.case
    if version.settled_at is not None:
        return _("accepted by all") if case.settled_at is not None else _("once accepted by all")
    return _("on the table") if case.state == State.AGREEMENT else _("not accepted by all")


def _url_of(case: Case) -> str:
    return reverse("community:mediation_agreement", args=[case.pk])
