import rules

from portal.access import has_role

KEEPERS = ("portal.caseworker", "portal.administrator")
keeps_the_register = has_role(*KEEPERS)


@rules.predicate
def is_own(user, thing) -> bool:
    return thing is not None and user.is_authenticated and user.is_active and thing.person_id == user.pk


@rules.predicate
def is_somebody_elses(user, request) -> bool:
    return request is None or request.person_id != user.pk


rules.add_perm("portal.view_erasures", keeps_the_register)  # the list
rules.add_perm("portal.view_erasurerequest", keeps_the_register | is_own)
# Nobody decides on their own.
rules.add_perm("portal.confirm_erasure", keeps_the_register & is_somebody_elses)
rules.add_perm("portal.view_dataexport", is_own)
rules.add_perm("portal.view_retention", has_role("portal.administrator"))
