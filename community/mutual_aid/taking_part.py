"""Who takes part in mutual aid: one predicate for the rules of all its rooms."""

import rules

from community.safety.rules import needs_parent

from .neighbourhood import reach_of


@rules.predicate
def takes_part(user) -> bool:
    """Whoever lives in one of our buildings or is a member of an organization; a minor with a parent's word."""
    reach = reach_of(user)
    return bool(reach) and (reach.is_adult or not needs_parent(user))
