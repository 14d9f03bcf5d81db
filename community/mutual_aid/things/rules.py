"""Who may do what with a thing and with a loan. `workflow.py` says when; the querysets ask the same for many."""

import rules

from community.mutual_aid.taking_part import needs_nobody, takes_part
from community.safety.areas import answers_for_area
from community.safety.roles import caseworker

from .words import ThingState


@rules.predicate
def keeps(user, thing) -> bool:
    return thing is not None and user.is_active and thing.is_kept_by(user)


@rules.predicate
def is_meant(user, thing) -> bool:
    """For them, shown, and of nobody with whom they are blocked."""
    if thing is None or thing.hidden_at or thing.state == ThingState.WRITTEN_OFF:
        return False
    return thing.is_within_reach_of(user) and not thing.is_kept_from(user)


@rules.predicate
def has_reserved(user, thing) -> bool:
    return thing is not None and user.is_authenticated and user.is_active and thing.is_borrowed_by(user)


@rules.predicate
def coordinates_thing(user, thing) -> bool:
    return thing is not None and answers_for_area(user, thing.municipality_id)


@rules.predicate
def is_orphaned(user, thing) -> bool:
    """Nobody keeps it, and it is nobody's own."""
    return thing is not None and thing.owner_id is None and not thing.keepers


@rules.predicate
def borrows(user, reservation) -> bool:
    return reservation is not None and user.is_active and reservation.person_id == user.pk


@rules.predicate
def keeps_what_is_lent(user, reservation) -> bool:
    return reservation is not None and keeps.test(user, reservation.thing)


# The agency first: of its caseworkers nothing else has to be asked.
rules.add_perm("community.view_thing", caseworker | is_meant | keeps | coordinates_thing | has_reserved)
rules.add_perm("community.discuss_thing", keeps | has_reserved)
rules.add_perm("community.add_thing", takes_part)
rules.add_perm("community.reserve_thing", is_meant & takes_part)
# Who has it while it is late, and who had it last once nobody knows where it is.
rules.add_perm("community.view_last_loan", keeps | coordinates_thing)
rules.add_perm("community.change_thing", keeps)
rules.add_perm("community.label_thing", keeps)
for _verb in ("pause", "damage", "mend", "lose", "find", "lend"):
    rules.add_perm(f"community.{_verb}_thing", keeps)
rules.add_perm("community.resume_thing", keeps & needs_nobody)
rules.add_perm("community.write_off_thing", coordinates_thing)
rules.add_perm("community.take_on_thing", is_orphaned & coordinates_thing)

rules.add_perm("community.view_reservation", borrows | keeps_what_is_lent)
for _verb in ("accept", "decline"):
    rules.add_perm(f"community.{_verb}_reservation", keeps_what_is_lent)
for _verb in ("cancel", "pick_up", "give_back", "lose"):
    rules.add_perm(f"community.{_verb}_reservation", borrows | keeps_what_is_lent)
rules.add_perm("community.renew_reservation", borrows & needs_nobody)
