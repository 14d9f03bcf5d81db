"""Two sides sign: the household and the agency, and never one person for both, nor a paper alone with itself."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .errors import NotPossible
from .words import Side

FOUR_EYES = _(
    "Whoever signs for the agency does not write down the household's signature too: ask a colleague."
)


class Signature(models.Model):
    """That one side agrees: who, when, and whether on paper (then `person` is whoever wrote it down).

    What is signed has `signatures`. Nobody stands under it twice (`signed_once`).
    """

    side = models.CharField(max_length=20, choices=Side.choices)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    on_paper = models.BooleanField(default=False)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        abstract = True


def signed_once(what: str, name: str) -> list[models.BaseConstraint]:
    """The constraints of a table of signatures: each side once, nobody twice. what: the field that says under what."""
    return [
        models.UniqueConstraint(fields=[what, "side"], name=f"{name}_signed_once_by_each_side"),
        # Whether they sign for one side or write down from paper that the other has signed: four eyes.
        models.UniqueConstraint(fields=[what, "person"], name=f"{name}_nobody_signs_for_both"),
        models.CheckConstraint(
            condition=Q(on_paper=False) | Q(side=Side.HOUSEHOLD), name=f"{name}_paper_is_the_households"
        ),
    ]


def side_of(user: Any, agreement: Any) -> Side:
    """For whom somebody signs. Raises PermissionDenied for whoever belongs to neither side."""
    # Nobody is both; in this order, whether they live there is asked once.
    if user.has_perm("risparmio.sign_for_agency", agreement):
        return Side.AGENCY
    if user.has_perm("risparmio.sign_for_household", agreement):
        return Side.HOUSEHOLD
    raise PermissionDenied


def side_to_sign(user: Any, agreement: Any, *, on_paper: bool) -> Side:
    """As `side_of`; on paper it is the household's, written down by staff who may. Raises PermissionDenied."""
    if not on_paper:
        return side_of(user, agreement)
    if not user.has_perm("risparmio.write_down_signature", agreement):
        raise PermissionDenied
    return Side.HOUSEHOLD


def put(paper: Any, *, by: Any, side: Side, on_paper: bool, at: Any) -> None:
    """A signature under `paper`, whose row is locked. Raises NotPossible for whoever stands under it already."""
    if paper.signatures.filter(person=by).exists():
        raise NotPossible(FOUR_EYES)
    paper.signatures.create(person=by, side=side, on_paper=on_paper, at=at)


def side_or_none(user: Any, agreement: Any) -> Side | None:
    """As `side_of`, for pages: None for whoever only reads."""
    try:
        return side_of(user, agreement)
    except PermissionDenied:
        return None


def may_sign(user: Any, side: Side | None, signatures: Iterable[Signature]) -> bool:
    """Whether to show the button: their side has not signed, and they do not stand under it for the other."""
    return side is not None and not any(one.side == side or one.person_id == user.pk for one in signatures)


def may_write_down(user: Any, side: Side | None, signatures: Iterable[Signature]) -> bool:
    """Whether staff may write down what the household signed on paper (`write_down_signature` is the agency's)."""
    return side == Side.AGENCY and not any(
        one.side == Side.HOUSEHOLD or one.person_id == user.pk for one in signatures
    )
