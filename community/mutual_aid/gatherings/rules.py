"""Who may do what with gatherings. `workflow.py` says when; the querysets say it for many."""

import rules

from community.mutual_aid.neighbourhood import coordinated_by, reach_of
from community.mutual_aid.taking_part import may_run, takes_part
from community.safety.areas import answers_for_area
from community.safety.barriers import unseen_by
from community.safety.roles import caseworker


@rules.predicate
def runs(user, gathering) -> bool:
    """Who organizes it, and whoever coordinates the organization that runs it; no minor without a parent's word."""
    if gathering is None or not user.is_authenticated or not user.is_active:
        return False
    keeps = gathering.organizer_id == user.pk or gathering.host_id in coordinated_by(user)
    return keeps and may_run.test(user)


@rules.predicate
def is_of_the_host(user, gathering) -> bool:
    """A member of the organization that runs it."""
    return gathering is not None and gathering.host_id in reach_of(user).organizations


@rules.predicate
def was_there(user, gathering) -> bool:
    """As somebody else has said."""
    return (
        gathering is not None
        and user.pk is not None
        and gathering.answers.were_there().filter(person=user).exists()
    )


@rules.predicate
def answers_for_the_area(user, gathering) -> bool:
    # Only coordinators do, besides caseworkers, who are asked for by themselves.
    if gathering is None or not coordinated_by(user):
        return False
    return answers_for_area(user, gathering.municipality_id)


@rules.predicate
def waits_for_their_word(user, gathering) -> bool:
    """Whoever organizes it has noted their own presence, and nobody else has said so yet."""
    if gathering is None or not user.is_active:
        return False
    return gathering.answers.to_confirm_by(user).of_organizers().exists()


@rules.predicate
def is_shown(user, gathering) -> bool:
    """What a moderator took out of sight is for those alone who run it."""
    return gathering is not None and gathering.hidden_at is None


@rules.predicate
def answers_for_hours(user) -> bool:
    """Hours come from the bank: whoever coordinates an organization says how many, and the agency."""
    return bool(caseworker(user) or coordinated_by(user))


@rules.predicate
def is_invited(user, gathering) -> bool:
    """By where they belong; not by somebody with whom they are blocked, nor to what was taken out of sight."""
    if gathering is None or gathering.hidden_at is not None:
        return False
    return gathering.is_within_reach_of(user) and gathering.organizer_id not in unseen_by(user)


@rules.predicate
def has_answered(user, gathering) -> bool:
    if gathering is None or gathering.hidden_at is not None or not user.is_active or user.pk is None:
        return False
    answer = gathering.answer_of(user)
    return answer is not None and not answer.is_mere_claim


# That somebody was there who has noted it alone; of themselves nobody says so (presence.py).
vouches = caseworker | runs | (is_shown & (is_of_the_host | answers_for_the_area | was_there))

rules.add_perm("community.vouch_in_gathering", vouches)
rules.add_perm(
    "community.view_gathering",
    caseworker | runs | is_invited | (vouches & waits_for_their_word) | has_answered,
)
rules.add_perm("community.discuss_gathering", has_answered | runs)  # in the order of what it costs
rules.add_perm("community.run_gathering", caseworker | runs)  # sees who comes
rules.add_perm("community.set_hours_of_gathering", answers_for_hours)
rules.add_perm("community.answer_gathering", is_invited & takes_part)
rules.add_perm("community.invite", takes_part)  # neighbours invite neighbours
