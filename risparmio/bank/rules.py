"""Who may. A bank's line names who paid: those who keep the book see it, and those who check them."""

import rules

from risparmio.agreements.rules import is_theirs
from risparmio.roles import approves, keeper, keeps_books


@rules.predicate
def asked_for_it(user, line) -> bool:
    return line is not None and line.asked_by_id == user.pk


@rules.predicate
def is_or_was_their_households(user, line) -> bool:
    """Also of what it had been taken for: who gets it back is not who says yes."""
    if line is None:
        return False
    of = [line.agreement, *(one.was_of for one in line.corrections.select_related("was_of"))]
    return any(is_theirs.test(user, agreement) for agreement in of if agreement is not None)


rules.add_perm("risparmio.view_bank", keeper)
rules.add_perm("risparmio.view_statementfile", keeper)
rules.add_perm("risparmio.view_statement", keeper)
rules.add_perm("risparmio.view_bankline", keeper)
rules.add_perm("risparmio.read_statement", keeps_books)
rules.add_perm("risparmio.describe_columns", keeps_books)
rules.add_perm("risparmio.book_opening", keeps_books)
rules.add_perm("risparmio.explain_difference", keeps_books)
rules.add_perm("risparmio.settle_bankline", keeps_books)
# The second person, for what one does not say alone.
rules.add_perm("risparmio.approve_bankline", approves & ~asked_for_it & ~is_or_was_their_households)
# Nobody decides on their own household's money.
rules.add_perm("risparmio.credit_savingsagreement", keeps_books & ~is_theirs)
