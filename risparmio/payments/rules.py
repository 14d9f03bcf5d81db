"""Who may. `workflow.py` says when. Nobody decides on their own household's money, whatever roles they hold."""

import rules

from risparmio.agreements.rules import acts_for_it, is_theirs, may_view_agreement_of
from risparmio.roles import advises, approves, audits, keeper, keeps_books, reader


@rules.predicate
def is_of_their_household(user, payout) -> bool:
    return payout is not None and is_theirs.test(user, payout.agreement)


@rules.predicate
def acts_for_their_household(user, payout) -> bool:
    return payout is not None and acts_for_it.test(user, payout.agreement)


@rules.predicate
def asked_for_it(user, payout) -> bool:
    return payout is not None and user.is_authenticated and payout.requested_by_id == user.pk


@rules.predicate
def took_it(user, receipt) -> bool:
    """Also where it stands instead of another one, which they wrote: the cash was on their table."""
    return receipt is not None and user.pk in receipt.taken_by


@rules.predicate
def carried_it(user, trip) -> bool:
    return trip is not None and trip.carried_by_id == user.pk


@rules.predicate
def wrote_the_signature_down(user, payout) -> bool:
    return payout is not None and user.is_authenticated and payout.signed_by_id == user.pk


@rules.predicate
def said_yes_to_it(user, payout) -> bool:
    return payout is not None and user.pk in (payout.approved_by_id, payout.seconded_by_id)


@rules.predicate
def told_the_bank(user, payout) -> bool:
    return payout is not None and user.is_authenticated and payout.ordered_by_id == user.pk


stranger = ~is_of_their_household

rules.add_perm("risparmio.view_cashreceipt", may_view_agreement_of)
rules.add_perm("risparmio.view_payout", may_view_agreement_of)
rules.add_perm("risparmio.view_cash", reader)
rules.add_perm("risparmio.view_approvals", approves | audits)
rules.add_perm("risparmio.view_transferorder", keeper)

rules.add_perm("risparmio.take_cash", ~is_theirs & (advises | keeps_books))  # asked of an agreement
rules.add_perm("risparmio.take_back_cashreceipt", (advises | keeps_books) & ~took_it & stranger)
rules.add_perm("risparmio.count_cash", advises | keeps_books)
rules.add_perm("risparmio.take_back_cashtrip", (advises | keeps_books) & ~carried_it)
rules.add_perm("risparmio.keep_savings", keeps_books)
# Not the treasurer, who tells the bank: whoever writes down where money goes does not send it there.
rules.add_perm("risparmio.request_payout", acts_for_it | advises)  # asked of an agreement

rules.add_perm("risparmio.approve_payout", approves & ~asked_for_it & ~wrote_the_signature_down & stranger)
rules.add_perm("risparmio.refuse_payout", approves & ~asked_for_it & ~wrote_the_signature_down & stranger)
rules.add_perm("risparmio.withdraw_payout", acts_for_their_household | asked_for_it)
rules.add_perm("risparmio.sign_payout", acts_for_their_household)
rules.add_perm("risparmio.write_down_signature_of_payout", (advises | keeps_books) & ~asked_for_it & stranger)
# Whoever holds both roles does not say yes and tell the bank, too.
rules.add_perm("risparmio.order_payout", keeps_books & ~asked_for_it & ~said_yes_to_it & stranger)
# Whoever told the bank does not take it back: the household would have it twice, and one person know.
rules.add_perm(
    "risparmio.give_up_payout", (keeps_books | approves) & ~asked_for_it & ~told_the_bank & stranger
)
