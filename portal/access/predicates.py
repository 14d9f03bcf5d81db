import rules


def has_role(*keys: str) -> rules.Predicate:
    """True for whoever holds one of the roles now."""

    @rules.predicate(name=f"has_role:{'|'.join(keys)}")
    def predicate(user) -> bool:
        return user.is_authenticated and not user.role_keys.isdisjoint(keys)

    return predicate


@rules.predicate
def has_any_role(user) -> bool:
    """True for whoever works for the agency or on its behalf, in whatever role."""
    return user.is_authenticated and bool(user.role_keys)
