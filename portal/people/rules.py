import rules

from portal.access import has_any_role, has_role

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
