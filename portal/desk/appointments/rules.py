"""Who sees an appointment, and who keeps a desk's day.

An appointment is where somebody can be found: whoever comes sees it, and who works at the desks (THREATS.md, 1 and 5).
"""

import rules

from portal.access import has_role

keeps_appointments = has_role("portal.caseworker")


@rules.predicate
def is_whose_it_is(user, appointment) -> bool:
    return (
        appointment is not None
        and user.is_authenticated
        and user.is_active
        and appointment.person_id is not None
        and appointment.person_id == user.pk
    )


rules.add_perm("portal.keep_appointments", keeps_appointments)
rules.add_perm("portal.view_appointment", is_whose_it_is | keeps_appointments)
rules.add_perm("portal.view_waitingplace", is_whose_it_is | keeps_appointments)
