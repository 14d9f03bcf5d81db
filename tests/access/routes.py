"""The access matrix: every address of ours, who sees what there, and what the answer is.

An address that stands in no row fails the build. How to read a row: those who may see the thing get `get` and `post`;
those who may not get 404, as for a thing that does not exist; a visitor is sent to sign in, unless `visitor` says
otherwise.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from portal.pages.directory.shapes import TAXONOMY_ID, TERM_IDS

from .mediation import ROUTES as MEDIATION
from .people import EDITORS, NOBODY, STAFF, those
from .savings import ROUTES as SAVINGS
from .shapes import NO_NUMBER, NO_UUID, Route, Thing, public
from .world import World


def _by_id(of: Callable[[World], Any]) -> Route:
    """What other programs ask for by its id."""
    thing = Thing(name="the one with this id", arguments=lambda world: [str(of(world))])
    return public(things=(thing,), post=405, missing=[str(uuid.UUID(int=7))])


NEIGHBOURHOOD = those("tenant", "tenant2")
AGENCY = those("maintenance", "auditor")

TENANTS_TICKET = Thing(
    name="the tenant's report",
    arguments=lambda world: [world.tenants_ticket.number],
    seen_by=NEIGHBOURHOOD | AGENCY,
)
NEIGHBOURS_TICKET = Thing(
    name="the neighbour's report, given to the contractor",
    arguments=lambda world: [world.neighbours_ticket.number],
    # And whoever may act for tenant2 (see GRANTS).
    seen_by=NEIGHBOURHOOD | AGENCY | {"contractor", "volunteer"},
)
FOREIGN_TICKET = Thing(
    name="a report in another building",
    arguments=lambda world: [world.foreign_ticket.number],
    seen_by=those("tenant3") | AGENCY,
)
GRANDMOTHERS_TICKET = Thing(
    name="a report of somebody for whom the neighbour may act",
    arguments=lambda world: [world.grandmothers_ticket.number],
    seen_by=NEIGHBOURHOOD | AGENCY | {"neighbour"},
)
TICKETS = (TENANTS_TICKET, NEIGHBOURS_TICKET, FOREIGN_TICKET, GRANDMOTHERS_TICKET)
# Not the neighbours, and not the auditor: only those whose business it is.
TENANTS_TALK = Thing(
    name="the conversation about the tenant's report",
    arguments=lambda world: [world.tenants_talk.pk],
    seen_by=those("tenant", "maintenance"),
)
NEIGHBOURS_TALK = Thing(
    name="the conversation about the neighbour's report",
    arguments=lambda world: [world.neighbours_talk.pk],
    seen_by=those("tenant2", "contractor", "maintenance", "volunteer"),
)
TALKS = (TENANTS_TALK, NEIGHBOURS_TALK)
TENANTS_MESSAGE = Thing(
    name="the tenant's message",
    arguments=lambda world: [world.tenants_talk.pk, 1],
    seen_by=those("tenant"),
)
VOICES = (
    Thing(
        name="a message's voice note",
        arguments=lambda world: [world.spoken_message.pk],
        seen_by=NEIGHBOURS_TALK.seen_by,
    ),
)
PHOTOS = (
    Thing(name="a draft's photo", arguments=lambda world: [world.drafts_photo.pk], seen_by=those("tenant")),
    Thing(
        name="a report's photo",
        arguments=lambda world: [world.tickets_photo.pk],
        seen_by=TENANTS_TICKET.seen_by,
    ),
    Thing(
        name="a letter's photo",
        arguments=lambda world: [world.letters_photo.pk],
        seen_by=those("tenant", "caseworker"),
    ),
    Thing(
        name="a photo that a tenant has shown to the mediator",
        arguments=lambda world: [world.rooms_photo.pk],
        seen_by=those("tenant", "mediator"),
    ),
    Thing(
        name="a photo of a mediation that two people have opened to the admin",
        arguments=lambda world: [world.opened_photo.pk],
        seen_by=those("tenant", "admin"),
    ),
)
TENANTS_NOTIFICATION = Thing(
    name="the tenant's notification",
    arguments=lambda world: [world.tenants_notification.pk],
    seen_by=those("tenant"),
)
TENANTS_PASSKEY = Thing(
    name="the tenant's passkey",
    arguments=lambda world: [world.tenants_passkey.pk],
    seen_by=those("tenant"),
)
GRANTS = (
    Thing(
        name="what the neighbour may do for a grandmother",
        arguments=lambda world: [world.neighbours_grant.pk],
        seen_by=those("neighbour"),
    ),
    Thing(
        name="what the volunteer may do for tenant2",
        arguments=lambda world: [world.tenants_grant.pk],
        seen_by=those("tenant2", "volunteer"),
    ),
)
TENANTS_DEVICE = Thing(
    name="the tenant's device",
    arguments=lambda world: [world.tenants_device.pk],
    seen_by=those("tenant"),
)
TENANTS_THING = Thing(
    name="the tenant's thing",
    arguments=lambda world: [world.tenants_thing.code],
    seen_by=NEIGHBOURHOOD | {"coordinator", "caseworker"},
)
REPORTS_TENANTS_THING = TENANTS_THING.seen_by - {"tenant"}
MODERATES = those("coordinator", "caseworker")
TAKES_PART = those("tenant", "tenant2", "tenant3", "neighbour", "volunteer", "coordinator")
ABUSE_REPORT = Thing(
    name="a report of the tenant's thing",
    arguments=lambda world: [world.abuse_report.pk],
    seen_by=MODERATES,
)
IN_PERO = those("tenant", "tenant2", "neighbour", "volunteer", "coordinator")
PLANS_SHIFTS = those("coordinator", "caseworker")
SHIFTS = (
    Thing(
        name="a shift in the courtyard",
        arguments=lambda world: [world.courtyard_shift.pk],
        seen_by=NEIGHBOURHOOD | {"caseworker"},
    ),
    Thing(
        name="a shift in the laundry",
        arguments=lambda world: [world.laundry_shift.pk],
        seen_by=IN_PERO | {"caseworker"},
    ),
)
SHIFT_PLANS = (
    Thing(
        name="the plan of the laundry",
        arguments=lambda world: [world.laundry_shift.plan_id],
        seen_by=those("coordinator", "caseworker"),
    ),
)
GATHERINGS = (
    Thing(
        name="a supper in the tenant's building",
        arguments=lambda world: [world.supper.pk],
        seen_by=NEIGHBOURHOOD | {"caseworker"},
    ),
    Thing(
        name="a course in the tenant's town",
        arguments=lambda world: [world.sewing.pk],
        seen_by=IN_PERO | {"caseworker"},
    ),
)
PAST_SHARED_DAY = (
    Thing(
        name="a shared day that is over, run by the coordinator's association",
        arguments=lambda world: [world.past_shared_day.pk],
        seen_by=those("coordinator", "caseworker"),
    ),
)
# Who answers for mutual aid where the tenant lives.
STEWARDS = those("coordinator", "caseworker")
TENANTS_POST = Thing(
    name="what the tenant offers to her building",
    arguments=lambda world: [world.tenants_post.pk],
    seen_by=NEIGHBOURHOOD | STEWARDS,
)
EXCHANGES = (
    Thing(
        name="an hour between the tenant and tenant2, to be confirmed",
        arguments=lambda world: [world.tenants_exchange.pk],
        seen_by=NEIGHBOURHOOD,
    ),
    Thing(
        name="one that they do not agree on",
        arguments=lambda world: [world.disputed_exchange.pk],
        seen_by=NEIGHBOURHOOD | STEWARDS,
    ),
)

GIVES_ROLES = those("admin")
KEEPS_RESOURCES = those("editor", "admin")
RECORDS_PAPERS = those("caseworker")
ADULTS = those("tenant", "tenant2", "tenant3")
ANSWERS = those("caseworker")
DECIDES = those("caseworker", "admin")
MEMBERS = those("coordinator", "volunteer")
# Who lives in a building of the agency's, or belongs to an organization.
KEEPERS = those("caseworker", "admin")
LETS_PEOPLE_IN = those("caseworker", "admin")
NEWCOMER = Thing(
    name="somebody who has not come in yet",
    arguments=lambda world: [world.newcomer.pk],
    seen_by=LETS_PEOPLE_IN,
)
ALREADY_IN = Thing(
    name="somebody who is no newcomer",
    arguments=lambda world: [world.users["editor"].pk],
    seen_by=NOBODY,
)
PRINTS_PAPERS = those("caseworker", "admin")

KEEPS_APPOINTMENTS = those("caseworker")
APPOINTMENTS = (
    Thing(
        name="the tenant's appointment",
        arguments=lambda world: [world.tenants_appointment.pk],
        seen_by=those("tenant") | KEEPS_APPOINTMENTS,
    ),
)
VISITORS_APPOINTMENT = (
    Thing(name="an appointment, by its link", arguments=lambda world: [world.link_to_an_appointment]),
)
VISITORS_PLACE = (
    Thing(name="a place on the waiting list, by its link", arguments=lambda world: [world.link_to_a_place]),
)

ROUTES: dict[str, Route] = {
    # -- my home, my account -------------------------------------------------------------------------------------
    "portal:casa": Route(),
    "portal:day": Route(things=(Thing(seen_by=STAFF),)),
    "portal:account": Route(),
    "portal:step_up": Route(get=302),  # everybody has just signed in: straight on
    "portal:sign_in_methods": Route(post=405),
    "portal:devices": Route(),
    "portal:passkey_add": Route(),
    "portal:passkey": Route(things=(TENANTS_PASSKEY,), missing=NO_NUMBER),
    "portal:passkey_remove": Route(things=(TENANTS_PASSKEY,), post=302, missing=NO_NUMBER),
    "portal:app_add": Route(),
    "portal:app_remove": Route(things=(Thing(name="an app that nobody has set up", seen_by=NOBODY),)),
    "portal:recovery_codes": Route(things=(Thing(seen_by=those("tenant")),), post=302),
    "portal:factors_of": Route(
        things=(
            Thing(
                name="what the tenant proves herself by",
                arguments=lambda world: [world.users["tenant"].pk],
                seen_by=GIVES_ROLES,
            ),
            Thing(
                name="what one proves oneself by",
                arguments=lambda world: [world.users["admin"].pk],
                seen_by=NOBODY,
            ),
        ),
        post=302,
        missing=NO_NUMBER,
    ),
    "portal:roles": Route(things=(Thing(seen_by=GIVES_ROLES),)),
    "portal:roles_of": Route(
        things=(
            Thing(
                name="somebody's roles",
                arguments=lambda world: [world.users["tenant"].pk],
                seen_by=GIVES_ROLES,
            ),
            Thing(
                name="one's own roles", arguments=lambda world: [world.users["admin"].pk], seen_by=GIVES_ROLES
            ),
        ),
        missing=NO_NUMBER,
    ),
    # -- who acts for whom ---------------------------------------------------------------------------------------
    "portal:delegations": Route(post=405),
    "portal:delegation_new": Route(post=422),
    "portal:delegate_code": Route(get=405, post=302),
    "portal:acting": Route(post=405),
    "portal:acting_stop": Route(get=405, post=302),
    "portal:delegation": Route(things=GRANTS, post=405, missing=NO_NUMBER),
    "portal:delegation_step": Route(
        things=(
            *(
                replace(thing, arguments=lambda world, thing=thing: [*thing.arguments(world), "end"])
                for thing in GRANTS
            ),
            Thing(
                name="a verb that there is not",
                arguments=lambda world: [world.tenants_grant.pk, "delete"],
                seen_by=NOBODY,
            ),
        ),
        get=405,
        post=302,
        missing=[999_999, "end"],
    ),
    "portal:delegations_staff": Route(things=(Thing(seen_by=RECORDS_PAPERS),), post=405),
    "portal:delegations_of": Route(
        things=(
            Thing(
                name="who acts for the tenant",
                arguments=lambda world: [world.users["tenant"].pk],
                seen_by=RECORDS_PAPERS,
            ),
        ),
        post=422,
        missing=NO_NUMBER,
    ),
    "portal:delegation_close": Route(
        things=(
            Thing(
                name="what the neighbour may do, ended at the desk",
                arguments=lambda world: [world.neighbours_grant.pk],
                seen_by=RECORDS_PAPERS,
            ),
        ),
        get=405,
        post=302,
        missing=NO_NUMBER,
    ),
    # -- what becomes of my data ---------------------------------------------------------------------------------
    "portal:my_reads": Route(post=405),
    "portal:my_data": Route(post=302),
    "portal:my_data_download": Route(
        things=(
            Thing(
                name="the tenant's copy",
                arguments=lambda world: [world.tenants_copy.pk],
                seen_by=those("tenant"),
            ),
        ),
        post=405,
        missing=NO_UUID,
    ),
    "portal:ask_erasure": Route(post=302),
    "portal:reads": Route(things=(Thing(seen_by=those("auditor", "admin")),), post=405),
    "portal:erasures": Route(things=(Thing(seen_by=KEEPERS),), post=405),
    "portal:erasure": Route(
        things=(
            Thing(
                name="a request to be erased",
                arguments=lambda world: [world.erasure.pk],
                seen_by=KEEPERS,
            ),
        ),
        post=302,
        missing=NO_NUMBER,
    ),
    "portal:retention": Route(things=(Thing(seen_by=those("admin")),)),
    # -- coming in: whoever has a letter, and whoever prints it --------------------------------------------------
    "portal:welcome": public(post=422),
    # Without an open letter: back to where one types its code; whoever is signed in goes home.
    **{
        f"portal:welcome_{question}": public(get=302)
        for question in ("language", "name", "way", "contact", "contact_code", "password", "notice")
    },
    "portal:privacy_notice": public(),
    "portal:household_new": Route(things=(Thing(seen_by=LETS_PEOPLE_IN),), post=422),
    "portal:household_import": Route(things=(Thing(seen_by=LETS_PEOPLE_IN),), post=422),
    "portal:household_import_template": Route(things=(Thing(seen_by=LETS_PEOPLE_IN),)),
    "portal:newcomers": Route(things=(Thing(seen_by=LETS_PEOPLE_IN),)),
    "portal:letters": Route(things=(Thing(seen_by=LETS_PEOPLE_IN),), get=302, post=422),
    "portal:letters_pdf": Route(things=(Thing(seen_by=LETS_PEOPLE_IN),), get=302),
    "portal:letter": Route(things=(NEWCOMER, ALREADY_IN), post=422, missing=NO_NUMBER),
    "portal:letter_revoke": Route(things=(NEWCOMER, ALREADY_IN), post=302, missing=NO_NUMBER),
    "portal:come_back": Route(
        things=(
            Thing(
                name="a way back in for a tenant",
                arguments=lambda world: [world.used.pk],
                seen_by=LETS_PEOPLE_IN,
            ),
            Thing(
                name="a way back in for whoever needs a second factor",
                arguments=lambda world: [world.users["treasurer"].pk],
                seen_by=those("admin"),
            ),
            Thing(
                name="a way back in for somebody who has not been in",
                arguments=lambda world: [world.newcomer.pk],
                seen_by=NOBODY,
            ),
        ),
        post=422,
        missing=NO_NUMBER,
    ),
    "portal:contacts": Route(),
    "portal:change_contact": Route(
        things=(
            Thing(name="a new address", arguments=lambda world: ["email"]),
            Thing(name="a new phone", arguments=lambda world: ["phone"]),
        )
    ),
    "portal:confirm_contact": Route(get=302),  # nothing waits for a code
    "portal:remove_contact": Route(
        things=(Thing(name="the address", arguments=lambda world: ["email"]),), post=302
    ),
    "portal:change_contact_phone": Route(),
    "portal:papers": Route(things=(Thing(seen_by=PRINTS_PAPERS),)),
    "portal:paper_of": Route(
        things=(
            Thing(
                name="a tenant's paper",
                arguments=lambda world: [world.users["tenant"].pk],
                seen_by=PRINTS_PAPERS,
            ),
            Thing(
                name="a paper for somebody with a role",
                arguments=lambda world: [world.users["treasurer"].pk],
                seen_by=NOBODY,
            ),
        ),
        missing=NO_NUMBER,
    ),
    "portal:revoke_paper": Route(
        things=(
            Thing(
                name="a tenant's paper",
                arguments=lambda world: [world.users["tenant"].pk],
                seen_by=PRINTS_PAPERS,
            ),
        ),
        get=405,
        post=302,
        missing=NO_NUMBER,
    ),
    # -- what the portal told me ---------------------------------------------------------------------------------
    "portal:notifications": Route(post=405),
    "portal:notifications_count": Route(post=405),
    "portal:notification_settings": Route(),
    "portal:unsubscribe": public(
        things=(Thing(name="the link of a mail", arguments=lambda world: [world.link_of_a_mail]),),
        missing=["1-0123456789abcdef.made-up"],
    ),
    "portal:deliveries": Route(things=(Thing(seen_by=GIVES_ROLES),), post=405),
    "portal:deliveries_try_all": Route(things=(Thing(seen_by=GIVES_ROLES),), get=405, post=302),
    "portal:delivery_try": Route(
        things=(
            Thing(
                name="what did not arrive",
                arguments=lambda world: [world.tenants_notification.pk],
                seen_by=GIVES_ROLES,
            ),
        ),
        get=405,
        post=302,
        missing=NO_NUMBER,
    ),
    "portal:notifications_read_all": Route(get=405, post=302),
    "portal:notification": Route(things=(TENANTS_NOTIFICATION,), get=302, post=405, missing=NO_NUMBER),
    "portal:notification_read": Route(things=(TENANTS_NOTIFICATION,), get=405, post=302, missing=NO_NUMBER),
    "portal:screens": Route(post=422),
    "portal:screen_remove": Route(things=(TENANTS_DEVICE,), get=405, post=302, missing=NO_NUMBER),
    # -- for everybody -------------------------------------------------------------------------------------------
    "portal:search": public(post=405),
    "portal:suggestions": public(post=405),
    "portal:unmet_searches": Route(things=(Thing(seen_by=those("editor", "admin")),), post=422),
    "portal:orientation": public(post=200, changes_nothing=True),
    "portal:orientation_desk": public(get=302, post=200, changes_nothing=True),
    "portal:manifest": public(post=405),
    "portal:site_map": public(post=405),
    "portal:news_atom": public(),
    "portal:news_rss": public(),
    "portal:calls_atom": public(),
    "portal:calls_rss": public(),
    "portal_robots": public(post=405),
    "portal_sitemap": public(post=405),
    "portal:offline": public(post=405),
    "service_worker": public(post=405),
    "healthz": public(post=405),
    "portal:style_guide": public(),  # where the demo runs; elsewhere there is none
    # -- homes ---------------------------------------------------------------------------------------------------
    "portal:place": public(
        things=(
            Thing(name="a place", arguments=lambda world: [world.tenants_home.common_areas.first().label]),
        ),
        missing=NO_UUID,
    ),
    "scan": public(
        things=(
            Thing(name="a label", arguments=lambda world: [world.tenants_home.common_areas.first().label]),
        ),
        get=302,
    ),
    "portal:labels": Route(
        things=(
            Thing(
                name="labels of a building",
                arguments=lambda world: [world.tenants_home.pk],
                seen_by=those("caseworker", "admin"),
            ),
        ),
        missing=NO_NUMBER,
    ),
    # -- asking to be let in, organizations ----------------------------------------------------------------------
    "portal:join": public(post=422),
    "portal:join_code": public(get=302),  # without a request of one's own: back to the form
    "portal:join_thanks": public(),
    "portal:join_requests": Route(things=(Thing(seen_by=DECIDES),)),
    "portal:join_reach": Route(
        things=(
            Thing(
                name="where a volunteer is called whom nobody has checked",
                arguments=lambda world: [world.let_in.pk],
                seen_by=DECIDES,
            ),
            Thing(
                name="somebody who is not in yet",
                arguments=lambda world: [world.join_request.pk],
                seen_by=NOBODY,
            ),
        ),
        missing=NO_NUMBER,
    ),
    "portal:join_decide": Route(
        things=(
            Thing(
                name="letting a volunteer in",
                arguments=lambda world: [world.join_request.pk, "approve"],
                seen_by=DECIDES,
            ),
            Thing(
                name="not letting a volunteer in",
                arguments=lambda world: [world.join_request.pk, "decline"],
                seen_by=DECIDES,
            ),
            Thing(
                name="closing the account of somebody whom an organization let in",
                arguments=lambda world: [world.let_in.pk, "close"],
                seen_by=DECIDES,
            ),
            Thing(
                name="a verb that there is not",
                arguments=lambda world: [world.join_request.pk, "delete"],
                seen_by=NOBODY,
            ),
        ),
        post=302,
        missing=[999_999, "approve"],
    ),
    "portal:organizations": Route(),
    "portal:organization": Route(
        things=(
            Thing(
                name="the coordinator's organization",
                arguments=lambda world: [world.organization.pk],
                seen_by=MEMBERS | DECIDES,
            ),
        ),
        missing=NO_NUMBER,
    ),
    "portal:organization_edit": Route(
        things=(
            Thing(
                name="what others read of it",
                arguments=lambda world: [world.organization.pk],
                seen_by=those("coordinator"),
            ),
        ),
        post=422,
        missing=NO_NUMBER,
    ),
    "portal:contributions": Route(
        things=(
            Thing(
                name="what the coordinator's organization proposes",
                arguments=lambda world: [world.organization.pk],
                seen_by=those("coordinator"),
            ),
        ),
        missing=NO_NUMBER,
    ),
    "portal:contribution_new": Route(
        things=(
            Thing(
                name="a new proposal",
                arguments=lambda world: [world.organization.pk, "event"],
                seen_by=those("coordinator"),
            ),
            Thing(
                name="a proposal of no kind",
                arguments=lambda world: [world.organization.pk, "spam"],
                seen_by=NOBODY,
            ),
        ),
        post=422,
        missing=[999_999, "event"],
    ),
    "portal:contribution_entry": Route(
        things=(
            Thing(
                name="what the directory says of the coordinator's organization",
                arguments=lambda world: [world.organization.pk, world.own_entry.pk],
                seen_by=those("coordinator"),
            ),
        ),
        post=422,
        missing=[999_999, 1],
    ),
    "portal:organization_member": Route(
        things=(
            Thing(
                name="ending the volunteer's membership",
                arguments=lambda world: [world.organization.pk, world.volunteers_membership.pk, "end"],
                seen_by=MEMBERS | DECIDES,
            ),
            Thing(
                name="a verb that there is not",
                arguments=lambda world: [world.organization.pk, world.volunteers_membership.pk, "delete"],
                seen_by=NOBODY,
            ),
        ),
        post=302,
        missing=[999_999, 999_999, "end"],
    ),
    "portal:organization_request": Route(
        things=(
            Thing(
                name="vouching for a volunteer",
                arguments=lambda world: [world.organization.pk, world.join_request.pk, "vouch"],
                seen_by=those("coordinator"),
            ),
        ),
        get=302,
        missing=[999_999, 999_999, "vouch"],
    ),
    # -- letters to the agency -----------------------------------------------------------------------------------
    "portal:write": Route(things=(Thing(seen_by=ADULTS),), post=422),
    "portal:letterbox": Route(things=(Thing(seen_by=ANSWERS),)),
    "portal:thread": Route(
        things=(
            Thing(
                name="the tenant's letters",
                arguments=lambda world: [world.tenants_thread.pk],
                seen_by=ANSWERS,
            ),
        ),
        post=422,
        missing=NO_NUMBER,
    ),
    "portal:thread_step": Route(
        things=(
            Thing(
                name="seeing to the tenant's letters",
                arguments=lambda world: [world.tenants_thread.pk, "take"],
                seen_by=ANSWERS,
            ),
            Thing(
                name="a verb that there is not",
                arguments=lambda world: [world.tenants_thread.pk, "delete"],
                seen_by=NOBODY,
            ),
        ),
        get=302,
        missing=[999_999, "take"],
    ),
    # -- appointments --------------------------------------------------------------------------------------------
    "portal:appointments": public(),
    "portal:book": public(post=422),
    # Without a topic and a desk: to where one chooses them.
    "portal:wait": public(get=302),
    "portal:appointment_link": public(things=VISITORS_APPOINTMENT, missing=["made-up"]),
    "portal:appointment_link_move": public(things=VISITORS_APPOINTMENT, missing=["made-up"], post=422),
    "portal:appointment_link_cancel": public(things=VISITORS_APPOINTMENT, missing=["made-up"], post=302),
    "portal:appointment_link_calendar": public(things=VISITORS_APPOINTMENT, missing=["made-up"]),
    "portal:waiting_link": public(things=VISITORS_PLACE, missing=["made-up"], post=302),
    "portal:appointment": Route(things=APPOINTMENTS, missing=NO_UUID),
    "portal:appointment_move": Route(things=APPOINTMENTS, missing=NO_UUID, post=422),
    "portal:appointment_cancel": Route(things=APPOINTMENTS, missing=NO_UUID, post=302),
    "portal:appointment_calendar": Route(things=APPOINTMENTS, missing=NO_UUID),
    "portal:waiting_place": Route(
        things=(
            Thing(
                name="tenant3's place on the waiting list",
                arguments=lambda world: [world.tenant3s_place.pk],
                seen_by=those("tenant3") | KEEPS_APPOINTMENTS,
            ),
        ),
        missing=NO_UUID,
        post=302,
    ),
    "portal:desk_today": Route(things=(Thing(seen_by=KEEPS_APPOINTMENTS),), get=302),
    "portal:desk_day": Route(
        things=(
            Thing(
                name="a desk's day",
                arguments=lambda world: [world.tenants_appointment.desk_id],
                seen_by=KEEPS_APPOINTMENTS,
            ),
        ),
        post=422,
        missing=NO_NUMBER,
    ),
    "portal:waiting_list": Route(
        things=(
            Thing(
                name="who waits at a desk",
                arguments=lambda world: [world.tenant3s_place.desk_id],
                seen_by=KEEPS_APPOINTMENTS,
            ),
        ),
        missing=NO_NUMBER,
    ),
    "portal:desk_step": Route(
        things=(
            Thing(
                name="noting that the tenant is here",
                arguments=lambda world: [world.tenants_appointment.pk, "arrive"],
                seen_by=KEEPS_APPOINTMENTS,
            ),
            Thing(
                name="a verb that there is not",
                arguments=lambda world: [world.tenants_appointment.pk, "delete"],
                seen_by=NOBODY,
            ),
        ),
        get=302,
        missing=[uuid.UUID(int=0), "arrive"],
    ),
    "portal:closures": Route(things=(Thing(seen_by=KEEPS_APPOINTMENTS),), post=422),
    "portal:closure_reopen": Route(
        things=(
            Thing(
                name="a closure",
                arguments=lambda world: [world.closure.pk],
                seen_by=KEEPS_APPOINTMENTS,
            ),
        ),
        post=302,
        missing=NO_NUMBER,
    ),
    # -- shifts --------------------------------------------------------------------------------------------------
    "community:shifts": Route(),
    "community:shift": Route(things=SHIFTS, missing=NO_NUMBER),
    "community:shift_step": Route(
        things=tuple(
            Thing(
                name=f"signing up for {thing.name}, without a task",
                arguments=lambda world, thing=thing: [*thing.arguments(world), "vengo"],
                seen_by=thing.seen_by,
                written_by=NOBODY,
            )
            for thing in SHIFTS
        ),
        get=302,
        missing=[999_999, "vengo"],
    ),
    "community:shift_ask": Route(
        things=(
            Thing(
                name="whom to ask to come to the laundry",
                arguments=lambda world: [world.laundry_shift.pk],
                seen_by=PLANS_SHIFTS,
                written_by=NOBODY,
            ),
        ),
        missing=NO_NUMBER,
    ),
    "community:shift_plan_new": Route(things=(Thing(seen_by=PLANS_SHIFTS),), get=302, post=422),
    "community:shift_plan": Route(things=SHIFT_PLANS, post=422, missing=NO_NUMBER),
    "community:shift_plan_end": Route(things=SHIFT_PLANS, get=302, post=302, missing=NO_NUMBER),
    # -- gatherings ----------------------------------------------------------------------------------------------
    "community:gatherings": Route(),
    "community:gathering": Route(things=GATHERINGS, missing=NO_NUMBER),
    "community:gathering_new": Route(things=(Thing(seen_by=TAKES_PART),), get=302, post=422),
    "community:gathering_change": Route(
        things=(
            Thing(
                name="the supper's invitation",
                arguments=lambda world: [world.supper.pk],
                seen_by=those("tenant2", "caseworker"),
            ),
        ),
        post=422,
        missing=NO_NUMBER,
    ),
    "community:gathering_presence": Route(things=PAST_SHARED_DAY, post=422, missing=NO_NUMBER),
    "community:gathering_receipt": Route(things=PAST_SHARED_DAY, missing=NO_NUMBER),
    "community:gathering_calendar": Route(things=GATHERINGS, missing=NO_NUMBER),
    "community:gathering_step": Route(
        things=tuple(
            Thing(
                name=f"calling off {thing.name}",
                arguments=lambda world, thing=thing: [*thing.arguments(world), "annulla"],
                seen_by=thing.seen_by,
                written_by=those("caseworker") | writer,
            )
            for thing, writer in zip(GATHERINGS, ({"tenant2"}, frozenset()), strict=True)
        ),
        get=302,
        post=302,
        missing=[999_999, "annulla"],
    ),
    "community:calendar_link": Route(),
    "community_calendar": public(
        things=(Thing(name="the tenant's calendar", arguments=lambda world: [world.link_of_a_calendar]),),
        post=405,
        missing=["made-up"],
    ),
    # -- photos --------------------------------------------------------------------------------------------------
    "photo": Route(things=PHOTOS, post=405, missing=NO_UUID),
    "photo_small": Route(things=PHOTOS, post=405, missing=NO_UUID),
    "voice_note": Route(things=VOICES, post=405, missing=NO_UUID),
    # -- signing in: a page for visitors, and for the others the way on ------------------------------------------
    "account_login": Route(get=302, visitor=200),
    "account_request_login_code": Route(get=302, visitor=200),
    "account_confirm_login_code": public(get=302),  # without a code on its way: back to the door
    "mfa_login_webauthn": Route(get=302, visitor=302),  # without a question asked: back to the door
    "mfa_authenticate": public(get=302),  # without the first step: back to the door
    "account_paper": Route(get=302, visitor=200),
    "account_logout": Route(get=200, post=302, visitor=302),
    "account_signup": public(),
    "account_inactive": public(post=405),
    "account_change_password": Route(get=302),  # nobody in the demo has a password: on to setting one
    "account_set_password": Route(),
    "account_reset_password": Route(get=302, visitor=200),
    "account_reset_password_done": public(post=405),
    "account_reset_password_from_key": public(
        things=(Thing(name="a link that is not valid", arguments=lambda world: ["0", "0-0"]),)
    ),
    "account_reset_password_from_key_done": public(post=405),
    "demo_sign_in": public(get=405, post=404),
    # -- the stock stack's other doors: shut ---------------------------------------------------------------------
    "admin/login/": Route(things=(Thing(seen_by=EDITORS),), get=302, visitor=302, path="/admin/login/"),
    "admin/password_reset/": Route(
        things=(Thing(seen_by=EDITORS),), get=302, visitor=302, path="/admin/password_reset/"
    ),
    "^admin/password_reset/.": public(get=404, path="/admin/password_reset/done/"),
    "admin/logout/": Route(
        things=(Thing(seen_by=EDITORS),), get=200, post=302, visitor=302, path="/admin/logout/"
    ),
    "wagtailadmin_account": Route(things=(Thing(seen_by=EDITORS),), path="/admin/account/"),
    "admin/bulk/<str:app_label>/<str:model_name>/<str:action>/": Route(
        things=(Thing(name="many people at once", seen_by=NOBODY),), path="/admin/bulk/portal/user/delete/"
    ),
    "^documents/authenticate_with_password/": public(
        get=404, path="/documents/authenticate_with_password/1/"
    ),
    "wagtaildocs_serve": public(
        things=(Thing(name="a document that does not exist", arguments=lambda world: [999_999, "a.pdf"]),),
        get=404,
    ),
    "wagtaildocs_authenticate_with_password": public(things=(Thing(arguments=lambda world: [1]),), get=404),
    "_util/login/": public(get=302, path="/_util/login/"),
    "^_util/authenticate_with_password/": public(get=404, path="/_util/authenticate_with_password/1/2/"),
    "wagtailcore_authenticate_with_password": public(
        things=(Thing(arguments=lambda world: [1, 2]),), get=404
    ),
    "wagtailcore_login": public(get=302),
    # -- pages ---------------------------------------------------------------------------------------------------
    "wagtail_serve": public(
        things=(
            Thing(name="the home page", arguments=lambda world: [""]),
            *(
                Thing(name=f"a page: {model}", arguments=lambda world, model=model: [world.page(model)])
                for model in (
                    "SectionPage",
                    "GuidePage",
                    "ServiceIndexPage",
                    "ServicePage",
                    "CallIndexPage",
                    "CallPage",
                    "AnswerIndexPage",
                    "AnswerPage",
                    "EventIndexPage",
                    "EventPage",
                    "NewsIndexPage",
                    "NewsPage",
                    "FaqPage",
                    "InfoPage",
                    "AccessibilityPage",
                    "LegalPage",
                )  # fmt: skip
            ),
            *(
                Thing(name=f"a page: {model}", arguments=lambda world, model=model: [world.page(model)])
                for model in ("DirectoryPage", "ResourcePage")
            ),
        ),
        missing=["nothing/"],
    ),
    "portal:useful": public(
        things=(Thing(name="a guide", arguments=lambda world: [world.guide.pk]),), post=422, missing=NO_NUMBER
    ),
    "portal:useful_touched": public(
        things=(Thing(name="a guide", arguments=lambda world: [world.guide.pk]),),
        get=405,
        post=302,
        missing=NO_NUMBER,
        changes_nothing=True,  # unless a browser says that it was pressed here
    ),
    "portal:useful_thanks": public(
        things=(Thing(name="a guide", arguments=lambda world: [world.guide.pk]),), missing=NO_NUMBER
    ),
    # -- local resources: by a mail's link, for editors, and for other programs -----------------------------------
    "portal:renewal": public(
        things=(Thing(name="an organization's entries", arguments=lambda world: [world.renewal_link]),),
        post=404,  # says of no entry that it is right
        missing=["made-up"],
    ),
    "portal:renewal_entry": public(
        things=(
            Thing(
                name="one of its entries",
                arguments=lambda world: [world.renewal_link, world.renewed_entry.pk],
            ),
        ),
        post=422,
        missing=["made-up", 1],
    ),
    "portal:resources_care": Route(things=(Thing(seen_by=KEEPS_RESOURCES),), post=405),
    "portal:resources_step": Route(
        things=(
            Thing(
                name="a resource that was checked",
                arguments=lambda world: [world.renewed_entry.pk, "checked"],
                seen_by=KEEPS_RESOURCES,
            ),
        ),
        get=405,
        post=302,
        missing=[999_999, "checked"],
    ),
    "hsds:openapi-json": public(post=405),
    "hsds:api-root": public(post=405),
    "hsds:about": public(post=405),
    "hsds:services": public(post=405),
    "hsds:organizations": public(post=405),
    "hsds:service_at_locations": public(post=405),
    "hsds:taxonomies": public(post=405),
    "hsds:taxonomy_terms": public(post=405),
    "hsds:service": _by_id(lambda world: world.renewed_entry.translation_key),
    "hsds:organization": _by_id(lambda world: world.renewed_entry.provider.hsds_id),
    "hsds:service_at_location": _by_id(lambda world: world.renewed_entry.places.first().translation_key),
    "hsds:taxonomy": _by_id(lambda world: TAXONOMY_ID),
    "hsds:taxonomy_term": _by_id(lambda world: next(iter(TERM_IDS))),
    # -- mutual aid: safety ----------------------------------------------------------------------------------------
    "community:safety": Route(),
    "community:safety_put_up": Route(
        things=(
            Thing(
                name="whoever lends the tenant's thing",
                arguments=lambda world: ["blocca", "community.thing", world.tenants_thing.pk],
                seen_by=REPORTS_TENANTS_THING,
            ),
        ),
        post=302,
        missing=["blocca", "community.thing", "999999"],
    ),
    "community:safety_take_down": Route(
        things=(
            Thing(
                name="the tenant's block",
                arguments=lambda world: ["blocca", world.tenants_block.pk],
                seen_by=those("tenant"),
            ),
        ),
        get=405,
        post=302,
        missing=["blocca", 999_999],
    ),
    "community:abuse_report_new": Route(
        things=(
            Thing(
                name="the tenant's thing",
                arguments=lambda world: ["community.thing", world.tenants_thing.pk],
                seen_by=REPORTS_TENANTS_THING,
            ),
        ),
        post=422,
        missing=["community.thing", "999999"],
    ),
    "community:abuse_reports": Route(things=(Thing(seen_by=MODERATES),)),
    "community:abuse_report": Route(things=(ABUSE_REPORT,), missing=NO_NUMBER),
    "community:abuse_report_step": Route(
        things=(replace(ABUSE_REPORT, arguments=lambda world: [world.abuse_report.pk, "uphold"]),),
        get=302,
        post=422,
        missing=[999_999, "uphold"],
    ),
    "community:minors": Route(),
    "community:minor_ask": Route(things=(Thing(seen_by=those()),), get=405, post=302),
    "community:minor_step": Route(
        things=(
            Thing(
                name="a minor of the tenant's household",
                arguments=lambda world: [world.tenants_minor.pk, "give"],
                seen_by=those("tenant"),
            ),
        ),
        get=405,
        post=302,
        missing=[999_999, "give"],
    ),
    # -- mutual aid: things ----------------------------------------------------------------------------------------
    "community:things": Route(),
    "community:thing_new": Route(things=(Thing(seen_by=TAKES_PART),), post=422),
    "community:thing_loans": Route(),
    "community:things_kept": Route(),
    "community:thing_labels": Route(),
    "community:thing_by_code": Route(post=422),
    "community:thing_scan": public(
        things=(Thing(name="a label", arguments=lambda world: [world.tenants_thing.code]),), get=302
    ),
    "community:thing": Route(things=(TENANTS_THING,), missing=NO_UUID),
    "community:thing_reserve": Route(things=(TENANTS_THING,), get=302, post=422, missing=NO_UUID),
    "community:thing_wait": Route(
        things=(
            replace(
                TENANTS_THING,
                arguments=lambda world: [world.tenants_thing.code, "join"],
                seen_by=NEIGHBOURHOOD,
            ),
        ),
        get=405,
        post=302,
        missing=[*NO_UUID, "join"],
    ),
    "community:thing_edit": Route(
        things=(replace(TENANTS_THING, seen_by=those("tenant")),), post=422, missing=NO_UUID
    ),
    "community:thing_lend": Route(  # reserved today: it is handed to whoever has reserved it
        things=(replace(TENANTS_THING, seen_by=those("tenant")),), get=302, post=422, missing=NO_UUID
    ),
    "community:thing_step": Route(
        things=(
            replace(
                TENANTS_THING,
                name="pausing the tenant's thing",
                arguments=lambda world: [world.tenants_thing.code, "pause"],
                seen_by=those("tenant"),
            ),
        ),
        get=302,
        post=302,
        missing=[*NO_UUID, "pause"],
    ),
    "community:thing_loan_step": Route(
        things=(
            Thing(
                name="picking up what tenant2 has reserved of the tenant's",
                arguments=lambda world: [world.loan_of_tenant2.pk, "pick_up"],
                seen_by=NEIGHBOURHOOD,
            ),
        ),
        get=302,
        post=302,
        missing=[999_999, "pick_up"],
    ),
    # -- offers, requests, exchanges --------------------------------------------------------------------------------
    "community:board": Route(),
    "community:mine": Route(),
    "community:first_day": Route(things=(Thing(seen_by=TAKES_PART),), post=302),
    "community:exchange_care": Route(things=(Thing(seen_by=STEWARDS),)),
    "community:post_new": Route(things=(Thing(seen_by=TAKES_PART),), get=302, post=422),
    "community:post": Route(things=(TENANTS_POST,), missing=NO_NUMBER),
    "community:post_edit": Route(
        things=(replace(TENANTS_POST, seen_by=those("tenant")),), post=422, missing=NO_NUMBER
    ),
    "community:post_step": Route(
        things=(
            Thing(
                name="renewing one's own",
                arguments=lambda world: [world.tenants_post.pk, "renew"],
                seen_by=those("tenant"),
            ),
            Thing(
                name="taking it off the board",
                arguments=lambda world: [world.tenants_post.pk, "take-back"],
                seen_by=those("tenant") | STEWARDS,
            ),
            Thing(
                name="a verb that there is not",
                arguments=lambda world: [world.tenants_post.pk, "delete"],
                seen_by=NOBODY,
            ),
        ),
        get=302,
        missing=[999_999, "renew"],
    ),
    "community:ask": Route(
        things=(replace(TENANTS_POST, written_by=those("tenant2")),), get=302, post=422, missing=NO_NUMBER
    ),
    "community:exchange": Route(things=EXCHANGES, missing=NO_NUMBER),
    "community:exchange_step": Route(
        things=(
            Thing(
                name="confirming an hour",
                arguments=lambda world: [world.tenants_exchange.pk, "confirm"],
                seen_by=NEIGHBOURHOOD,
            ),
            Thing(
                name="settling what they do not agree on",
                arguments=lambda world: [world.disputed_exchange.pk, "settle"],
                seen_by=STEWARDS,
            ),
            Thing(
                name="a verb that there is not",
                arguments=lambda world: [world.tenants_exchange.pk, "delete"],
                seen_by=NOBODY,
            ),
        ),
        get=302,
        post=422,
        missing=[999_999, "confirm"],
    ),
    # -- the time bank ----------------------------------------------------------------------------------------------
    "community:hours": Route(things=(Thing(seen_by=TAKES_PART),)),
    "community:hours_gift": Route(things=(Thing(seen_by=TAKES_PART),), get=302, post=422),
    "community:hours_ask": Route(things=(Thing(seen_by=TAKES_PART),), get=302, post=422),
    "community:pot_requests": Route(things=(Thing(seen_by=those("coordinator", "caseworker")),)),
    "community:pot_request_step": Route(
        things=(
            Thing(
                name="granting what tenant3 asks for, where the coordinator's organization works",
                arguments=lambda world: [world.tenant3s_pot_request.pk, "grant"],
                seen_by=those("coordinator", "caseworker"),
            ),
            Thing(
                name="taking it back",
                arguments=lambda world: [world.tenant3s_pot_request.pk, "withdraw"],
                seen_by=those("tenant3"),
            ),
            Thing(
                name="a verb that there is not",
                arguments=lambda world: [world.tenant3s_pot_request.pk, "delete"],
                seen_by=NOBODY,
            ),
        ),
        get=405,
        post=302,
        missing=[999_999, "grant"],
    ),
    "community:hours_organization": Route(
        things=(
            Thing(
                name="the coordinator's organization",
                arguments=lambda world: [world.organization.pk],
                seen_by=those("coordinator"),
            ),
        ),
        missing=NO_NUMBER,
    ),
    # -- organizations, figures -------------------------------------------------------------------------------------
    "community:organization": Route(
        post=405,
        things=(
            Thing(
                name="the coordinator's organization",
                arguments=lambda world: [world.organization.pk],
                seen_by=those("coordinator", "caseworker"),
            ),
        ),
        missing=NO_NUMBER,
    ),
    "community:organization_hours": Route(
        post=405,
        things=(
            Thing(
                name="the coordinator's organization",
                arguments=lambda world: [world.organization.pk],
                seen_by=those("coordinator", "caseworker", "auditor"),
            ),
        ),
        missing=NO_NUMBER,
    ),
    "community:organization_export": Route(
        things=(
            Thing(
                name="hours of the coordinator's organization",
                arguments=lambda world: [world.organization.pk, "ore"],
                seen_by=those("coordinator", "caseworker", "auditor"),
            ),
            Thing(
                name="shifts of the coordinator's organization",
                arguments=lambda world: [world.organization.pk, "turni"],
                seen_by=those("coordinator", "caseworker"),
            ),
            Thing(
                name="members of the coordinator's organization",
                arguments=lambda world: [world.organization.pk, "soci"],
                seen_by=those("coordinator", "caseworker"),
            ),
            Thing(
                name="a table that there is not",
                arguments=lambda world: [world.organization.pk, "altro"],
                seen_by=NOBODY,
            ),
        ),
        missing=[999_999, "ore"],
    ),
    "community:figures": Route(post=405, things=(Thing(seen_by=those("caseworker", "auditor", "admin")),)),
    "community:figures_export": Route(
        post=405, things=(Thing(seen_by=those("caseworker", "auditor", "admin")),)
    ),
    # -- faults --------------------------------------------------------------------------------------------------
    "manutenzione:board": Route(),
    "manutenzione:report": public(),
    "manutenzione:triage": Route(things=(Thing(seen_by=AGENCY),)),
    "manutenzione:ticket": Route(things=TICKETS, missing=NO_NUMBER),
    "manutenzione:receipt": Route(
        things=(
            replace(TENANTS_TICKET, seen_by=those("tenant")),
            replace(NEIGHBOURS_TICKET, seen_by=those("tenant2")),
        ),
        missing=NO_NUMBER,
    ),
    "manutenzione:step": Route(
        things=(
            Thing(
                name="taking a report on",
                arguments=lambda world: [world.tenants_ticket.number, "triage"],
                seen_by=those("maintenance"),
            ),
            Thing(
                name="resolving a report given to the contractor",
                arguments=lambda world: [world.neighbours_ticket.number, "resolve"],
                seen_by=those("maintenance", "contractor"),
            ),
            Thing(
                name="withdrawing one's own report",
                arguments=lambda world: [world.tenants_ticket.number, "cancel"],
                seen_by=those("tenant"),
            ),
            Thing(
                name="a verb that there is not",
                arguments=lambda world: [world.tenants_ticket.number, "delete"],
                seen_by=NOBODY,
            ),
        ),
        get=302,
        post=422,
        missing=[999_999, "triage"],
    ),
    # -- conversations -------------------------------------------------------------------------------------------
    "community:conversations": Route(post=405),
    "community:conversation_about": Route(
        things=(
            Thing(
                name="a report that nobody has talked about",
                arguments=lambda world: ["manutenzione.ticket", world.foreign_ticket.pk],
                seen_by=those("tenant3", "maintenance"),
            ),
            Thing(
                name="what is not for talking about",
                arguments=lambda world: ["portal.user", world.users["tenant"].pk],
                seen_by=NOBODY,
            ),
        ),
        post=422,
        missing=["manutenzione.ticket", "999999"],
    ),
    "community:conversation": Route(things=TALKS, post=422, missing=NO_UUID),
    "community:conversation_follow": Route(things=TALKS, post=405, missing=NO_UUID),
    "community:conversation_read": Route(things=TALKS, get=405, post=204, missing=NO_UUID),
    "community:conversation_mute": Route(things=TALKS, get=405, post=302, missing=NO_UUID),
    "community:message_edit": Route(things=(TENANTS_MESSAGE,), post=422, missing=[*NO_UUID, 1]),
    "community:message_delete": Route(things=(TENANTS_MESSAGE,), post=302, missing=[*NO_UUID, 1]),
    # -- mediation --------------------------------------------------------------------------------------------------
    **MEDIATION,
    # -- savings ------------------------------------------------------------------------------------------------------
    **SAVINGS,
}
