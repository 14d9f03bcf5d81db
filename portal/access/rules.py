import rules

from .predicates import has_role


@rules.predicate
def is_about(user, read) -> bool:
    return read is not None and user.is_authenticated and user.is_active and read.about_id == user.pk


watches = has_role("portal.auditor", "portal.administrator")

rules.add_perm("portal.view_reads", watches)
rules.add_perm("portal.view_confidentialread", watches | is_about)
