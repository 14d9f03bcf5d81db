"""What a request needs next, and whether that is for whoever coordinates or for somebody else to do."""

from __future__ import annotations

from django.db import models
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from community.mediation.models import Case, Consent, Mediator, Party
from community.mediation.querysets import CaseQuerySet
from community.mediation.words import Answer, Side, State


class Need(models.TextChoices):
    """In the order in which a list shows them: first what waits for whoever coordinates."""

    LOOK = "look", _("Look at it")
    OTHER_SIDE = "other_side", _("Say who the other side is")
    MEDIATOR = "mediator", _("Needs a mediator")
    WORDS = "words", _("Put the invitation into words")
    INVITE = "invite", _("Ready to invite")
    AGREE = "agree", _("Waits for whoever asked to agree to the words")
    ACCEPT = "accept", _("Waits for whoever asked to accept the mediator")
    ANSWER = "answer", _("Invited: waits for an answer")

    @property
    def is_ours(self) -> bool:
        return self not in (Need.AGREE, Need.ACCEPT, Need.ANSWER)

    @property
    def icon(self) -> str:
        return {
            Need.LOOK: "eye",
            Need.OTHER_SIDE: "users",
            Need.MEDIATOR: "user-search",
            Need.WORDS: "pencil",
            Need.INVITE: "mail",
        }.get(self, "hourglass")


def with_needs(cases: CaseQuerySet) -> CaseQuerySet:
    """With what `needs_of` reads, in the same question."""
    of_case = {"case": OuterRef("pk")}
    said_yes = Consent.objects.filter(mediator=OuterRef(OuterRef("pk")), party=OuterRef("pk"), yes=True)
    unheard = Party.objects.filter(~Exists(said_yes), case=OuterRef("case"), answer=Answer.YES)
    proposed = Mediator.objects.proposed().filter(**of_case)
    return cases.annotate(
        names_other_side=Exists(Party.objects.still_named().filter(side=Side.OTHER, **of_case)),
        has_mediator=Exists(Mediator.objects.standing().filter(**of_case)),
        lacks_a_yes=Exists(proposed.filter(Exists(unheard))),
        has_words=ExpressionWrapper(
            Q(invitation__isnull=False, objection__isnull=True), output_field=BooleanField()
        ),
    )


def needs_of(case: Case) -> list[Need]:
    """What is missing before it goes on, the next thing first. The case is one of `with_needs`."""
    if case.state == State.REQUESTED:
        return [Need.LOOK]
    if case.state == State.INVITING:
        return [Need.ANSWER] if case.has_mediator else [Need.MEDIATOR, Need.ANSWER]
    if case.state != State.INTAKE:
        return [] if case.has_mediator else [Need.MEDIATOR]
    missing = [
        (Need.OTHER_SIDE, not case.names_other_side),
        (Need.MEDIATOR, not case.has_mediator),
        (Need.WORDS, not case.has_words),
        (Need.AGREE, case.has_words and case.invitation_agreed_at is None),
        (Need.ACCEPT, case.lacks_a_yes),
    ]
    return [need for need, is_missing in missing if is_missing] or [Need.INVITE]
