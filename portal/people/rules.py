import rules

from portal.access import has_any_role, has_role

from .papers.models import may_have_a_paper

rules.add_perm("portal.view_day", has_any_role)
rules.add_perm("portal.view_indicators", has_role("portal.auditor", "portal.administrator"))
rules.add_perm("portal.give_role", has_role("portal.administrator"))

records_delegations = has_role("portal.caseworker")


@rules.predicate
def is_of_delegation(user, delegation) -> bool:
    mine = user.pk in (delegation.principal_id, delegation.delegate_id) if delegation is not None else False
    return mine and user.is_active


rules.add_perm("portal.record_delegation", records_delegations)
rules.add_perm("portal.view_delegation", records_delegations | is_of_delegation)
decides = has_role("portal.caseworker", "portal.administrator")


@rules.predicate
def is_member(user, organization) -> bool:
    if organization is None or not user.is_authenticated or not user.is_active:
        return False
    return organization.members.current().filter(person=user).exists()


@rules.predicate
def is_coordinator(user, organization) -> bool:
    if organization is None or not user.is_authenticated or not user.is_active:
        return False
    return organization.is_coordinated_by(user)


@rules.predicate
def coordinates_where_they_want_to_join(user, request) -> bool:
    return (
        request is not None
        and request.organization_id is not None
        and is_coordinator.test(user, request.organization)
    )


rules.add_perm("portal.decide_join_request", decides)
rules.add_perm("portal.check_volunteers", decides)
rules.add_perm("portal.view_organization", decides | is_member)  # asked for an organization, as the next two
rules.add_perm("portal.coordinate_organization", is_coordinator)
rules.add_perm("portal.end_membership", decides | is_coordinator)
rules.add_perm("portal.vouch_join_request", coordinates_where_they_want_to_join)
rules.add_perm("portal.register_household", has_role("portal.caseworker", "portal.administrator"))


@rules.predicate
def is_theirs_to_let_in(user, person) -> bool:
    """Somebody else. A letter opens the account whole: one with a role is opened by an administrator only, and one with
    the keys to everything by whoever has them too."""
    if person is None:
        return True
    if person == user or (person.is_superuser and not user.is_superuser):
        return False
    return user.has_role("portal.administrator") or not person.role_keys


lets_in = has_role("portal.caseworker", "portal.administrator") & is_theirs_to_let_in
rules.add_perm("portal.invite_person", lets_in)  # asked for a person, as the next
rules.add_perm("portal.bring_back", lets_in)


@rules.predicate
def is_somebody_else_without_a_role(user, person) -> bool:
    return person is None or (person != user and may_have_a_paper(person))


rules.add_perm(
    "portal.print_sign_in_code",
    has_role("portal.caseworker", "portal.administrator") & is_somebody_else_without_a_role,
)
