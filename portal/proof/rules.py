import rules

from portal.access import has_role


@rules.predicate
def is_somebody_else(user, person) -> bool:
    """Never for oneself, and never for whoever keeps the installation but by one who does."""
    if person is None:
        return True
    return person.pk != user.pk and person.is_active and (user.is_superuser or not person.is_superuser)


rules.add_perm("portal.take_factors", has_role("portal.administrator") & is_somebody_else)
