"""Who may. `AgreementQuerySet.visible_to` is `view_savingsagreement` for many."""

import rules

from risparmio.roles import advises, keeps_books, reader


@rules.predicate
def is_theirs(user, agreement) -> bool:
    """An adult of the household, today."""
    if agreement is None or not user.is_authenticated or not user.is_active:
        return False
    return type(agreement).objects.filter(pk=agreement.pk).of_adult(user).exists()


@rules.predicate
def acts_for_it(user, agreement) -> bool:
    """An adult who lives in the household now: whoever has moved out reads what had ended, and does no more."""
    if not is_theirs.test(user, agreement):
        return False
    if agreement.closed_on is None:
        return True
    return agreement.tenancy.household.members.filter(person=user, is_adult=True, until=None).exists()


@rules.predicate
def may_view_agreement_of(user, thing) -> bool:
    """Of what belongs to an agreement: a plan, a receipt, a payout."""
    return thing is not None and view.test(user, thing.agreement)


view = is_theirs | reader

rules.add_perm("risparmio.view_savingsagreement", view)
rules.add_perm("risparmio.view_savingsplan", may_view_agreement_of)
rules.add_perm("risparmio.view_finalstatement", may_view_agreement_of)


@rules.predicate
def lives_there(user, tenancy) -> bool:
    return tenancy is not None and tenancy.household.members.filter(person=user, until=None).exists()


# Asked of a tenancy: whoever opens it signs for the agency, and lives there for the household.
rules.add_perm("risparmio.open_savingsagreement", (advises | keeps_books) & ~lives_there)
rules.add_perm("risparmio.sign_for_household", acts_for_it)
# Nobody signs for both: whoever works for the agency and lives under an agreement is a household in that one.
rules.add_perm("risparmio.sign_for_agency", (advises | keeps_books) & ~is_theirs)
rules.add_perm("risparmio.write_down_signature", (advises | keeps_books) & ~is_theirs)
rules.add_perm("risparmio.change_savingsagreement", (advises | keeps_books) & ~is_theirs)
rules.add_perm("risparmio.match_savingsagreement", keeps_books & ~is_theirs)
# Of all, in one list; and who finds a tenancy to open one for.
rules.add_perm("risparmio.list_savingsagreements", reader)
rules.add_perm("risparmio.open_savingsagreements", advises | keeps_books)
