"""What comes round by itself. It may run late, and twice."""

from __future__ import annotations

from django.utils import timezone

from .models import SHORT, Shift, ShiftPlan


def lay_out() -> None:
    """The shifts of the coming four weeks, of every plan that goes on."""
    for plan in ShiftPlan.objects.running():
        plan.lay_out()


def call_out() -> None:
    """Shifts that begin soon and lack somebody: those who know the work are asked, once a shift."""
    soon = Shift.objects.coming().starting_before(timezone.now() + SHORT).filter(called_out_at=None)
    for shift in soon.short().with_plans():
        shift.call_out()
