import rules

from .predicates import has_role


@rules.predicate
def is_about(user, read) -> bool:
    return read is not None and user.is_authenticated and user.is_active and read.about_id == user.pk


@rules.predicate
def is_in_confidence(user, read) -> bool:
    return read is not None and getattr(read.content_type.model_class(), "read_in_confidence", False)


watches = has_role("portal.auditor", "portal.administrator")

rules.add_perm("portal.view_reads", watches)
rules.add_perm("portal.view_confidentialread", (watches & ~is_in_confidence) | is_about)
