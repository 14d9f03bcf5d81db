"""What goals know about a person: what a household dreams of, in its own words."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from portal.extensions import PersonalData
from risparmio.agreements.models import SavingsAgreement
from risparmio.agreements.privacy import ended_of

from .models import SavingsGoal


def export_goals(user) -> Iterator[dict]:
    for goal in SavingsGoal.objects.filter(agreement__in=SavingsAgreement.objects.of_adult(user)):
        yield {"name": goal.name, "target_cents": goal.target, "set_aside_cents": goal.set_aside}


def erase_goals(user) -> int:
    """Once the household has everything back. Until then they are the other adults' too."""
    return SavingsGoal.objects.filter(agreement__in=ended_of(user).values("pk")).delete()[0]


DATA = (
    PersonalData(
        key="risparmio.SavingsGoal",
        title=_("Your household's own goals"),
        labels={
            "target_cents": _("How much is needed (cents)"),
            "set_aside_cents": _("Set aside for it (cents)"),
        },
        export=export_goals,
        erase=erase_goals,
        retention=None,
        reason=_("As long as the savings agreement it belongs to."),
    ),
)
