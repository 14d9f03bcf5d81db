"""Who may. What a household saves for besides is its own business: its adults, and nobody of the agency."""

import rules

from risparmio.agreements.rules import is_theirs


@rules.predicate
def is_of_their_household(user, goal) -> bool:
    return goal is not None and is_theirs.test(user, goal.agreement)


rules.add_perm("risparmio.split_savings", is_theirs)  # asked of an agreement
rules.add_perm("risparmio.view_savingsgoal", is_of_their_household)
