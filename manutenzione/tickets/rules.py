"""Who may do what to a ticket. `workflow.py` says when; `TicketQuerySet.visible_to` is `view_ticket` for many."""

import rules

from portal.access import may_act_for

from .querysets import homes_of
from .roles import REPORTS, desk, operator, reader, worker


@rules.predicate
def is_reporter(user, ticket) -> bool:
    return ticket is not None and user.is_active and user.pk is not None and ticket.reporter_id == user.pk


@rules.predicate
def is_assigned(user, ticket) -> bool:
    return ticket is not None and user.pk is not None and ticket.assignee_id == user.pk


@rules.predicate
def lives_in(user, building) -> bool:
    return building is not None and user.is_active and homes_of(user).filter(pk=building.pk).exists()


@rules.predicate
def is_neighbour(user, ticket) -> bool:
    return ticket is not None and user.is_active and homes_of(user).filter(pk=ticket.building_id).exists()


@rules.predicate
def acts_for_reporter(user, ticket) -> bool:
    """Whoever was granted to follow the reporter's reports, while that holds.

    A page asks several times, each in another permission: the answer is kept with the ticket that was read for it.
    """
    if ticket is None or ticket.reporter_id is None:
        return False
    known = ticket.__dict__.setdefault("_acted_for_by", {})
    asked = user.pk, ticket.reporter_id
    if asked not in known:
        known[asked] = may_act_for(user, ticket.reporter_id, REPORTS)
    return known[asked]


# Only with the role: somebody who no longer works for the agency loses the tickets once given to them.
assignee = worker & is_assigned

view = reader | is_reporter | assignee | is_neighbour | acts_for_reporter


@rules.predicate
def may_view_ticket_of(user, change) -> bool:
    return change is not None and view.test(user, change.ticket)


rules.add_perm("manutenzione.view_ticket", view)
rules.add_perm("manutenzione.view_ticketchange", may_view_ticket_of)
# Not the neighbours: a conversation shows who reports and who repairs, which the ticket hides from them.
rules.add_perm("manutenzione.discuss_ticket", operator | is_reporter | assignee | acts_for_reporter)
rules.add_perm("manutenzione.view_work_list", reader)
rules.add_perm("manutenzione.see_names", reader)

rules.add_perm("manutenzione.report_anywhere", desk)
rules.add_perm("manutenzione.report_ticket", desk | lives_in)  # asked for a building

# For somebody else: only what that person may as somebody who lives there, whatever roles either of the two holds.
rules.add_perm("manutenzione.report_ticket_as_resident", lives_in)  # asked of the principal, for a building
rules.add_perm("manutenzione.act_for_reporter", acts_for_reporter)

rules.add_perm("manutenzione.triage_ticket", operator)
rules.add_perm("manutenzione.assign_ticket", operator)
rules.add_perm("manutenzione.hold_ticket", operator | assignee)
rules.add_perm("manutenzione.resume_ticket", operator | assignee)
rules.add_perm("manutenzione.resolve_ticket", operator | assignee)
rules.add_perm("manutenzione.confirm_ticket", is_reporter)
rules.add_perm("manutenzione.reopen_ticket", operator | is_reporter)
rules.add_perm("manutenzione.reject_ticket", operator)
rules.add_perm("manutenzione.reconsider_ticket", operator)
rules.add_perm("manutenzione.cancel_ticket", is_reporter)
