"""Who may do what with shifts. `workflow.py` says when; the querysets' `visible_to` and `run_by` say it for many."""

import rules

from community.mutual_aid.neighbourhood import coordinated_by, reach_of
from community.mutual_aid.taking_part import may_run, takes_part
from community.safety.areas import answers_for_area
from community.safety.roles import caseworker

from .models import Shift, ShiftPlace, ShiftPlan


def _plan(about) -> ShiftPlan | None:
    """Of a plan, a shift or a place the plan."""
    if isinstance(about, ShiftPlace):
        about = about.shift
    return about.plan if isinstance(about, Shift) else about


@rules.predicate
def runs(user, about) -> bool:
    """Who organizes it, and whoever coordinates the organization that runs it; no minor without a parent's word."""
    plan = _plan(about)
    if plan is None or not user.is_authenticated or not user.is_active:
        return False
    keeps = plan.organizer_id == user.pk or plan.host_id in coordinated_by(user)
    return keeps and may_run.test(user)


@rules.predicate
def belongs(user, about) -> bool:
    plan = _plan(about)
    return plan is not None and plan.is_within_reach_of(user)


@rules.predicate
def is_of_the_host(user, about) -> bool:
    """A member of the organization that runs it."""
    plan = _plan(about)
    return plan is not None and plan.host_id in reach_of(user).organizations


@rules.predicate
def has_a_place(user, shift) -> bool:
    return (
        isinstance(shift, Shift)
        and user.pk is not None
        and shift.places.taken().believed().filter(person=user).exists()
    )


@rules.predicate
def was_there(user, about) -> bool:
    """As somebody else has said."""
    shift = about.shift if isinstance(about, ShiftPlace) else about
    return (
        isinstance(shift, Shift)
        and user.pk is not None
        and shift.places.were_there().filter(person=user).exists()
    )


@rules.predicate
def answers_for_the_area(user, about) -> bool:
    plan = _plan(about)
    # Only coordinators do, besides caseworkers, who are asked for by themselves.
    return plan is not None and bool(coordinated_by(user)) and answers_for_area(user, plan.municipality_id)


@rules.predicate
def waits_for_their_word(user, shift) -> bool:
    """Whoever organizes it has noted their own presence, and nobody else has said so yet."""
    if not isinstance(shift, Shift) or not user.is_active:
        return False
    return shift.places.to_confirm_by(user).of_organizers().exists()


@rules.predicate
def plans(user) -> bool:
    """Whoever coordinates an organization, and the agency."""
    return bool(caseworker(user) or coordinated_by(user))


rules.add_perm("community.view_shiftplan", caseworker | runs | belongs)
# That somebody was there who has noted it alone; of themselves nobody says so (presence.py).
vouches = caseworker | runs | is_of_the_host | answers_for_the_area | was_there

rules.add_perm("community.vouch_in_shift", vouches)
rules.add_perm(
    "community.view_shift",
    caseworker | runs | belongs | (vouches & waits_for_their_word) | has_a_place,
)
rules.add_perm("community.discuss_shift", has_a_place | runs)  # in the order of what it costs
rules.add_perm("community.run_shifts", caseworker | runs)  # asked of a plan, a shift or a place
rules.add_perm("community.join_shift", belongs & takes_part)
rules.add_perm("community.see_who_is_in_shift", caseworker | runs | has_a_place)
rules.add_perm("community.plan_shifts", plans)
