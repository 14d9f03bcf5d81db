"""Who may. `user.has_perm("keys.lend_loan", loan)` asks here."""

import rules

from portal.access import has_role

at_the_desk = has_role("keys.desk")


@rules.predicate
def is_borrower(user, loan) -> bool:
    return loan is not None and loan.borrower_id == user.pk


rules.add_perm("keys.view_loan", is_borrower | at_the_desk)
rules.add_perm("keys.lend_loan", at_the_desk)
rules.add_perm("keys.take_back_loan", at_the_desk)
rules.add_perm("keys.withdraw_loan", is_borrower)
