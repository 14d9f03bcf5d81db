"""Who writes to the agency, and who reads and answers it.

A thread is one person's: whoever lives, or lived, with them does not read it (THREATS.md, "ex still in the household").
"""

import rules

from portal.access import has_role

answers_letters = has_role("portal.caseworker")


@rules.predicate
def is_adult_of_a_household(user) -> bool:
    return (
        user.is_authenticated
        and user.is_active
        and user.household_memberships.filter(until=None, is_adult=True).exists()
    )


@rules.predicate
def is_own_thread(user, thread) -> bool:
    return thread is not None and user.is_active and user.pk is not None and thread.person_id == user.pk


view = is_own_thread | answers_letters


@rules.predicate
def may_view_thread_of(user, letter) -> bool:
    return letter is not None and view.test(user, letter.thread)


@rules.predicate
def can_be_answered(user, thread) -> bool:
    """An account that is closed reads nothing any more; nobody answers themselves."""
    return thread is not None and thread.person.is_active and thread.person_id != user.pk


rules.add_perm("portal.write_letters", is_adult_of_a_household)
rules.add_perm("portal.answer_letters", answers_letters)
rules.add_perm("portal.view_thread", view)
rules.add_perm("portal.view_letter", may_view_thread_of)
rules.add_perm("portal.answer_thread", answers_letters & can_be_answered)
