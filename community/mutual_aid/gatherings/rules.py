"""Who may do what with gatherings. `workflow.py` says when; the querysets say it for many."""

import rules

from community.mutual_aid.neighbourhood import coordinated_by
from community.mutual_aid.taking_part import takes_part

from .querysets import agency


@rules.predicate
def runs(user, gathering) -> bool:
    """Who organizes it, and whoever coordinates the organization that runs it."""
    if gathering is None or not user.is_authenticated or not user.is_active:
        return False
    return gathering.organizer_id == user.pk or gathering.host_id in coordinated_by(user)


@rules.predicate
def is_invited(user, gathering) -> bool:
    return gathering is not None and gathering.is_within_reach_of(user)


@rules.predicate
def has_answered(user, gathering) -> bool:
    return (
        gathering is not None
        and user.is_active
        and user.pk is not None
        and gathering.answer_of(user) is not None
    )


rules.add_perm("community.view_gathering", agency | runs | is_invited | has_answered)
rules.add_perm("community.discuss_gathering", runs | has_answered)
rules.add_perm("community.run_gathering", agency | runs)  # sees who comes
rules.add_perm("community.answer_gathering", is_invited & takes_part)
rules.add_perm("community.invite", takes_part)  # neighbours invite neighbours
