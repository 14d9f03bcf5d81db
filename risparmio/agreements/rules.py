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
def may_view_agreement_of(user, plan) -> bool:
    return plan is not None and view.test(user, plan.agreement)


view = is_theirs | reader

rules.add_perm("risparmio.view_savingsagreement", view)
rules.add_perm("risparmio.view_savingsplan", may_view_agreement_of)


@rules.predicate
def lives_there(user, tenancy) -> bool:
    return tenancy is not None and tenancy.household.members.filter(person=user, until=None).exists()


# Asked of a tenancy: whoever opens it signs for the agency, and lives there for the household.
rules.add_perm("risparmio.open_savingsagreement", ~lives_there & (advises | keeps_books))
rules.add_perm("risparmio.sign_for_household", is_theirs)
# Nobody signs for both: whoever works for the agency and lives under an agreement is a household in that one.
rules.add_perm("risparmio.sign_for_agency", ~is_theirs & (advises | keeps_books))
rules.add_perm("risparmio.write_down_signature", ~is_theirs & (advises | keeps_books))
