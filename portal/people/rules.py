import rules

from portal.access import has_any_role, has_role

from .papers.models import may_have_a_paper

rules.add_perm("portal.view_day", has_any_role)
rules.add_perm("portal.view_indicators", has_role("portal.auditor", "portal.administrator"))
rules.add_perm("portal.give_role", has_role("portal.administrator"))


@rules.predicate
def is_somebody_else_without_a_role(user, person) -> bool:
    return person is None or (person != user and may_have_a_paper(person))


rules.add_perm(
    "portal.print_sign_in_code",
    has_role("portal.caseworker", "portal.administrator") & is_somebody_else_without_a_role,
)
